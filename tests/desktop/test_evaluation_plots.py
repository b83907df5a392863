"""The plots with which a trained model is judged."""

import itertools

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF
from PySide6.QtGui import QColor, QGuiApplication, QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip

from gd_studio.desktop.look.theme import DARK, LIGHT
from gd_studio.desktop.plots import BarsPlot, ConfusionPlot, ImageGrid, PredictedPlot, RocPlot
from gd_studio.desktop.plots.data_table import DataDialog
from tests.desktop.mouse import hover, shown
from tests.desktop.test_theme import SIGHTS, contrast, linear, oklab

THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
DIGITS = tuple("0123456789")
COUNTS = np.array([[33, 4, 0], [2, 18, 0], [0, 1, 9]])
SPECIES = ("setosa", "versicolor", "virginica")


def pixel(plot, x, y):
    at = plot.canvas.mapTo(plot, QPoint(round(x), round(y)))
    return plot.grab().toImage().pixelColor(at).name()


@pytest.fixture
def confusion(qtbot):
    plot = shown(qtbot, ConfusionPlot(), 520, 360)
    plot.set_confusion(COUNTS, SPECIES)
    return plot


# --- confusion ---------------------------------------------------------------------------------


@THEMES
def test_right_cells_and_mistakes_have_colours_of_their_own(confusion, theme):
    confusion.set_theme(theme)
    for row, column in itertools.product(range(3), repeat=2):
        place = confusion.cell(row, column)
        painted = pixel(confusion, place.left() + 8, place.top() + 8)
        assert painted == confusion.colour(row, column).name()
    assert confusion.colour(1, 1).name() == "#" + bytes(theme.boundary[round(127.5 * 0.085)]).hex()
    assert len({confusion.colour(i, j).name() for i, j in ((0, 0), (0, 1), (0, 2))}) == 3


@THEMES
def test_every_cell_can_be_read(confusion, theme):
    confusion.set_theme(theme)
    shares = np.linspace(0, 1, 11)
    for share in shares:
        confusion.set_confusion(np.round([[100 * share, 100 * (1 - share)], [1, 0]]), ("a", "b"))
        for column in (0, 1):
            assert contrast(theme.text, confusion.colour(0, column).name()) >= 4.5


def test_cells_tell_count_and_share_while_there_is_room(confusion):
    assert confusion.words(0, 1) == ("4", "10.8 %")
    assert confusion.words(0, 2) == ("0",)
    confusion.set_confusion(np.full((10, 10), 12), DIGITS)
    assert confusion.words(3, 4) == ("12",)
    confusion.resize(220, 160)
    QApplication.processEvents()
    assert confusion.words(3, 4) == ()


def test_the_mouse_reads_a_cell(confusion):
    at = confusion.cell(0, 1).center()
    assert confusion.describe(at) == "true setosa, predicted versicolor: 4 of 37, 10.8 %"
    assert confusion.describe(QPointF(1, 1)) == ""
    spot = at.toPoint()
    event = QHelpEvent(QEvent.Type.ToolTip, spot, confusion.canvas.mapToGlobal(spot))
    QApplication.sendEvent(confusion.canvas, event)
    assert QToolTip.text() == f"<p>{confusion.describe(at)}</p>"
    QToolTip.hideText()


def test_rows_are_true_and_columns_predicted_classes(confusion):
    assert confusion.cell(0, 1).left() > confusion.cell(0, 0).right()
    assert confusion.cell(1, 0).top() > confusion.cell(0, 0).bottom()
    columns = confusion.data()
    assert columns.headings == ("true", *(f"predicted {name}" for name in SPECIES))
    assert columns.text().splitlines()[2] == "versicolor\t2\t18\t0"
    assert confusion.accessibleName() == "Confusion matrix"
    assert confusion.accessibleDescription() == "60 of 67 right, 89.6 %"


@pytest.mark.parametrize("size", [(220, 160), (900, 300), (300, 900)])
@pytest.mark.parametrize("names", [DIGITS, tuple(f"a rather long name {i}" for i in range(10))])
def test_the_matrix_stays_inside(confusion, size, names):
    confusion.set_confusion(np.eye(10), names)
    confusion.resize(*size)
    confusion.grab()
    inside = confusion.canvas.rect().toRectF()
    assert inside.contains(confusion.cell(0, 0))
    assert inside.contains(confusion.cell(9, 9))


@pytest.mark.parametrize("kind", [ConfusionPlot, BarsPlot, ImageGrid, RocPlot, PredictedPlot])
def test_a_plot_without_data_is_empty(qtbot, kind):
    plot = shown(qtbot, kind(), 220, 160)
    plot.set_theme(DARK)
    plot.grab()
    assert len(plot.data()) == 0
    if kind in (ConfusionPlot, BarsPlot, ImageGrid):
        assert plot.describe(QPointF(50, 50)) == ""
        assert pixel(plot, 50, 50) == DARK.plot_background


