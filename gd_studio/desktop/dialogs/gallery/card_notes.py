"""What there is to read about one example."""

from __future__ import annotations

from html import escape

from PySide6.QtWidgets import QTextEdit, QWidget

from gd_studio.desktop.dialogs.gallery.cards import Card
from gd_studio.desktop.look.theme import Theme


class CardNotes(QTextEdit):
    """Title, subjects, notes and runs of a card; read-only."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._card: Card | None = None
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setAccessibleName("About the example")
        self.document().setDocumentMargin(0)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Write in the theme's colours."""
        self._theme = theme
        self.setStyleSheet(
            "QTextEdit { background: transparent; border: 1px solid transparent; padding: 4px; }"
            f"QTextEdit:focus {{ border-color: {theme.accent}; }}"
        )
        self.show_card(self._card)

    def show_card(self, card: Card | None) -> None:
        """Tell of `card`, or of nothing."""
        self._card = card
        self.setHtml(_html(card, self._theme) if card is not None else "")


def _html(card: Card, theme: Theme) -> str:
    quiet = f"color: {theme.muted}"
    title = "font-size: large; font-weight: 600; margin-bottom: 4px"
    runs = "".join(f"<li>{escape(name)}</li>" for name in card.runs)
    return "".join(
        (
            _paragraph(card.title, title),
            _paragraph(" · ".join(card.subjects), f"{quiet}; margin-bottom: 12px"),
            _paragraph(card.notes, "margin-bottom: 12px"),
            _paragraph(f"{card.count} to compare", quiet) if runs else "",
            f'<ul style="margin: 4px 0 0 -20px">{runs}</ul>' if runs else "",
        )
    )


def _paragraph(text: str, style: str) -> str:
    return f'<p style="margin: 0; line-height: 130%; {style}">{escape(text)}</p>'
