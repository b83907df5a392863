"""The panel of the devices."""

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QLabel, QRadioButton, QWidget

from gd_studio.desktop.panels.device_panel import DevicePanel
from gd_studio.link.environment import Device, Environment

CPU = Device("cpu", "CPU")
CUDA = Device("cuda:0", "NVIDIA T4")
NO_CUDA = Device("cuda:0", "NVIDIA", "This torch was built without CUDA.")
BOTH = Environment({}, (CPU, CUDA), 4)
ONLY_CPU = Environment({}, (CPU, NO_CUDA), 1)


@pytest.fixture
def panel(qtbot):
    panel = DevicePanel()
    qtbot.addWidget(panel)
    panel.show()
    return panel


def texts(panel):
    return [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]


def button(panel, label):
    return next(b for b in panel.findChildren(QRadioButton) if b.text() == label)


def test_before_the_engine_has_started_it_says_so_and_is_the_cpu(panel):
    assert texts(panel) == ["Starting the engine…"]
    assert panel.value() == "cpu"


def test_devices_are_listed_with_threads_and_reasons(panel):
    panel.set_environment(ONLY_CPU)
    assert texts(panel) == ["1 thread", "This torch was built without CUDA."]
    assert button(panel, "CPU").isChecked()
    assert not button(panel, "NVIDIA").isEnabled()
    assert "without CUDA" in button(panel, "NVIDIA").toolTip()


@pytest.mark.parametrize("key", ["cpu", "cuda:0"])
def test_what_is_set_comes_back_before_and_after_the_engine_has_started(qtbot, panel, key):
    with qtbot.assertNotEmitted(panel.value_changed):
        panel.set_value(key)
        assert panel.value() == key
        panel.set_environment(BOTH)
        assert panel.value() == key
    assert panel.problems() == ()


def test_a_click_chooses_and_tells_once(qtbot, panel):
    panel.set_environment(BOTH)
    told = []
    panel.value_changed.connect(lambda: told.append(panel.value()))
    for _ in range(2):
        qtbot.mouseClick(button(panel, "NVIDIA T4"), Qt.MouseButton.LeftButton)
    assert told == ["cuda:0"]


def test_the_keyboard_chooses(qtbot, panel):
    panel.set_environment(BOTH)
    panel.activateWindow()
    button(panel, "CPU").setFocus()
    qtbot.waitUntil(lambda: button(panel, "CPU").hasFocus())
    qtbot.keyClick(button(panel, "CPU"), Qt.Key.Key_Down)
    assert panel.value() == "cuda:0"


@pytest.mark.parametrize("key", ["cuda:0", "mps"])
def test_a_device_that_is_not_here_is_kept_and_is_a_problem_until_another_is_chosen(
    qtbot, panel, key
):
    panel.set_value(key)
    with qtbot.waitSignal(panel.problems_changed):
        panel.set_environment(ONLY_CPU)
    assert panel.value() == key
    assert len(panel.problems()) == 1
    assert any("choose another" in text for text in texts(panel))
    with qtbot.waitSignals([panel.problems_changed, panel.value_changed]):
        qtbot.mouseClick(button(panel, "CPU"), Qt.MouseButton.LeftButton)
    assert (panel.value(), panel.problems()) == ("cpu", ())


def test_another_environment_leaves_no_widget_of_the_first(panel):
    panel.set_environment(BOTH)
    panel.set_environment(ONLY_CPU)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    before = len(panel.findChildren(QWidget))
    for environment in (BOTH, ONLY_CPU) * 5:
        panel.set_environment(environment)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert len(panel.findChildren(QWidget)) == before
