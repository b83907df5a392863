"""The panel of the devices."""

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QLabel, QRadioButton, QWidget

from gd_studio.desktop.panels.device_panel import DevicePanel
from gd_studio.desktop.panels.link_button import LinkButton
from gd_studio.link.environment import Device, Environment

CPU = Device("cpu", "CPU")
CUDA = Device("cuda:0", "NVIDIA T4")
NO_CUDA = Device("cuda:0", "NVIDIA", "This torch was built without CUDA.")
NO_BUILD = Device("cuda", "CUDA", "This torch was built without CUDA.", "Install another torch.")
NO_MPS = Device("mps", "MPS", "It is for macOS.")
MPS = Device("mps", "MPS · Apple GPU")
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
    helped = Environment({}, (CPU, NO_BUILD), 1)
    for environment in (BOTH, helped, ONLY_CPU) * 5:
        panel.set_environment(environment)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert len(panel.findChildren(QWidget)) == before


def links(panel):
    return [b for b in panel.findChildren(LinkButton) if b.isVisible()]


def test_where_no_gpu_can_be_used_a_click_says_what_to_do_and_another_hides_it(qtbot, panel):
    panel.set_environment(Environment({}, (CPU, NO_BUILD, NO_MPS), 1))
    [link] = links(panel)
    assert "GPU" in link.text()
    assert "Install another torch." in link.toolTip()
    assert "Install another torch." not in texts(panel)
    qtbot.mouseClick(link, Qt.MouseButton.LeftButton)
    assert texts(panel)[-1] == "Install another torch."
    qtbot.keyClick(link, Qt.Key.Key_Space)
    assert "Install another torch." not in texts(panel)


@pytest.mark.parametrize(
    "devices",
    [
        (CPU, CUDA),
        (CPU, NO_BUILD, MPS),
        (CPU, NO_CUDA, NO_MPS),  # nothing is known that would help
    ],
)
def test_where_a_gpu_can_be_used_or_nothing_helps_nothing_is_said(panel, devices):
    panel.set_environment(Environment({}, devices, 1))
    assert links(panel) == []


def test_the_tab_key_comes_to_the_help_after_the_devices(qtbot, panel):
    panel.set_environment(Environment({}, (CPU, NO_BUILD), 1))
    panel.activateWindow()
    button(panel, "CPU").setFocus()
    qtbot.waitUntil(lambda: button(panel, "CPU").hasFocus())
    qtbot.keyClick(button(panel, "CPU"), Qt.Key.Key_Tab)
    assert links(panel)[0].hasFocus()
