"""A branch is the same experiment run from its start, in all that it tells; so is a changed run."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from gd_studio.engine.examination import examine
from gd_studio.engine.schedules import ScheduleProblem
from gd_studio.engine.session import Session
from gd_studio.experiment import Experiment, ExperimentError, FunctionProblem
from gd_studio.link.messages import FinishReason, Steps
from tests.helpers.experiments import function, model_on
from tests.helpers.random_experiments import changes_on_the_way, experiments_with_an_end

_SETTINGS = settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)

_ROWS = ("step", "loss", "grad_norm", "lr", "parameters")
_JUDGED = ("evaluated_steps", "train_loss", "test_loss")


def rest_of(session: Session, frame: int = 11) -> dict[str, Any]:
    """Everything that a session tells from where it is to its end: columns by name."""
    told: list[Steps] = []
    while session.finish is None:
        steps = session.advance(frame)
        if steps is not None:
            told.append(steps)
    nothing = {name: np.empty(0) for name in (*_ROWS, *_JUDGED)}
    nothing["parameters"] = np.empty((0, len(session.parameters)))
    return {
        n: np.concatenate([none, *(getattr(s, n) for s in told)]) for n, none in nothing.items()
    }


def advance(session: Session, until: int) -> None:
    while session.finish is None and session.taken < until:
        session.advance(min(9, until - session.taken))


def assert_same_end(found: Session, expected: Session) -> None:
    """Compare what is told of the ends of two runs, all but how long they took."""
    mine, theirs = found.finished(), expected.finished()
    assert (mine.reason, mine.detail, mine.steps) == (theirs.reason, theirs.detail, theirs.steps)
    np.testing.assert_array_equal(mine.parameters, theirs.parameters)
    np.testing.assert_equal(mine.final, theirs.final)
    assert repr(examine(found)) == repr(examine(expected))


def assert_goes_on_as_from_the_start(session: Session, experiment: Experiment) -> None:
    """Take a session from where it is to its end, and compare."""
    after = session.taken
    rest, straight = rest_of(session), Session(experiment)
    whole = rest_of(straight, 7)
    # The start is judged as well: before the first step, and told with it.
    judged_later = whole["evaluated_steps"] > (after or -1)
    for name in _ROWS:
        np.testing.assert_array_equal(rest[name], whole[name][whole["step"] > after], err_msg=name)
    for name in _JUDGED:
        np.testing.assert_array_equal(rest[name], whole[name][judged_later], err_msg=name)
    assert_same_end(session, straight)


def branch_of(parent: Session, after: int, experiment: Experiment, *, shares: bool) -> Session:
    """Begin a branch as an engine does, with the past of its parent or without it."""
    child = Session(experiment)
    if shares:
        child.share_past(parent, after)
    child.has_been_at(after)
    child.go_to(after)
    return child


@given(experiments_with_an_end(), st.integers(0, 130), st.booleans(), st.data())
@_SETTINGS
def test_a_branch_is_the_same_experiment_run_from_its_start(
    experiment: Experiment, until: int, shares: bool, data: st.DataObject
) -> None:
    is_function = isinstance(experiment.problem, FunctionProblem)
    try:
        parent = Session(experiment)
        advance(parent, until)
        if parent.finish is None and data.draw(st.booleans(), label="is changed"):
            parent.change(data.draw(changes_on_the_way(is_function=is_function), label="change"))
            advance(parent, until + 20)
        after = data.draw(st.integers(0, parent.head), label="after")
        values = data.draw(changes_on_the_way(is_function=is_function), label="values")
        branch = parent.experiment.branch(after, values)
        child = branch_of(parent, after, branch, shares=shares)
        assert_goes_on_as_from_the_start(child, branch)
    except (ExperimentError, ScheduleProblem):
        assume(False)


@given(experiments_with_an_end(), st.integers(0, 130), st.data())
@_SETTINGS
def test_a_run_that_is_changed_on_its_way_is_the_same_experiment_run_from_its_start(
    experiment: Experiment, until: int, data: st.DataObject
) -> None:
    is_function = isinstance(experiment.problem, FunctionProblem)
    try:
        session = Session(experiment)
        advance(session, until)
        assume(session.finish is None)
        for step in data.draw(st.lists(st.integers(0, session.head), max_size=2), label="visits"):
            session.go_to(step)
        session.go_to(session.head)
        session.change(data.draw(changes_on_the_way(is_function=is_function), label="values"))
        assert_goes_on_as_from_the_start(session, session.experiment)
    except (ExperimentError, ScheduleProblem):
        assume(False)


def test_a_branch_whose_total_is_reached_is_completed_at_once_with_its_numbers() -> None:
    experiment = short_epoch()
    parent = Session(experiment)
    advance(parent, 8)
    branch = experiment.branch(5, {"training.batch_size": 20})
    child = branch_of(parent, 5, branch, shares=True)

    assert child.total == 5
    assert child.advance(1 << 30) is None
    finished = child.finished()
    assert (finished.reason, finished.steps) == (FinishReason.COMPLETED, 5)
    row = rest_of(Session(experiment))["loss"][4]
    assert finished.detail == f"Completed 5 steps; last loss {row:.6g}."
    assert_same_end(child, ended(branch))


@pytest.mark.parametrize("stop", [{"patience": 1}, {"stop_loss_change": 0.1}])
def test_a_branch_of_the_end_that_the_steps_themselves_have_reached_ends_there(stop: Any) -> None:
    training = {"epochs": 50, "batch_size": 25, **stop}
    experiment = model_on("noisy-line", "linear", "mse", training=training, split=0.2)
    parent = ended(experiment)
    end = parent.head
    assert end < parent.total
    for shares in (True, False):
        branch = experiment.branch(end, {"optimizer.lr": 0.001})
        child = branch_of(parent, end, branch, shares=shares)
        assert_goes_on_as_from_the_start(child, branch)
        assert child.finish is not None
        assert child.finish.reason in (FinishReason.CONVERGED, FinishReason.EARLY_STOPPED)


def test_a_branch_off_the_end_of_a_run_that_was_stopped_goes_on() -> None:
    experiment = function("rosenbrock", optimizer={"key": "sgd", "lr": 1e-4})
    parent = Session(experiment)
    advance(parent, 40)
    parent.stop()
    branch = experiment.branch(40, {"optimizer.lr": 2e-4})
    assert_goes_on_as_from_the_start(branch_of(parent, 40, branch, shares=True), branch)


def short_epoch() -> Experiment:
    training = {"epochs": 1, "batch_size": 10}
    return model_on("noisy-line", "linear", "mse", training=training)


def ended(experiment: Experiment) -> Session:
    session = Session(experiment)
    rest_of(session)
    return session


@pytest.mark.parametrize("is_changed", [False, True])
def test_a_branch_takes_over_the_moments_of_its_parent(is_changed: bool) -> None:
    parent = Session(function("rosenbrock", optimizer={"key": "sgd", "lr": 1e-4}))
    for _ in range(20):
        parent.advance(1)
        if is_changed and parent.taken == 10:
            parent.change({"optimizer.lr": 2e-4})
    child = Session(parent.experiment.branch(20, {"optimizer.lr": 1e-5}))
    before = child.snapshot_bytes
    child.share_past(parent, 20)

    assert child.snapshot_bytes == parent.snapshot_bytes > before


def test_a_run_that_was_changed_before_its_first_step_has_branches_like_any_other() -> None:
    parent = Session(function("rosenbrock", optimizer={"key": "sgd", "lr": 1e-4}))
    parent.change({"optimizer.lr": 2e-4})
    advance(parent, 30)
    branch = parent.experiment.branch(20, {"optimizer.lr": 1e-5})
    child = branch_of(parent, 20, branch, shares=True)

    assert child.visited(0).lr == 1e-5
    assert_goes_on_as_from_the_start(child, branch)
