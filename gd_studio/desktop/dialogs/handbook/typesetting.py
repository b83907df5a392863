"""How the handbook looks: what Qt makes of Markdown, set for reading in the theme's colours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import sqrt

from PySide6.QtGui import (
    QColor,
    QFontInfo,
    QFontMetrics,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
)

from gd_studio.desktop.look.theme import Theme

_LINE_HEIGHT = 1.32
_CODE_SIZE = 0.92
"""Of the font's; letters of one width look larger than others."""

_CONTINUED = 24
"""Pixels by which a line of code that is too long goes on further in."""

_KEEP = QTextCursor.MoveMode.KeepAnchor
_FIXED = QTextBlockFormat.LineHeightTypes.FixedHeight.value


def separate(markdown: str) -> str:
    """Keep code that follows code apart: Qt would make one block of both."""
    return re.sub(r"(?m)^```\n+(?=```\w)", "```\n\n&nbsp;\n\n", markdown)


def blocks(document: QTextDocument) -> Iterator[QTextBlock]:
    """Yield the blocks of a document: paragraphs, headings, lines of code."""
    block = document.begin()
    while block.isValid():
        yield block
        block = block.next()


def typeset(document: QTextDocument, theme: Theme) -> None:
    """Give headings, text, code and tables their distances and colours; links become text."""
    everything = QTextCursor(document)
    everything.beginEditBlock()  # laid out once
    for code in tuple(_code(document)):
        code.insertFrame(_code_frame(theme))
    for block in tuple(blocks(document)):
        _set_text(block, theme)
        QTextCursor(block).mergeBlockFormat(_block_format(block))
    for frame in document.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            _set_table(frame, theme)
    everything.endEditBlock()


def _code(document: QTextDocument) -> Iterator[QTextCursor]:
    """Yield a selection of each piece of code."""
    code: QTextCursor | None = None
    for block in blocks(document):
        if block.blockFormat().hasProperty(QTextFormat.Property.BlockCodeLanguage.value):
            code = code or QTextCursor(block)
            code.setPosition(block.position() + block.length() - 1, _KEEP)
        elif code is not None:
            yield code
            code = None
    if code is not None:
        yield code


def _is_framed(block: QTextBlock) -> bool:
    """Whether a block is code in its frame, and neither of the page nor of a table."""
    frame = QTextCursor(block).currentFrame()
    return frame.parentFrame() is not None and not isinstance(frame, QTextTable)


def _block_format(block: QTextBlock) -> QTextBlockFormat:
    format_ = QTextBlockFormat()
    height = QFontMetrics(block.document().defaultFont()).lineSpacing() * _LINE_HEIGHT
    if level := block.blockFormat().headingLevel():
        format_.setTopMargin(0 if level == 1 else 28)
        format_.setBottomMargin(6)
        return format_
    format_.setLineHeight(round(height), _FIXED)
    if _is_framed(block):
        format_.setNonBreakableLines(False)
        format_.setLeftMargin(_CONTINUED)
        format_.setTextIndent(-_CONTINUED)
    elif not block.text().strip():
        # Between frames and tables Qt needs a paragraph; nobody needs to see it.
        format_.setLineHeight(1, _FIXED)
        format_.setTopMargin(0)
        format_.setBottomMargin(0)
    return format_


def _set_text(block: QTextBlock, theme: Theme) -> None:
    spans = []
    fragments = block.begin()
    while not fragments.atEnd():
        fragment = fragments.fragment()
        spans.append((fragment.position(), fragment.length(), fragment.charFormat()))
        fragments += 1
    for position, length, was in spans:
        cursor = QTextCursor(block)
        cursor.setPosition(position)
        cursor.setPosition(position + length, _KEEP)
        if was.isAnchor():
            # Other documents are not here to be opened.
            cursor.setCharFormat(QTextCharFormat())
        elif was.fontFixedPitch() or _is_framed(block):
            cursor.mergeCharFormat(_code_format(block, theme))


def _code_format(block: QTextBlock, theme: Theme) -> QTextCharFormat:
    format_ = QTextCharFormat()
    size = QFontInfo(block.document().defaultFont()).pointSizeF()
    format_.setFontPointSize(_CODE_SIZE * size)
    if not _is_framed(block):
        format_.setBackground(QColor(theme.raised))
    return format_


def _code_frame(theme: Theme) -> QTextFrameFormat:
    format_ = QTextFrameFormat()
    format_.setBackground(QColor(theme.window))
    format_.setPadding(8)
    _outline(format_, theme)
    return format_


def _set_table(table: QTextTable, theme: Theme) -> None:
    columns = range(table.columns())
    header, *_ = rows = [
        [table.cellAt(row, column).firstCursorPosition().block() for column in columns]
        for row in range(table.rows())
    ]
    # What is long gets more room, but not all of it.
    widths = [sqrt(max(block.length() for block in column)) for column in zip(*rows, strict=True)]
    if not any(block.text() for block in header):
        table.removeRows(0, 1)
    format_ = table.format()
    format_.setBorderCollapse(True)
    format_.setCellPadding(6)
    format_.setWidth(_percent(100))
    format_.setColumnWidthConstraints([_percent(100 * w / sum(widths)) for w in widths])
    _outline(format_, theme)
    table.setFormat(format_)


def _outline(format_: QTextFrameFormat, theme: Theme) -> None:
    format_.setBorder(1)
    format_.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    format_.setBorderBrush(QColor(theme.border))
    format_.setTopMargin(8)
    format_.setBottomMargin(8)


def _percent(share: float) -> QTextLength:
    return QTextLength(QTextLength.Type.PercentageLength, share)
