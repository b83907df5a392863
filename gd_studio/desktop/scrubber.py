"""A slider to drag along a run."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QSlider, QStyle, QStyleOptionSlider


class Scrubber(QSlider):
    """A slider whose handle comes to where the mouse is pressed."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setAccessibleName("Steps of the run")
        self.setToolTip("Drag to go through the steps of the run")
        self.setMinimumWidth(160)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Bring the handle to the mouse, which drags it from there; Qt calls."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self._follow(event)
        else:
            event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the handle; Qt calls."""
        if self.isSliderDown():
            self._follow(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of the handle; Qt calls."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.setSliderDown(False)

    def _follow(self, event: QMouseEvent) -> None:
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        part = QStyle.SubControl.SC_SliderHandle
        kind = QStyle.ComplexControl.CC_Slider
        handle = self.style().subControlRect(kind, option, part, self).width()
        self.setValue(
            QStyle.sliderValueFromPosition(
                self.minimum(),
                self.maximum(),
                round(event.position().x() - handle / 2),
                self.width() - handle,
            )
        )
