"""What the palette cannot say: spacing, rounded corners, quiet headings, visible focus."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gd_studio.desktop.look.theme import Theme


def stylesheet(theme: Theme) -> str:
    """The application's style sheet; distances are of 4, 8 and 12 pixels."""
    t = theme
    return f"""
QToolTip {{
    background: {t.raised}; color: {t.text};
    border: 1px solid {t.border}; padding: 4px 8px;
}}
QLineEdit, QPlainTextEdit, QTextEdit {{
    background: {t.base}; color: {t.text};
    border: 1px solid {t.border}; border-radius: 4px; padding: 4px;
    selection-background-color: {t.accent}; selection-color: {t.on_accent};
}}
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus {{ border: 1px solid {t.accent}; }}
QLineEdit:disabled, QPlainTextEdit:disabled, QTextEdit:disabled {{
    background: {t.window}; color: {t.muted};
}}
QPushButton {{
    background: {t.base}; border: 1px solid {t.border}; border-radius: 4px; padding: 5px 12px;
}}
QPushButton:hover {{ background: {t.raised}; }}
QPushButton:pressed {{ background: {t.border}; }}
QPushButton:focus {{ border: 1px solid {t.accent}; }}
QPushButton:default {{ background: {t.accent}; color: {t.on_accent}; border-color: {t.accent}; }}
QPushButton:disabled {{
    background: {t.window}; color: {t.muted}; border-color: {t.border};
}}
QToolButton {{ border: 1px solid transparent; border-radius: 4px; padding: 4px 8px; }}
QToolButton[primary="true"] {{ color: {t.accent}; border: 1px solid {t.border}; font-weight: 600; }}
QToolButton[primary="true"]:disabled {{ color: {t.muted}; }}
QToolButton:hover {{ background: {t.raised}; }}
QToolButton:pressed, QToolButton:checked {{ background: {t.border}; }}
QToolButton:focus {{ border: 1px solid {t.accent}; }}
QGroupBox {{ border: none; margin-top: 24px; padding: 0; }}
QGroupBox::title {{
    subcontrol-origin: margin; subcontrol-position: top left;
    padding: 4px 0; color: {t.muted};
}}
QDockWidget {{ titlebar-close-icon: none; titlebar-normal-icon: none; }}
QDockWidget::title {{
    background: {t.window}; color: {t.muted}; padding: 6px 12px; text-align: left;
}}
QTabBar::tab {{
    color: {t.muted}; padding: 8px 12px; border: none; border-bottom: 2px solid transparent;
}}
QTabBar::tab:selected {{ color: {t.text}; border-bottom: 2px solid {t.accent}; }}
QTabBar::tab:hover {{ color: {t.text}; }}
QTabBar::tab:focus {{ color: {t.accent}; }}
QTabWidget::pane {{ border: none; }}
QMainWindow::separator {{ background: {t.border}; width: 1px; height: 1px; }}
QToolBar {{ border: none; spacing: 4px; padding: 4px 8px; }}
QStatusBar {{ color: {t.muted}; }}
QStatusBar::item {{ border: none; }}
QHeaderView::section {{
    background: {t.window}; color: {t.muted}; border: none; padding: 4px 8px;
    border-bottom: 1px solid {t.border};
}}
QTableView, QTreeView, QListView {{ border: none; gridline-color: {t.border}; }}
QTableView {{
    selection-background-color: {t.raised}; selection-color: {t.text};
    alternate-background-color: {t.base};
}}
QMenu {{ background: {t.base}; border: 1px solid {t.border}; padding: 4px; }}
QMenu::item {{ padding: 4px 24px 4px 12px; border-radius: 4px; }}
QMenu::item:selected {{ background: {t.accent}; color: {t.on_accent}; }}
QMenu::item:disabled {{ color: {t.muted}; }}
QMenu::separator {{ height: 1px; background: {t.border}; margin: 4px 8px; }}
QTableCornerButton::section {{ background: {t.window}; border: none; }}
QScrollArea {{ border: none; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
QScrollBar::handle {{ background: {t.border}; border-radius: 3px; margin: 2px; }}
QScrollBar::handle:vertical {{ min-height: 24px; }}
QScrollBar::handle:horizontal {{ min-width: 24px; }}
QScrollBar::handle:hover {{ background: {t.muted}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QProgressBar {{
    background: {t.raised}; border: none; border-radius: 3px; max-height: 6px; color: transparent;
}}
QProgressBar::chunk {{ background: {t.accent}; border-radius: 3px; }}
"""
