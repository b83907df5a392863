"""Looking for a stranger's text that a window takes for markup, wherever a window can show text."""

from __future__ import annotations

from collections.abc import Iterator
from unittest import mock

from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QEvent, QModelIndex, QPoint, Qt
from PySide6.QtGui import QHelpEvent, QTextDocument
from PySide6.QtGui import Qt as GuiQt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDockWidget,
    QGraphicsTextItem,
    QGraphicsView,
    QGroupBox,
    QLabel,
    QMessageBox,
    QTabBar,
    QTextEdit,
    QWidget,
)

from gd_studio.desktop.plots import painted_plot
from gd_studio.desktop.plots.painted_plot import PaintedPlot
from gd_studio.desktop.plots.plot_frame import PlotFrame

TAGS = '<img src="file:///nowhere.png"><b>bold</b>'
"""What every hostile text begins with; rich text makes a picture and a bold word of it."""

HOSTILE = f"{TAGS}&Foul $\\frac"

_MOST = 60
"""Rows and columns of a table that are looked at."""


def obeyed(*windows: QWidget) -> list[str]:
    """Return where some of a hostile text is obeyed, or could be, in the widgets of `windows`."""
    return [
        f"{type(widget).__module__}.{type(widget).__name__} {widget.objectName()}: {what}"
        for window in windows
        for widget in (window, *window.findChildren(QWidget))
        for what in _of_widget(widget)
    ]


def texts_in(*windows: QWidget) -> str:
    """Return all that labels, lists and plots show: to see that a hostile text is there at all."""
    widgets = [w for window in windows for w in (window, *window.findChildren(QWidget))]
    return "\n".join(text for widget in widgets for text in _shown(widget))


def taken_for_markup(text: str, form: Qt.TextFormat) -> bool:
    """Whether Qt, told the format, makes of `text` something else than its characters."""
    if form == Qt.TextFormat.PlainText:
        return False
    if form == Qt.TextFormat.AutoText and not GuiQt.mightBeRichText(text):
        return False
    document = QTextDocument()
    document.setHtml(text)
    return is_broken(document.toPlainText())


def is_broken(plain: str) -> bool:
    """Whether a picture, or a word without its tag, has come out of rich text."""
    return "\ufffc" in plain or "bold" in plain.replace("<b>bold", "")


def _of_widget(widget: QWidget) -> Iterator[str]:
    for kind, text in (("tooltip", widget.toolTip()), ("what's this", widget.whatsThis())):
        if taken_for_markup(text, Qt.TextFormat.AutoText):
            yield f"{kind} {text[:80]!r}"
    for action in widget.actions():
        if taken_for_markup(action.toolTip(), Qt.TextFormat.AutoText):
            yield f"tooltip of an action {action.toolTip()[:80]!r}"
        if _has_mnemonic(action.text()):
            yield f"action {action.text()[:80]!r}"
    if isinstance(widget, QLabel):
        if widget.textFormat() == Qt.TextFormat.AutoText:
            yield f"a label that guesses, {widget.text()[:80]!r}"
        elif taken_for_markup(widget.text(), widget.textFormat()):
            yield f"label {widget.text()[:80]!r}"
    if isinstance(widget, QMessageBox) and widget.textFormat() != Qt.TextFormat.PlainText:
        yield f"message box {widget.text()[:80]!r}"
    if isinstance(widget, QTextEdit) and is_broken(widget.toPlainText()):
        yield f"text {widget.toPlainText()[:80]!r}"
    if isinstance(widget, QAbstractButton | QGroupBox):
        named = widget.text() if isinstance(widget, QAbstractButton) else widget.title()
        if _has_mnemonic(named):
            yield f"mnemonic {named[:80]!r}"
    if isinstance(widget, QDockWidget) and _has_mnemonic(widget.toggleViewAction().text()):
        yield f"dock {widget.windowTitle()[:80]!r}"
    if isinstance(widget, QTabBar):
        for tab in range(widget.count()):
            if _has_mnemonic(widget.tabText(tab)):
                yield f"tab {widget.tabText(tab)[:80]!r}"
            if taken_for_markup(widget.tabToolTip(tab), Qt.TextFormat.AutoText):
                yield f"tooltip of a tab {widget.tabToolTip(tab)[:80]!r}"
    if isinstance(widget, QAbstractItemView | QComboBox) and widget.model() is not None:
        for tip in _tips(widget.model()):
            if taken_for_markup(tip, Qt.TextFormat.AutoText):
                yield f"tooltip of a cell {tip[:80]!r}"
    if isinstance(widget, QGraphicsView) and widget.scene() is not None:
        yield from _in_scene(widget)
    if isinstance(widget, PlotFrame):
        yield from _in_readout(widget)
    if isinstance(widget, PaintedPlot):
        yield from _in_tooltips(widget)


