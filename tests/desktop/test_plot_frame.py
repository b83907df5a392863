"""What all plots can do."""

import math

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from gd_studio.desktop.look.theme import DARK, LIGHT
from gd_studio.desktop.plots import FitPlot, LandscapePlot, LossPlot
from gd_studio.desktop.plots.plot_frame import PlotFrame
from tests.desktop.mouse import drag, hover, right_click, shown, spot, wheel


class Plain(PlotFrame):
    """A frame with a home."""

    def home(self):
        return (0.0, 10.0), (-1.0, 1.0)

    def describe(self, x, y):
        return f"{x:.1f} {y:.1f}"


@pytest.fixture
def plot(qtbot):
    plot = Plain("Things", "x", "y")
    plot.show_range((0, 10), (-1, 1))
    return shown(qtbot, plot)


def test_it_has_a_name_for_a_screen_reader_and_takes_the_keyboard(plot):
    assert plot.accessibleName() == "Things"
    assert plot.view.accessibleName() == "Plot: Things"
    assert plot.focusProxy() is plot.view
    assert plot.view.focusPolicy() & Qt.FocusPolicy.TabFocus


@pytest.mark.parametrize(
    ("key", "x", "y"),
    [
        (Qt.Key.Key_Left, (-1, 9), (-1, 1)),
        (Qt.Key.Key_Right, (1, 11), (-1, 1)),
        (Qt.Key.Key_Up, (0, 10), (-0.8, 1.2)),
        (Qt.Key.Key_Down, (0, 10), (-1.2, 0.8)),
        (Qt.Key.Key_Plus, (1, 9), (-0.8, 0.8)),
        (Qt.Key.Key_Minus, (-1.25, 11.25), (-1.25, 1.25)),
    ],
)
def test_keys_pan_and_zoom_and_home_comes_back(qtbot, plot, key, x, y):
    with qtbot.waitSignal(plot.range_changed) as changed:
        qtbot.keyClick(plot.view, key)
    assert plot.shown()[0] == pytest.approx(x)
    assert plot.shown()[1] == pytest.approx(y)
    assert changed.args[0] == plot.shown()
    assert not plot.follows
    qtbot.keyClick(plot.view, Qt.Key.Key_Home)
    assert plot.shown() == ((0, 10), (-1, 1))
    assert plot.follows


def test_a_drag_pans(qtbot, plot):
    with qtbot.waitSignal(plot.range_changed):
        drag(qtbot, plot, (5, 0), (3, 0))
    assert plot.shown()[0] == pytest.approx((2, 12), abs=0.1)


def test_many_moves_are_told_once(qtbot, plot):
    told = []
    plot.range_changed.connect(told.append)
    for _ in range(5):
        qtbot.keyClick(plot.view, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: bool(told))
    qtbot.wait(100)
    assert len(told) == 1


def test_what_a_program_shows_is_not_told(qtbot, plot):
    with qtbot.assertNotEmitted(plot.range_changed, wait=120):
        plot.show_range((0, 5), None)


@pytest.mark.parametrize("bad", [(math.nan, 1.0), (0.0, math.inf), (-math.inf, math.nan)])
def test_a_range_that_is_not_finite_changes_nothing(plot, bad):
    before = plot.shown()
    plot.show_range(bad, bad)
    assert plot.shown() == before


def test_an_empty_range_gets_a_width(plot):
    plot.show_range((3, 3), (0, 0))
    (x0, x1), (y0, y1) = plot.shown()
    assert x0 < 3 < x1
    assert y0 < 0 < y1


def test_the_mouse_reads_values_off_until_it_leaves(qtbot, plot):
    told = []
    plot.hovered.connect(lambda x, y: told.append((x, y)))
    hover(qtbot, plot, 4, 0.5)
    assert plot.readout.isVisible()
    assert plot.readout.text() == "4.0 0.5"
    assert told[-1] == pytest.approx((4, 0.5), abs=0.05)
    hover(qtbot, plot, -5, 0)
    assert not plot.readout.isVisible()


def resting(plot, place):
    """The readout once it tells of the place that is now where `place` was."""
    where = plot.box.mapSceneToView(plot.view.mapToScene(place))
    return lambda: plot.readout.text() == f"{where.x():.1f} {where.y():.1f}"


@pytest.mark.parametrize("key", [Qt.Key.Key_Plus, Qt.Key.Key_Right, Qt.Key.Key_Down])
def test_keys_move_the_plot_under_a_resting_mouse_and_the_readout_knows(qtbot, plot, key):
    place = spot(plot, 4, 0.5)
    hover(qtbot, plot, 4, 0.5)
    qtbot.keyClick(plot.view, key)
    qtbot.waitUntil(resting(plot, place), timeout=500)
    assert plot.readout.text() != "4.0 0.5"
    assert plot._vertical.value() != pytest.approx(4.0, abs=0.05) or key == Qt.Key.Key_Down
    qtbot.keyClick(plot.view, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: plot.readout.text() == "4.0 0.5", timeout=500)


def test_the_readout_knows_what_the_wheel_and_a_program_show(qtbot, plot):
    place = spot(plot, 4, 0.5)
    hover(qtbot, plot, 4, 0.5)
    plot.show_range((100, 110), None)
    qtbot.waitUntil(lambda: plot.readout.text() == "104.0 0.5", timeout=500)
    wheel(plot, place, -5)
    qtbot.waitUntil(resting(plot, place), timeout=500)


def test_no_readout_comes_back_once_the_mouse_is_gone(qtbot, plot):
    hover(qtbot, plot, 4, 0.5)
    hover(qtbot, plot, -5, 0)
    plot.show_range((100, 110), None)
    qtbot.wait(50)
    assert not plot.readout.isVisible()
    assert not plot._vertical.isVisible()


@pytest.mark.parametrize("place", [(0.1, 0.9), (9.9, 0.9), (0.1, -0.9), (9.9, -0.9)])
def test_the_readout_stays_inside(qtbot, plot, place):
    hover(qtbot, plot, *place)
    assert plot.view.viewport().rect().contains(plot.readout.geometry())


def test_the_menu_has_only_what_makes_sense(qtbot, plot):
    right_click(qtbot, plot, 5, 0)
    qtbot.waitUntil(lambda: plot._menu is not None and plot._menu.isVisible())
    assert [action.text() for action in plot._menu.actions()] == [
        "View all",
        "Show data…",
        "Copy image",
    ]
    plot._menu.close()


def test_the_image_can_be_copied(plot):
    QGuiApplication.clipboard().clear()
    plot.copy_action.trigger()
    image = QGuiApplication.clipboard().image()
    assert image.width() == plot.width()


@pytest.mark.parametrize("kind", [LossPlot, LandscapePlot, FitPlot])
def test_themes_change_the_colours_of_the_plot(qtbot, kind):
    plot = shown(qtbot, kind())
    colours = []
    for theme in (LIGHT, DARK):
        plot.set_theme(theme)
        qtbot.wait(10)
        colours.append(plot.grab().toImage().pixelColor(3, 200).name())
    assert colours == [LIGHT.plot_background, DARK.plot_background]


def test_the_plot_that_has_the_keyboard_shows_it(qtbot, plot):
    plot.view.clearFocus()
    qtbot.wait(20)
    without = plot.grab().toImage().pixelColor(1, 200).name()
    plot.activateWindow()
    plot.setFocus()
    qtbot.waitUntil(plot.view.hasFocus)
    assert plot.grab().toImage().pixelColor(1, 200).name() != without
