"""The panel of the devices that training can run on."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QVBoxLayout,
    QWidget,
)

from gd_studio.desktop.panels.device_button import DeviceButton
from gd_studio.desktop.panels.gpu_help import GpuHelp
from gd_studio.desktop.panels.lines import QUIET, Line, Sentence
from gd_studio.desktop.panels.panel import Panel
from gd_studio.desktop.panels.specs import Problems
from gd_studio.desktop.plain_text import tooltip
from gd_studio.experiment import FieldProblem
from gd_studio.link.environment import Device, Environment


class DevicePanel(Panel):
    """Edits the device's key, as torch names it; see `Panel` for what is emitted when.

    Which devices there are is known when the engine has started: `set_environment`.

    Signals
    -------
    handbook_wanted(str)
        A section of the handbook.
    """

    handbook_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value = "cpu"
        self._environment: Environment | None = None
        self._buttons = QButtonGroup(self)
        # Not buttonClicked: the arrow keys check a button without a click.
        self._buttons.buttonToggled.connect(self._toggled)
        self._waiting = Line(QUIET)
        self._waiting.setText("Starting the engine…")
        self._list = QWidget()
        self._list_layout = QVBoxLayout(self._list)
        self._list_layout.setContentsMargins(0, 0, 0, 0)
        self._list_layout.setSpacing(4)
        self._list.setAccessibleName("Device")
        self._sentence = Sentence(None)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        for widget in (self._waiting, self._list, self._sentence):
            layout.addWidget(widget)
        self._list.hide()

    def value(self) -> str:
        """Return the device's key."""
        return cast(str, self._value)

    def set_value(self, spec: str) -> None:
        """Show a device; one that this computer has not is kept, and is a problem."""
        self._value = spec
        self._show()

    @Slot(object)
    def set_environment(self, environment: Environment) -> None:
        """Show the devices there are.

        Emits `problems_changed` where the chosen one cannot be used.
        """
        if environment != self._environment:
            self._environment = environment
            self._list_devices(environment)
        before = self._problems
        self._show()
        if self._problems != before:
            self.problems_changed.emit()

    def set_problems(self, problems: Problems) -> None:
        """Show a problem under the list."""
        self._sentence.say(" ".join(problem.message for problem in problems))

    def _list_devices(self, environment: Environment) -> None:
        while item := self._list_layout.takeAt(0):
            if widget := item.widget():
                widget.deleteLater()
        for button in self._buttons.buttons():
            self._buttons.removeButton(button)
        # Made late, they would come last in the window for who goes on with the tab key.
        previous: QWidget = self._waiting
        for device in environment.devices:
            button = DeviceButton(device.label)
            button.setProperty("device", device.key)
            button.setEnabled(device.available)
            self._buttons.addButton(button)
            self._list_layout.addWidget(button)
            QWidget.setTabOrder(previous, button)
            previous = button
            about = _about(device, environment)
            button.setToolTip(tooltip(about))
            button.setAccessibleDescription(about)
            if about:
                self._list_layout.addWidget(_note(about))
        if remedy := _remedy(environment):
            help_ = GpuHelp(remedy)
            self._list_layout.addWidget(help_)
            help_.handbook_wanted.connect(self.handbook_wanted)
            QWidget.setTabOrder(previous, help_.button)
            QWidget.setTabOrder(help_.button, help_.more)
        self._waiting.hide()
        self._list.show()

    @Slot(QAbstractButton, bool)
    def _toggled(self, button: QAbstractButton, checked: bool) -> None:
        key = button.property("device")
        if not checked or key == self._value:
            return
        had_problems = bool(self._problems)
        self._value = key
        self._show()  # only what can be used can be clicked, so nothing is wrong any more
        if had_problems:
            self.problems_changed.emit()
        self.value_changed.emit()

    def _show(self) -> None:
        """Check the chosen device's button, or none where it cannot be used."""
        if self._environment is None:
            return
        devices = {device.key: device for device in self._environment.devices}
        device = devices.get(self._value)
        self._buttons.setExclusive(False)
        for button in self._buttons.buttons():
            button.setChecked(button.property("device") == self._value and button.isEnabled())
        self._buttons.setExclusive(True)
        problem = ""
        if device is None:
            problem = f"this computer has no device '{self._value}'; choose another"
        elif not device.available:
            problem = f"{device.label} cannot be used here; choose another"
        self._problems = (FieldProblem("", problem),) if problem else ()
        self.set_problems(self._problems)


def _about(device: Device, environment: Environment) -> str:
    if device.key == "cpu" and device.available:
        threads = environment.threads
        return f"{threads} thread{'' if threads == 1 else 's'}"
    return device.reason


def _remedy(environment: Environment) -> str:
    """Return how to get to train on a GPU, where none can be used."""
    others = [device for device in environment.devices if device.key != "cpu"]
    if any(device.available for device in others):
        return ""
    return " ".join(device.remedy for device in others if device.remedy)


def _note(text: str) -> Line:
    note = Line(QUIET)
    note.setText(text)
    note.setIndent(23)  # under the label, which stands to the right of the circle
    return note