def _has_mnemonic(text: str) -> bool:
    return "&Foul" in text.replace("&&", "")


def _tips(model: QAbstractItemModel) -> Iterator[str]:
    tip = Qt.ItemDataRole.ToolTipRole
    rows = min(_MOST, model.rowCount(QModelIndex()))
    columns = _columns(model)
    for orientation, count in (
        (Qt.Orientation.Horizontal, columns),
        (Qt.Orientation.Vertical, rows),
    ):
        yield from (str(model.headerData(i, orientation, tip) or "") for i in range(count))
    for row in range(rows):
        yield from (str(model.index(row, i).data(tip) or "") for i in range(columns))


def _columns(model: QAbstractItemModel) -> int:
    # A list's number of columns is its own affair.
    return 1 if isinstance(model, QAbstractListModel) else min(_MOST, model.columnCount())


def _in_scene(view: QGraphicsView) -> Iterator[str]:
    for item in view.scene().items():
        if taken_for_markup(item.toolTip(), Qt.TextFormat.AutoText):
            yield f"tooltip of an item {item.toolTip()[:80]!r}"
        if isinstance(item, QGraphicsTextItem) and is_broken(item.toPlainText()):
            yield f"item {item.toPlainText()[:80]!r}"


def _in_readout(plot: PlotFrame) -> Iterator[str]:
    for x in (0.1, 0.5, 0.9):
        for y in (0.1, 0.5, 0.9):
            (x0, x1), (y0, y1) = plot.shown()
            told = plot.describe(x0 + x * (x1 - x0), y0 + y * (y1 - y0))
            if taken_for_markup(told, Qt.TextFormat.RichText):
                yield f"readout {told[:80]!r}"
                return


def _in_tooltips(plot: PaintedPlot) -> Iterator[str]:
    canvas = plot.canvas
    with mock.patch.object(painted_plot, "QToolTip") as shower:
        for x in range(10, canvas.width(), 40):
            for y in range(10, canvas.height(), 40):
                at = QPoint(x, y)
                event = QHelpEvent(QEvent.Type.ToolTip, at, canvas.mapToGlobal(at))
                QApplication.sendEvent(canvas, event)
        told = [call.args[1] for call in shower.showText.call_args_list]
    assert told
    for text in told:
        if taken_for_markup(text, Qt.TextFormat.AutoText):
            yield f"tooltip of a picture {text[:80]!r}"
            return


def _shown(widget: QWidget) -> Iterator[str]:
    if isinstance(widget, QLabel):
        yield widget.text()
    if isinstance(widget, QAbstractItemView | QComboBox) and widget.model() is not None:
        model = widget.model()
        columns = _columns(model)
        for row in range(min(_MOST, model.rowCount(QModelIndex()))):
            yield from (str(model.index(row, column).data() or "") for column in range(columns))
    if isinstance(widget, QGraphicsView) and widget.scene() is not None:
        for item in widget.scene().items():
            if isinstance(item, QGraphicsTextItem):
                yield item.toPlainText()
