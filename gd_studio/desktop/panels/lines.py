"""Lines of text in a panel: what goes with a field, and what is wrong with it.

Their colours are roles of the palette, so that they follow the theme by themselves.
"""

from __future__ import annotations

import re

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from gd_studio.desktop.panels.outline import Outline
from gd_studio.desktop.plain_text import PlainLabel

QUIET = QPalette.ColorRole.PlaceholderText
LOUD = QPalette.ColorRole.WindowText
WRONG = QPalette.ColorRole.BrightText

PATIENCE_MS = 500
"""How long a text may be wrong while it is being typed: ``1e`` is on the way to ``1e-4``."""


def capitalised(sentence: str) -> str:
    """Return `sentence` with its first letter upper case, the rest as it is."""
    return sentence[:1].upper() + sentence[1:]


def unbroken(text: str) -> str:
    """Return `text` with non-breaking spaces in its mathematics: ``y = 2x``, ``[0, 10)``."""
    text = re.sub(r" ([=+−·<>]) ", "\u00a0\\1\u00a0", text)
    return re.sub(r"[\[(][^\[\]() ]*, [^\[\]() ]*[\])]", _keep_together, text)


def _keep_together(match: re.Match[str]) -> str:
    return match.group().replace(" ", "\u00a0")


def mathematics(html: str) -> str:
    """Return formulas as rich text with room between lines, which exponents need."""
    return f'<div style="line-height: 135%">{html}</div>' if html else ""


class Line(PlainLabel):
    """Text that wraps and takes the width it is given."""

    def __init__(self, colour: QPalette.ColorRole, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setForegroundRole(colour)
        self.setWordWrap(True)
        # A label that wraps asks for a width of its own choosing, which would widen the column.
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)


class Notes(Line):
    """What to look for in an example, above its panels; hidden where nothing is said."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(LOUD, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setContentsMargins(16, 8, 16, 8)
        self.setAccessibleName("What to look for")
        self.hide()

    def say(self, notes: str) -> None:
        """Show `notes`."""
        self.setText(notes)
        self.setVisible(bool(notes))


class Sentence(Line):
    """Says what is wrong with a field, and outlines it; hidden while nothing is."""

    def __init__(self, field: QWidget | None, parent: QWidget | None = None) -> None:
        super().__init__(WRONG, parent)
        self._field = field
        self._about = ""
        self._outline: Outline | None = None  # made when it is needed, which is seldom
        self._next = ""
        self._timer = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._timer.timeout.connect(self._show)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.hide()

    def say(self, sentence: str, *, patiently: bool = False) -> None:
        """Show `sentence`, or hide where it is empty.

        With `patiently` it waits until the user has stopped typing; what is already shown is
        replaced at once, and what is right again goes at once.
        """
        self._next = sentence
        if patiently and sentence and self.isHidden():
            self._timer.start()
        else:
            self._timer.stop()
            self._show()

    @Slot()
    def hurry(self) -> None:
        """Show at once what is waiting: the user has left the field."""
        if self._timer.isActive():
            self._timer.stop()
            self._show()

    @Slot()
    def _show(self) -> None:
        self.setText(capitalised(self._next))
        self.setVisible(bool(self._next))
        if self._field and (self._next or self._outline):
            if self._outline is None:
                self._outline = Outline(self._field)
            # A screen reader reads the sentence with the field, in place of its help.
            if self._outline.isHidden():
                self._about = self._field.accessibleDescription()
            self._field.setAccessibleDescription(self.text() or self._about)
            self._outline.setVisible(bool(self._next))
            self._outline.raise_()
