from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gd_studio.experiment import Experiment
from gd_studio.link.messages import Failed, Finished, FinishReason, Paused, Resumed, Started, Steps
from gd_studio.link.questions import Preview
from gd_studio.recording import Recording, Run, RunState, thin_curve, thin_path
from gd_studio.recording.columns import Column
from tests.helpers.peaks import left_by
from tests.helpers.recordings import LINE, VALLEY

EXPERIMENT = Experiment.parse(LINE)
START = np.array([3.0, 4.0], dtype=np.float32)


LAYOUT = Experiment.parse(LINE).layout


def steps(first: int, losses: list[float], *, with_parameters: bool = True) -> Steps:
    step = np.arange(first, first + len(losses))
    loss = np.array(losses, dtype=np.float64)
    kept = slice(None) if with_parameters else slice(-1, None)
    parameters = np.column_stack([loss, loss]).astype(np.float32)
    return Steps(step, loss, loss * 10, loss * 0 + 0.5, step[kept], parameters[kept])


def started() -> Run:
    run = Run(EXPERIMENT, "name")
    empty = np.empty(0, dtype=np.float32)
    run.receive(Started(EXPERIMENT, Preview(EXPERIMENT.layout, START, empty, empty), 10))
    return run


FINISHED = Finished(FinishReason.STOPPED, "Stopped.", 1, 0.1, START * 2, {})


@given(st.lists(st.integers(0, 200), max_size=12))
def test_a_column_holds_all_rows_in_order(lengths: list[int]) -> None:
    column: Column[np.int64] = Column(np.int64)
    total = 0
    for length in lengths:
        column.append(np.arange(total, total + length))
        total += length
    assert column.values.tolist() == list(range(total))
    assert len(column) == total


def test_a_view_that_was_handed_out_stays_what_it_was_and_cannot_be_written() -> None:
    column: Column[np.int64] = Column(np.int64)
    column.append(np.arange(3))
    view = column.values
    column.append(np.arange(1000))
    assert view.tolist() == [0, 1, 2]
    with pytest.raises(ValueError, match="read-only"):
        view[0] = 5


def test_a_recording_begins_with_the_start_and_misses_no_step() -> None:
    recording = Recording(EXPERIMENT.layout, START)
    np.testing.assert_array_equal(recording.latest, START)
    assert recording.best_loss == np.inf
    recording.append(steps(1, [5.0, 2.0]))
    recording.append(steps(3, [3.0]))
    assert recording.step.tolist() == [1, 2, 3]
    assert recording.loss.tolist() == [5.0, 2.0, 3.0]
    assert recording.grad_norm.tolist() == [50.0, 20.0, 30.0]
    assert recording.lr.tolist() == [0.5, 0.5, 0.5]
    assert recording.parameter_steps.tolist() == [0, 1, 2, 3]
    assert recording.parameters.tolist() == [[3, 4], [5, 5], [2, 2], [3, 3]]
    assert recording.best_loss == 2.0
    assert recording.every_step_has_parameters
    assert len(recording) == 3


def test_a_recording_knows_where_steps_have_no_parameters() -> None:
    recording = Recording(EXPERIMENT.layout, START)
    recording.append(steps(1, [5.0, 2.0, 1.0], with_parameters=False))
    assert recording.parameter_steps.tolist() == [0, 3]
    assert not recording.every_step_has_parameters


def test_a_step_of_two_variables_takes_no_more_than_its_five_numbers() -> None:
    experiment = Experiment.parse(VALLEY)
    n, kept = 100_000, []

    def receive() -> None:
        recording = Recording(experiment.layout, START, expected=n)
        for first in range(1, n, 100):
            recording.append(steps(first, [1.0] * 100))
        assert len(recording) == n
        kept.append(recording)

    # Step, loss, gradient norm and learning rate of eight bytes, and two coordinates of four.
    assert left_by(receive) <= 40 * n + 10_000
    assert 40 * n <= kept[0].nbytes <= 40 * n + 100


def test_steps_with_parameters_are_told_from_those_without() -> None:
    recording = Recording(EXPERIMENT.layout, START)
    recording.append(steps(1, [5.0, 4.0]))
    early = recording.parameter_steps
    recording.append(steps(3, [3.0, 2.0, 1.0], with_parameters=False))
    recording.append(steps(6, [0.5]))
    assert recording.step.tolist() == [1, 2, 3, 4, 5, 6]
    assert recording.parameter_steps.tolist() == [0, 1, 2, 5, 6]
    assert early.tolist() == [0, 1, 2]
    assert not recording.every_step_has_parameters


