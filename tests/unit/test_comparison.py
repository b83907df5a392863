"""Several runs beside each other: their folders, their table, their figure, what is printed."""

from __future__ import annotations

import csv
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from gd_studio.cli.comparison import folder_names
from gd_studio.cli.interrupts import Interrupts
from gd_studio.cli.summary import comparison
from gd_studio.files import write_comparison
from gd_studio.files.figures import write_comparison_figure
from gd_studio.files.figures.comparison import draw_comparison
from gd_studio.files.figures.loss import draw_loss
from gd_studio.link.messages import Finished, FinishReason, Started, Steps
from gd_studio.recording import Run
from tests.helpers.listening import listening
from tests.helpers.recordings import LINE, VALLEY, finished_run


def named(name: str, data: object, final: dict[str, float], loss: list[float]) -> Run:
    run = finished_run(data, np.zeros((len(loss) + 1, 2)).tolist(), loss, final=final)
    run.name = name
    return run


def evaluated(steps_per_epoch: int) -> Run:
    """A run of two epochs that was judged before and after each."""
    made = finished_run(LINE, [[0.0, 0.0]] * 2)
    assert made.preview is not None
    n = 2 * steps_per_epoch
    run = Run(made.experiment, f"batches of {steps_per_epoch}")
    run.receive(Started(made.experiment, made.preview, n, steps_per_epoch))
    rows = np.ones(n)
    steps = np.arange(1, n + 1)
    parameters = np.zeros((n, 2), dtype=np.float32)
    judged = np.array([0, steps_per_epoch, n])
    losses = np.array([3.0, 2.0, 1.0])
    run.receive(Steps(steps, rows, rows, rows, steps, parameters, judged, losses, losses + 1))
    run.receive(Finished(FinishReason.CONVERGED, "Done.", n, 0.1, parameters[-1], {}))
    return run


def test_folders_have_plain_names_and_each_its_own() -> None:
    names = ["lr 0.1", "LR 0.1", "lr/0.1", "Größe: ½", "..", "η", "ReLU, Kaiming", "a" * 100]
    assert folder_names(names) == [
        "lr-0.1",
        "LR-0.1-2",
        "lr-0.1-3",
        "Gro-e-1-2",
        "run",
        "run-2",
        "ReLU-Kaiming",
        "a" * 100,
    ]