def test_the_table_and_the_picture_can_be_had(confusion):
    confusion.data_action.trigger()
    (dialog,) = confusion.findChildren(DataDialog)
    assert dialog.table.model().index(0, 0).data() == "setosa"
    dialog.close()
    confusion.copy_action.trigger()
    assert not QGuiApplication.clipboard().image().isNull()


# --- ROC ---------------------------------------------------------------------------------------


@pytest.fixture
def roc(qtbot):
    plot = shown(qtbot, RocPlot(), 520, 360)
    perfect = ("a", np.array([0.0, 0.0, 1.0]), np.array([0.0, 1.0, 1.0]))
    half = ("b & c", np.array([0.0, 0.4, 1.0]), np.array([0.0, 0.6, 1.0]))
    plot.set_curves([perfect, half])
    return plot


def test_the_legend_tells_the_area_under_each_curve(roc):
    assert roc.areas == pytest.approx((1.0, 0.6))
    assert "a:&nbsp;AUC&nbsp;1.000" in roc.legend.text()
    assert "b&nbsp;&amp;&nbsp;c:&nbsp;AUC&nbsp;0.600" in roc.legend.text()
    assert roc.legend.isVisible()


def test_the_mouse_finds_the_nearest_point_of_a_curve(qtbot, roc):
    hover(qtbot, roc, 0.45, 0.5)
    assert "b &amp; c" in roc.readout.text()
    assert "<b>0.6</b>" in roc.readout.text()
    assert roc.cross(0.45, 0.5) == pytest.approx((0.4, 0.6))


@pytest.mark.parametrize("size", [(700, 300), (300, 700), (520, 360)])
def test_both_rates_have_one_scale(qtbot, roc, size):
    roc.resize(*size)
    qtbot.wait(20)
    assert roc.box.width() == pytest.approx(roc.box.height(), abs=3)
    assert roc.shown()[0] == roc.shown()[1]
    assert roc.shown()[0][0] <= 0 < 1 <= roc.shown()[0][1]


@THEMES
def test_curves_take_the_colours_of_their_classes(roc, theme):
    roc.set_theme(theme)
    assert [curve.colour.name() for curve in roc.curves] == list(theme.class_colours[:2])
    assert all(colour in roc.legend.text() for colour in theme.class_colours[:2])


def test_new_curves_take_the_place_of_the_old(roc):
    nothing = np.full(2, np.nan)
    roc.set_curves([("rare", nothing, nothing)])
    assert len(roc.curves) == 1
    assert "AUC" not in roc.legend.text()
    assert roc.describe(0.5, 0.5) == ""
    assert roc.data().headings == ("rare: false positive rate", "rare: true positive rate")


# --- predicted and true ------------------------------------------------------------------------


@pytest.fixture
def predicted(qtbot):
    plot = shown(qtbot, PredictedPlot(), 520, 360)
    train = np.array([0.0, 5.0, 10.0]), np.array([1.0, 4.0, 12.0])
    plot.set_points(train, (np.array([-2.0]), np.array([3.0])), "kg")
    return plot


def test_train_and_test_differ_by_colour_and_by_symbol(predicted):
    assert predicted.train.symbol != predicted.test.symbol
    assert predicted.train.colours != predicted.test.colours
    assert "train" in predicted.legend.text()
    assert "test" in predicted.legend.text()
    assert predicted.view.x_axis.labelText == "True (kg)"
    assert predicted.view.y_axis.labelText == "Predicted (kg)"


def test_both_axes_have_one_range_that_holds_everything(predicted):
    (x, y) = predicted.shown()
    assert x == y
    assert x[0] < -2 < 12 < x[1]


def test_the_mouse_reads_a_sample(qtbot, predicted):
    hover(qtbot, predicted, 10.0, 12.0)
    assert predicted.readout.text() == "train: true 10, predicted <b>12</b>, off by +2"
    assert predicted.describe(-2.0, 3.0).startswith("test: true −2, predicted <b>3</b>")
    assert predicted.describe(2.0, 12.0) == ""


def test_without_a_test_the_training_samples_are_alone(predicted):
    predicted.set_points((np.array([1.0, np.nan]), np.array([1.0, 2.0])), None)
    assert predicted.data().headings == ("train: true", "train: predicted")
    assert "test" not in predicted.legend.text()
    assert predicted.view.x_axis.labelText == "True"
    predicted.grab()


# --- bars --------------------------------------------------------------------------------------


@pytest.fixture
def bars(qtbot):
    plot = shown(qtbot, BarsPlot(), 520, 360)
    spread = np.array([0.1, 0.2, 0.1])
    plot.set_bars(("low", "high", "below"), np.array([0.5, 2.0, -1.0]), spread, "Fall of R²")
    return plot


def test_bars_are_sorted_and_go_left_of_zero_where_negative(bars):
    assert bars.shown == ("high", "low", "below")
    high, low, below = (bars.bar(row) for row in range(3))
    assert high.top() < low.top() < below.top()
    assert high.left() == low.left() == below.right()
    assert high.width() == pytest.approx(4 * low.width()) == pytest.approx(2 * below.width())


