from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from gd_studio.experiment import Change
from gd_studio.files.figures import (
    write_comparison_figure,
    write_landscape_figure,
    write_loss_figure,
)
from gd_studio.files.figures.comparison import add_legend, draw_comparison
from gd_studio.files.figures.landscape import draw_landscape, tick_labels
from gd_studio.files.figures.loss import draw_loss, mark_changes
from gd_studio.recording import Run
from gd_studio.recording.plane import plane_of
from tests.helpers.recordings import CURVE, LINE, VALLEY, finished_run


def draw(run: Run, values: np.ndarray) -> Figure:
    figure = Figure(layout="constrained")
    draw_landscape(figure.add_subplot(), plane_of(run), values, "Title")
    figure.draw_without_rendering()
    return figure


def rosenbrock() -> np.ndarray:
    x, y = np.meshgrid(np.linspace(-2, 2, 50), np.linspace(-1, 3, 40))
    values: np.ndarray = (1 - x) ** 2 + 100 * (y - x**2) ** 2
    return values


def size_of(png: Path) -> tuple[int, int]:
    with Image.open(png, formats=["PNG"]) as image:
        image.load()
        return image.size


def line(loss: list[float]) -> Run:
    return finished_run(LINE, [[0.0, 0.0]] * (len(loss) + 1), loss)


@pytest.mark.parametrize(
    ("loss", "scale"),
    [
        ([100.0, 1.0], "log"),
        ([10.0, 1.0], "linear"),
        ([100.0, 1.0, 0.0], "linear"),
        ([100.0, 1.0, -1.0], "linear"),
        ([5.0], "linear"),
        ([], "linear"),
        ([100.0, float("inf"), 1.0], "log"),
    ],
)
def test_the_loss_is_on_a_log_scale_where_it_spans_decades(loss: list[float], scale: str) -> None:
    axes = Figure().add_subplot()
    recording = line(loss).recording
    assert recording is not None
    draw_loss(axes, recording, "Title")
    assert axes.get_yscale() == scale
    assert axes.get_title() == "Title"
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("step", "loss")


def test_what_was_changed_on_the_way_is_marked_as_far_as_the_run_came() -> None:
    axes = Figure().add_subplot()
    recording = line([5.0, 4.0, 3.0, 2.0]).recording
    assert recording is not None
    changes = [
        Change(after=2, values={"optimizer.lr": 0.05, "training.clip_norm": 1.0}),
        Change(after=9, values={"optimizer.lr": 0.1}),
    ]
    mark_changes(axes, recording, changes)
    assert [np.asarray(mark.get_xdata()).tolist() for mark in axes.lines] == [[2, 2]]
    assert [text.get_text() for text in axes.texts] == ["lr 0.05, clip norm 1.0"]


def test_a_long_curve_is_thinned_and_keeps_its_ends_and_extremes() -> None:
    loss = np.linspace(50.0, 10.0, 100_000)
    loss[4321] = 60.0
    recording = line(loss.tolist()).recording
    assert recording is not None
    axes = Figure().add_subplot()
    draw_loss(axes, recording, "")
    x, y = (np.asarray(part) for part in axes.lines[0].get_data())
    assert len(x) <= 4000
    assert (x[0], x[-1]) == (0, 99_999)
    assert y.max() == 60.0


def test_a_landscape_has_its_axes_paths_ends_and_minima() -> None:
    run = finished_run(VALLEY, [[-1.0, 1.0], [-0.5, 0.5], [0.5, 0.5]])
    figure = draw(run, rosenbrock())
    axes, bar = figure.axes
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("x", "y")
    assert bar.get_ylabel() == "loss"
    assert axes.get_xlim() == (-2.0, 2.0)
    marks = {c.get_label(): np.asarray(c.get_offsets()).tolist() for c in axes.collections}
    assert marks["start"] == [[-1.0, 1.0]]
    assert marks["end"] == [[0.5, 0.5]]
    assert marks["known minimum"] == [[1.0, 1.0]]


def test_a_slice_says_what_is_held() -> None:
    perceptron = {
        "problem": {
            "kind": "model",
            "dataset": {"key": "circle"},
            "model": {"key": "perceptron", "hidden": 10},
            "loss": {"key": "bce"},
        },
        "optimizer": {"key": "sgd"},
        "training": {"epochs": 1},
    }
    points = np.vstack([np.zeros(41), np.linspace(0, 1, 41)]).tolist()
    figure = draw(finished_run(perceptron, points), rosenbrock())
    assert "slice: the other 39 held at their final values" in figure.axes[0].get_title()


def test_a_curve_carries_the_points_of_the_path() -> None:
    run = finished_run(CURVE, [[1.0], [0.5], [0.25]])
    figure = draw(run, np.linspace(-2, 2, 401) ** 2)
    (axes,) = figure.axes
    np.testing.assert_allclose(
        np.column_stack([np.asarray(part) for part in axes.lines[1].get_data()]),
        [[1.0, 1.0], [0.5, 0.25], [0.25, 0.0625]],
        atol=1e-6,
    )