def test_the_table_has_a_column_for_each_number_that_any_run_has(tmp_path: Path) -> None:
    first = named("one, two", LINE, {"train_loss": 0.1, "test_r2": float("nan")}, [1.0, 0.5])
    second = named("other", VALLEY, {"train_loss": 1 / 3, "loss[0]": 2.0}, [1.0])
    write_comparison(tmp_path / "c.csv", [first, second])
    with (tmp_path / "c.csv").open(newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [
        ["run", "finish", "steps", "epochs", "seconds", "train_loss", "test_r2", "loss[0]"],
        ["one, two", "completed", "2", "2", "0.1", "0.1", "", ""],
        ["other", "completed", "1", "", "0.1", "0.3333333333333333", "", "2.0"],
    ]


def test_what_is_printed_is_a_table_that_names_what_diverged() -> None:
    good = named("Good", LINE, {"train_loss": 0.5, "train_r2": 0.25}, [1.0])
    bad = named("Much too fast", LINE, {"train_loss": 1e30}, [1.0])
    parameters = np.zeros(2, dtype=np.float32)
    bad.finished = Finished(FinishReason.DIVERGED, "Diverged at step 2.", 1000, 0.1, parameters, {})
    assert comparison([good, bad], planned=3) == [
        "run            ended      steps  loss  train R²",
        "Good           completed      1   0.5      0.25",
        "Much too fast  diverged   1,000",
        "Much too fast: Diverged at step 2.",
        "Stopped: 1 of 3 runs were not begun.",
    ]


@pytest.mark.parametrize(
    ("sizes", "label", "ends"), [((1, 5), "epoch", {2.0}), ((1, 1), "step", {2.0})]
)
def test_runs_of_different_batches_are_drawn_over_epochs(sizes, label, ends) -> None:
    axes = Figure().add_subplot()
    draw_comparison(axes, [evaluated(size) for size in sizes], "Title")
    assert axes.get_xlabel() == label
    curves = [line for line in axes.lines if len(np.asarray(line.get_xdata()))]
    assert len(curves) == 4  # training and test part of each
    assert {float(np.asarray(line.get_xdata())[-1]) for line in curves} == ends
    assert [line.get_linestyle() for line in curves] == ["-", "--"] * 2


def test_a_divergence_leaves_room_for_the_other_runs() -> None:
    axes = Figure().add_subplot()
    runs = [
        named("fine", LINE, {}, [10.0, 1.0, 0.1]),
        named("not", LINE, {}, [10.0, 1e20, 1e37]),
    ]
    draw_comparison(axes, runs, "")
    assert axes.get_yscale() == "log"
    assert axes.get_ylim() == pytest.approx((0.05, 1000.0))


def test_a_short_run_has_room_beside_a_long_one() -> None:
    axes = Figure().add_subplot()
    runs = [named("long", VALLEY, {}, [1.0] * 5000), named("short", VALLEY, {}, [1.0] * 20)]
    draw_comparison(axes, runs, "")
    assert axes.get_xscale() == "symlog"


def test_any_name_and_any_number_of_runs_can_be_drawn(tmp_path: Path) -> None:
    names = ["$\\foo{$", "_hidden", "空", *(f"run {i}" for i in range(20))]
    runs = [named(name, LINE, {}, [2.0, 1.0]) for name in names]
    runs += [named("no step", LINE, {}, [])]
    write_comparison_figure(tmp_path / "c.png", runs, "$\\foo{$")
    with Image.open(tmp_path / "c.png") as image:
        assert image.size[0] > 1000


def test_the_losses_of_both_parts_are_in_the_figure_of_a_run() -> None:
    axes = Figure().add_subplot()
    recording = evaluated(3).recording
    assert recording is not None
    draw_loss(axes, recording, "")
    assert [line.get_label() for line in axes.lines] == ["each step", "training part", "test part"]
    assert [line.get_linestyle() for line in axes.lines] == ["-", "-", "--"]
    assert [np.asarray(line.get_xdata())[0] for line in axes.lines] == [0, 0, 0]


@pytest.fixture
def _listening() -> Iterator[None]:
    with listening():
        yield


@pytest.mark.usefixtures("_listening")
def test_the_first_interrupt_is_noted_and_the_second_is_one() -> None:
    before = signal.getsignal(signal.SIGINT)
    seconds = 0.0
    with Interrupts(lambda: seconds) as interrupts:
        came = [interrupts.came]
        signal.raise_signal(signal.SIGINT)
        assert [*came, interrupts.came] == [False, True]
        seconds = 0.1
        signal.raise_signal(signal.SIGINT)  # of the same Ctrl-C: to the process and to its group
        seconds = 1.0
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.usefixtures("_listening")
@pytest.mark.skipif(sys.platform == "win32", reason="it would end the process")
def test_the_system_may_ask_as_often_as_it_likes() -> None:
    seconds = 0.0
    with Interrupts(lambda: seconds) as interrupts:
        for _ in range(3):
            seconds += 1.0
            signal.raise_signal(signal.SIGTERM)
            signal.raise_signal(signal.SIGHUP)
        assert interrupts.came


@pytest.mark.usefixtures("_listening")
def test_interrupts_that_are_put_off_are_said_once(capfd: pytest.CaptureFixture[str]) -> None:
    seconds = 0.0
    with Interrupts(lambda: seconds) as interrupts:
        for _ in range(2):
            with interrupts.put_off():
                signal.raise_signal(signal.SIGINT)
                signal.raise_signal(signal.SIGINT)
        assert interrupts.came
        assert capfd.readouterr().err == "Writing what there is; this takes a moment.\n"
        seconds = 1.0
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3", "'-2+3"),
        ("@SUM(1)", "'@SUM(1)"),
        ("-0.5", "-0.5"),
        ("+1e-3", "+1e-3"),
        ("lr = 0.1", "lr = 0.1"),
        ("'=1", "'=1"),
    ],
)
def test_the_name_of_a_run_is_no_formula_in_a_spreadsheet(
    name: str, cell: str, tmp_path: Path
) -> None:
    write_comparison(tmp_path / "c.csv", [named(name, LINE, {"train_loss": -1.5}, [1.0])])
    with (tmp_path / "c.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["run"] == cell
    assert row["train_loss"] == "-1.5"