def wide(first: int, count: int) -> Steps:
    """Steps of a model whose parameters are recorded after the last of them alone."""
    number = np.arange(first, first + count)
    ones = np.ones(count)
    return Steps(
        step=number,
        loss=ones / number,
        grad_norm=ones,
        lr=ones,
        parameter_steps=number[-1:],
        parameters=np.full((1, LAYOUT.size), number[-1], dtype=np.float32),
    )


def test_parameters_of_a_long_run_of_a_large_model_are_bounded(monkeypatch) -> None:
    most = 100 * LAYOUT.size * 4
    monkeypatch.setattr("gd_studio.recording.recording.MOST_PARAMETERS", most)
    recording = Recording(LAYOUT, np.zeros(LAYOUT.size, np.float32), expected=30_000)
    for first in range(1, 30_000, 10):
        recording.append(wide(first, 10))
        assert recording.parameters.nbytes <= most

    assert len(recording) == 30_000
    kept = recording.parameter_steps
    assert kept[0] == 0
    assert kept[-1] == 30_000
    assert (np.diff(kept) > 0).all()
    assert len(kept) > 40
    assert np.diff(kept).max() <= 4 * 30_000 / len(kept)  # all over the run
    # Each row is still that of its step.
    assert (recording.parameters == kept[:, np.newaxis]).all()
    assert recording.latest.tolist() == [30_000.0] * LAYOUT.size
    assert not recording.every_step_has_parameters


def test_a_recording_lets_its_parameters_go_and_keeps_its_losses() -> None:
    recording = Recording(LAYOUT, np.zeros(LAYOUT.size, np.float32), expected=3)
    recording.append(steps(1, [3.0, 2.0, 1.0]))
    newest = recording.latest.tolist()
    recording.let_parameters_go()
    assert recording.loss.tolist() == [3.0, 2.0, 1.0]
    assert recording.parameter_steps.tolist() == [0, 3]
    assert recording.parameters.tolist() == [[0.0] * LAYOUT.size, newest]


def test_a_run_lives_as_its_events_say() -> None:
    run = Run(EXPERIMENT, "name")
    assert (run.state, run.steps, run.last_loss, run.parameters) == (
        RunState.PREPARING,
        0,
        None,
        None,
    )
    run = started()
    assert (run.state, run.total_steps) == (RunState.RUNNING, 10)
    states = []
    for event in (Paused(), Resumed()):
        run.receive(event)
        states.append(run.state)
    assert states == [RunState.PAUSED, RunState.RUNNING]
    run.receive(steps(1, [5.0, 2.0, 3.0]))
    assert (run.steps, run.last_loss, run.best_loss) == (3, 3.0, 2.0)
    assert run.parameters is not None
    assert run.parameters.tolist() == [3.0, 3.0]
    run.receive(FINISHED)
    assert run.state is RunState.FINISHED
    assert run.is_over
    assert run.parameters.tolist() == [6.0, 8.0]


def test_nothing_comes_after_the_end() -> None:
    run = started()
    run.receive(Failed("broken"))
    run.receive(steps(1, [5.0]))
    run.receive(FINISHED)
    assert run.state is RunState.FAILED
    assert run.steps == 0
    assert run.finished is None


def test_a_thinned_curve_keeps_its_ends_and_its_extremes() -> None:
    x = np.arange(100_000)
    y = np.sin(x / 1000.0)
    y[777], y[88_888] = 9.0, -9.0
    thin_x, thin_y = thin_curve(x, y, 1000)
    assert len(thin_x) == len(thin_y) <= 1000
    assert (thin_x[0], thin_x[-1]) == (0, 99_999)
    assert (thin_y.max(), thin_y.min()) == (9.0, -9.0)
    np.testing.assert_array_equal(y[thin_x], thin_y)


def test_a_short_curve_is_not_thinned() -> None:
    x = np.arange(10)
    assert thin_curve(x, x * 2.0, 10)[0] is x


def test_a_thinned_path_has_one_point_in_a_row_of_the_same_cell() -> None:
    points = np.array([[0.1, 0.1], [0.2, 0.2], [1.5, 0.1], [1.6, 0.2], [0.1, 0.1], [0.3, 0.3]])
    thin = thin_path(points, (1.0, 1.0), 100)
    np.testing.assert_array_equal(thin, points[[0, 2, 4, 5]])


def test_a_path_that_winds_is_thinned_to_the_most_and_keeps_its_ends() -> None:
    points = np.column_stack([np.arange(10_001.0), np.zeros(10_001)])
    thin = thin_path(points, (1.0, 1.0), 100)
    assert len(thin) <= 101
    assert (thin[0, 0], thin[-1, 0]) == (0.0, 10_000.0)