@pytest.mark.parametrize(
    "values",
    [
        np.full((5, 5), np.nan),
        np.full((5, 5), 3.0),
        np.where(rosenbrock() > 50, np.inf, rosenbrock()),
    ],
    ids=["nothing finite", "constant", "partly infinite"],
)
def test_a_landscape_that_is_not_finite_or_flat_is_drawn_all_the_same(
    tmp_path: Path, values: np.ndarray
) -> None:
    run = finished_run(VALLEY, [[-1.0, 1.0], [1e30, 1e30]])
    write_landscape_figure(tmp_path / "l.png", plane_of(run), values, "")
    assert size_of(tmp_path / "l.png") == (1050, 825)


def test_a_run_without_a_step_has_figures_as_well(tmp_path: Path) -> None:
    run = finished_run(VALLEY, [[-1.0, 1.0]])
    assert run.recording is not None
    write_loss_figure(tmp_path / "loss.png", run.recording, "")
    write_landscape_figure(tmp_path / "landscape.png", plane_of(run), rosenbrock(), "")
    assert size_of(tmp_path / "loss.png") == (1050, 675)
    assert size_of(tmp_path / "landscape.png") == (1050, 825)


def test_ticks_are_as_short_as_they_can_be_told_apart() -> None:
    assert tick_labels(np.array([-1.76, -1.1e-5, 1.76])) == ["-1.76", "0", "1.76"]
    assert tick_labels(np.array([0.0, 2.53e-5, 1e3])) == ["0", "2.53e-05", "1e+03"]


def test_figures_need_neither_pyplot_nor_a_screen() -> None:
    code = (
        "import sys, gd_studio.files.figures; "
        "assert 'matplotlib.pyplot' not in sys.modules; assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


HOSTILE = "$\\frac{1}{$ $x_{ \x1b[31m \u202e _ & <b>"


def shown_texts(figure: Figure) -> list[Text]:
    """All texts of a figure that somebody else has written."""
    figure.draw_without_rendering()
    texts = cast(list[Text], figure.findobj(Text))
    return [text for text in texts if "frac" in text.get_text()]


def assert_is_text(figure: Figure) -> None:
    texts = shown_texts(figure)
    assert texts
    right = figure.bbox.x1
    for text in texts:
        assert not text.get_parse_math()
        assert "\x1b" not in text.get_text()
        assert "\u202e" not in text.get_text()
        box = text.get_window_extent()
        assert box.x0 >= 0
        assert box.x1 <= right


@pytest.mark.parametrize("title", [HOSTILE, f"{HOSTILE} {'words ' * 60}", f"{HOSTILE}{'x' * 4000}"])
def test_titles_of_figures_are_text_and_stay_within_the_figure(title: str) -> None:
    run = finished_run(VALLEY, [[-1.0, 1.0], [-0.5, 0.5], [0.5, 0.5]])
    assert run.recording is not None
    figure = Figure(figsize=(7.0, 4.5), layout="constrained")
    draw_loss(figure.add_subplot(), run.recording, title)
    assert_is_text(figure)
    figure = Figure(figsize=(7.0, 5.5), layout="constrained")
    plane = replace(plane_of(run), labels=(HOSTILE, HOSTILE))
    draw_landscape(figure.add_subplot(), plane, rosenbrock(), title)
    assert_is_text(figure)


def test_names_of_runs_are_text_in_a_figure_and_leave_room_for_the_curves(tmp_path: Path) -> None:
    runs = []
    for number in range(3):
        run = line([5.0, 4.0, 3.0])
        run.name = f"{'_' * number}{HOSTILE}{'M' * 70}"
        runs.append(run)
    figure = Figure(figsize=(8.5, 4.5), layout="constrained")
    draw_comparison(figure.add_subplot(), runs, HOSTILE)
    add_legend(figure)
    assert_is_text(figure)
    assert len(shown_texts(figure)) == len(("the title", *runs))
    assert figure.axes[0].get_position().width > 0.3
    write_comparison_figure(tmp_path / "c.png", runs, HOSTILE)
    assert size_of(tmp_path / "c.png") == (1275, 675)


def test_a_change_that_is_a_long_text_is_cut_in_a_figure() -> None:
    axes = Figure().add_subplot()
    recording = line([5.0, 4.0, 3.0, 2.0]).recording
    assert recording is not None
    points = ", ".join(f"{i} 0.1" for i in range(200))
    mark_changes(axes, recording, [Change(after=1, values={"schedule.points": points})])
    (text,) = axes.texts
    assert text.get_text().startswith("points 0 0.1, 1 0.1")
    assert len(text.get_text()) <= 60
    assert not text.get_parse_math()
