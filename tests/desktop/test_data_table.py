from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from gd_studio.desktop.plots import BoundaryPlot, FitPlot, LandscapePlot, LossPlot
from gd_studio.desktop.plots.data_table import Columns, DataDialog


def opened(plot) -> DataDialog:
    plot.show_data()
    (dialog,) = plot.findChildren(DataDialog)
    return dialog


def cells(dialog: DataDialog) -> list[list[str]]:
    model = dialog.table.model()
    return [
        [model.index(row, column).data() for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def test_the_loss_plot_lists_every_step_of_every_visible_run(qtbot) -> None:
    plot = LossPlot()
    qtbot.addWidget(plot)
    plot.set_run("a", "#ff0000", "first")
    plot.set_run("b", "#00ff00", "second")
    plot.set_run("c", "#0000ff", "hidden")
    plot.update_run("a", np.arange(1, 4), np.array([4.0, 2.5, 0.1]))
    plot.update_run("b", np.arange(1, 3), np.array([7.0, 6.0]))
    plot.update_run("c", np.arange(1, 3), np.array([9.0, 9.0]))
    plot.set_visible("c", False)
    dialog = opened(plot)

    assert cells(dialog) == [["1", "4", "1", "7"], ["2", "2.5", "2", "6"], ["3", "0.1", "", ""]]
    dialog.copy_button.click()
    assert QGuiApplication.clipboard().text().splitlines()[:2] == [
        "first: step\tfirst\tsecond: step\tsecond",
        "1\t4\t1\t7",
    ]
    dialog.close()


@pytest.mark.parametrize("count", [2, 400])
def test_a_landscape_lists_the_points_of_each_path(qtbot, count) -> None:
    plot = LandscapePlot()
    qtbot.addWidget(plot)
    plot.set_axes("x", "y")
    rng = np.random.default_rng(0)
    paths = [rng.normal(size=(3, 2)) for _ in range(count)]
    plot.set_paths([(path, "#ff0000") for path in paths])
    columns = plot.data()

    assert columns.headings == ("path", "point", "x", "y")
    assert len(columns) == 3 * count
    np.testing.assert_allclose(np.stack(columns.values[2:], axis=1), np.concatenate(paths))
    assert columns.values[0].tolist() == np.repeat(np.arange(1, count + 1), 3).tolist()


def test_fit_and_boundary_list_their_data(qtbot) -> None:
    fit, boundary = FitPlot(), BoundaryPlot()
    for plot in (fit, boundary):
        qtbot.addWidget(plot)
    fit.set_data(np.array([[1.0], [2.0]]), np.array([3.0, 5.0]))
    boundary.set_data(np.array([[0.0, 1.0], [2.0, 3.0]]), np.array([1.0, 0.0]))

    assert fit.data().values[0].tolist() == [1.0, 2.0]
    assert fit.data().values[1].tolist() == [3.0, 5.0]
    assert [v.tolist() for v in boundary.data().values] == [[2.0, 0.0], [3.0, 1.0], [0.0, 1.0]]


def test_columns_of_different_lengths_are_filled_with_empty_cells() -> None:
    columns = Columns.of(("a", "b"), np.array([1.5]), np.array([1.0, np.inf, 3.0]))
    assert columns.text() == "a\tb\n1.5\t1\n\t\n\t3\n"
    QApplication.processEvents()


def test_no_name_is_a_formula_or_a_row_of_its_own_where_a_table_is_pasted() -> None:
    texts = np.array(["@SUM(1)", "-1+1", "a\tb\nc"], dtype=object)
    columns = Columns.of(("=1+1", "loss"), texts, np.array([-1.5, 2.0, 3.0]))
    assert columns.text() == "'=1+1\tloss\n'@SUM(1)\t-1.5\n'-1+1\t2\na\\x09b\\x0ac\t3\n"
