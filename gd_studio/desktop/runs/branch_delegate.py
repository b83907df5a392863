"""The names of runs as a tree: a branch under its parent, with lines that lead to it."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QPersistentModelIndex, QPointF
from PySide6.QtGui import QPainter, QPainterPath, QPalette, QPen
from PySide6.QtWidgets import (
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from gd_studio.desktop.runs.table import FORK_ROLE, TREE_ROLE

INDENT = 20
"""Pixels by which a branch stands further in than its parent."""

_FIRST = 13
"""Where the line comes down from a run that begins by itself: from its check mark."""

_ROUND = 5.0
_GAP = 14

Index = QModelIndex | QPersistentModelIndex


class BranchDelegate(QStyledItemDelegate):
    """Draws a name, further in the more often it branches, and where it branches off."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw a cell; Qt calls."""
        levels: tuple[bool, ...] = index.data(TREE_ROLE)
        if levels:
            whole = QStyleOptionViewItem(option)
            self.initStyleOption(whole, index)
            _style(whole).drawPrimitive(
                QStyle.PrimitiveElement.PE_PanelItemViewItem, whole, painter, whole.widget
            )
            _draw_lines(painter, option, levels)
        inner = _moved_in(option, levels)
        super().paint(painter, inner, index)
        if levels:
            self._draw_fork(painter, inner, index)

    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        """Look for the check mark where it is drawn; Qt calls."""
        inner = _moved_in(option, index.data(TREE_ROLE))
        return super().editorEvent(event, model, inner, index)

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        """Rename where the name is drawn; Qt calls."""
        super().updateEditorGeometry(editor, _moved_in(option, index.data(TREE_ROLE)), index)

    def _draw_fork(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Say behind the name where the run branches off, as far as there is room."""
        text: str = index.data(FORK_ROLE)
        shown = QStyleOptionViewItem(option)
        self.initStyleOption(shown, index)
        room = _style(shown).subElementRect(
            QStyle.SubElement.SE_ItemViewItemText, shown, shown.widget
        )
        measure = shown.fontMetrics
        left = room.left() + measure.horizontalAdvance(shown.text) + _GAP
        if left + measure.horizontalAdvance(text) > option.rect.right() - 4:
            return
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        role = QPalette.ColorRole.HighlightedText
        painter.save()
        painter.setFont(shown.font)
        painter.setPen(
            shown.palette.color(role if is_selected else QPalette.ColorRole.PlaceholderText)
        )
        baseline = option.rect.center().y() + 1 + (measure.ascent() - measure.descent()) / 2
        painter.drawText(QPointF(left, baseline), text)
        painter.restore()


def _draw_lines(painter: QPainter, option: QStyleOptionViewItem, levels: tuple[bool, ...]) -> None:
    is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
    palette = option.palette
    role = QPalette.ColorRole.HighlightedText if is_selected else QPalette.ColorRole.PlaceholderText
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(palette.color(role), 1.2))
    rect = option.rect
    top, middle, bottom = rect.top(), rect.center().y() + 0.5, rect.bottom() + 1
    for level, goes_on in enumerate(levels):
        x = rect.left() + _FIRST + level * INDENT + 0.5
        is_own = level == len(levels) - 1
        if goes_on:
            painter.drawLine(QPointF(x, top), QPointF(x, bottom))
        if is_own:
            elbow = QPainterPath(QPointF(x, top))
            elbow.lineTo(x, middle - _ROUND)
            elbow.quadTo(QPointF(x, middle), QPointF(x + _ROUND, middle))
            elbow.lineTo(x + INDENT - 10, middle)
            painter.drawPath(elbow)
    painter.restore()


def _moved_in(option: QStyleOptionViewItem, levels: tuple[bool, ...]) -> QStyleOptionViewItem:
    inner = QStyleOptionViewItem(option)
    inner.rect = option.rect.adjusted(INDENT * len(levels), 0, 0, 0)
    return inner


def _style(option: QStyleOptionViewItem) -> QStyle:
    return option.widget.style()