@THEMES
def test_negative_bars_have_another_colour(bars, theme):
    bars.set_theme(theme)
    for row, colour in ((1, theme.classes[0]), (2, theme.classes[1])):
        place = bars.bar(row)
        assert pixel(bars, place.left() + 0.4 * place.width(), place.top() + 4) == colour


def test_whiskers_reach_as_far_as_the_spread(bars):
    place = bars.bar(0)
    beyond = place.right() + 0.05 * place.width()
    assert QColor(pixel(bars, beyond, int(place.center().y()))).lightness() < 120
    bars.set_bars(("high",), np.array([2.0]))
    place = bars.bar(0)
    assert pixel(bars, place.right() + 4, place.center().y()) == LIGHT.plot_background


def test_of_many_bars_those_farthest_from_zero_are_shown(bars):
    names = [f"pixel {i}" for i in range(64)]
    bars.set_bars(names, np.arange(64) - 40.0)
    assert len(bars.shown) <= 20
    assert bars.left_out == f"{64 - len(bars.shown)} more, nearer to zero, are not shown"
    assert bars.shown[-1] == "pixel 0"
    bars.resize(520, 700)
    QApplication.processEvents()
    assert len(bars.shown) == 20
    assert len(bars.data()) == 64
    assert bars.data().cell(0, 0) == "pixel 63"


def test_the_mouse_reads_a_bar(bars):
    assert bars.describe(bars.bar(0).center()) == "high: 2 ± 0.2"
    assert bars.data().headings == ("name", "Fall of R²", "spread")


@pytest.mark.parametrize("values", [[0.0, 0.0], [np.nan, 1.0], [np.inf, -1e300], [1e-300, 0.0]])
def test_no_value_upsets_the_bars(bars, values):
    bars.set_bars(("a", "b"), np.array(values))
    bars.grab()
    for place in (bars.bar(0), bars.bar(1)):
        assert 0 < place.left() <= place.right() < bars.canvas.width()


# --- images ------------------------------------------------------------------------------------


@pytest.fixture
def grid(qtbot):
    plot = shown(qtbot, ImageGrid(), 520, 360)
    images = np.zeros((4, 8, 8))
    images[:, :4] = 16.0
    plot.set_images(images, np.array([3, 5, 7, 1]), np.array([3, 3, 7, 1]), DIGITS)
    return plot


@THEMES
def test_high_values_are_ink_and_low_ones_paper(grid, theme):
    grid.set_theme(theme)
    for index in range(4):
        place = grid.picture(index)
        x, quarter = place.center().x(), place.height() / 4
        assert pixel(grid, x, place.top() + quarter) == theme.text
        assert pixel(grid, x, place.bottom() - quarter) == theme.base


@THEMES
def test_what_is_wrong_is_said_in_the_colour_of_danger(grid, theme):
    grid.set_theme(theme)
    assert [grid.caption(i) for i in range(4)] == ["3", "3 (true 5)", "7", "1"]
    painted = grid.canvas.grab().toImage()
    for index in (0, 1):
        place = grid.picture(index)
        under = itertools.product(
            range(int(place.left()), int(place.right())),
            range(int(place.bottom()) + 3, int(place.bottom()) + 18),
        )
        found = {painted.pixelColor(x, y).name() for x, y in under}
        assert (theme.danger in found) == (index == 1)


def test_as_many_pictures_as_fit_are_shown(grid):
    few = grid.picture(0).width()
    count = 200
    codes = np.arange(count) % 10
    grid.set_images(np.zeros((count, 8, 8)), codes, codes, DIGITS)
    assert 4 < grid.shown < count
    assert grid.picture(0).width() < few
    inside = grid.canvas.rect().toRectF()
    assert all(inside.contains(grid.picture(i)) for i in range(grid.shown))
    assert not grid.picture(0).intersects(grid.picture(1))
    assert len(grid.data()) == count


def test_the_mouse_reads_a_picture(grid):
    assert grid.describe(grid.picture(1).center()) == "predicted 3, true 5"
    assert grid.data().text().splitlines()[2] == "2\t5\t3"
    assert grid.accessibleDescription() == "1 of 4 wrong"
    assert grid.describe(QPointF(QPoint(-5, -5))) == ""


# --- colours -----------------------------------------------------------------------------------


@THEMES
@pytest.mark.parametrize("sight", SIGHTS)
def test_classes_can_be_told_apart_by_everybody(theme, sight):
    seen = [oklab(np.array(SIGHTS[sight]) @ linear(colour)) for colour in theme.class_colours]
    nearest = min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2))
    assert len(theme.class_colours) == 10
    assert theme.class_colours[:2] == theme.classes
    assert nearest > 0.09


@THEMES
def test_classes_stand_out_from_the_plot(theme):
    least = min(contrast(colour, theme.plot_background) for colour in theme.class_colours)
    assert least >= 2.5
