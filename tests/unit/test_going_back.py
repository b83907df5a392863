"""A run taken back to any of its steps goes on with the same bits as if it never had been."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gd_studio.engine.examination import examine
from gd_studio.engine.session import Session
from gd_studio.experiment import Experiment
from tests.helpers.experiments import function, model_on
from tests.helpers.random_experiments import STEPS, experiments


@given(experiments(), st.integers(1, STEPS), st.data())
@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
def test_going_back_to_any_step_and_on_changes_no_bit(
    experiment: Experiment, until: int, data: st.DataObject
) -> None:
    run = Session(experiment)
    straight = _rows(run)
    session = Session(experiment)
    _advance(session, until)
    for _ in range(3):
        step = data.draw(st.integers(0, session.head))
        session.go_to(step)
        assert session.taken == step
        np.testing.assert_array_equal(session.visited(0).parameters, straight["start+"][step])
    rest = _rows(session)
    for name in ("loss", "lr", "grad_norm"):
        np.testing.assert_array_equal(rest[name], straight[name][step:], err_msg=name)
    np.testing.assert_array_equal(rest["start+"], straight["start+"][step:])
    assert session.finish == run.finish
    np.testing.assert_equal(session.finished().final, run.finished().final)


def _advance(session: Session, steps: int) -> None:
    while session.finish is None and session.taken < steps:
        session.advance(min(7, steps - session.taken))


def _rows(session: Session) -> dict[str, Any]:
    """Everything that a session tells from where it is to its end."""
    here = session.visited(0).parameters
    parts = []
    while session.finish is None:
        steps = session.advance(11)
        if steps is not None:
            parts.append(steps)
    names = ("loss", "lr", "grad_norm")
    rows = {n: np.concatenate([np.empty(0), *(getattr(p, n) for p in parts)]) for n in names}
    return {**rows, "start+": np.concatenate([here[np.newaxis], *(p.parameters for p in parts)])}


ENDS: dict[str, Experiment] = {
    "completed": function("rosenbrock", optimizer={"key": "lbfgs", "lr": 0.1}),
    "diverged": function("rosenbrock", starts=[[1.0, 2.0], [3.0, 3.0]]),
    "left": function(
        "custom",
        settings={"formula": "sqrt(x) + y**2", "low": -2.0, "high": 2.0},
        optimizer={"key": "sgd", "lr": 0.05},
    ),
    "early": model_on(
        "circle", "perceptron", "bce", training={"epochs": 50, "patience": 1}, split=0.2
    ),
}


@pytest.mark.parametrize("end", [*ENDS, "stopped"])
def test_a_run_that_is_run_again_to_be_visited_has_the_end_that_it_had(end: str) -> None:
    experiment = ENDS["completed" if end == "stopped" else end]
    first = Session(experiment)
    _advance(first, 3 if end == "stopped" else STEPS)
    first.stop()
    again = Session(experiment)
    again.has_been_at(first.head, first.finish)
    again.go_to(2)
    assert (again.taken, again.finish) == (2, None)
    assert repr(examine(again)) == repr(examine(first))
    again.go_to(again.head)

    assert first.finish is not None
    assert again.finish == first.finish
    np.testing.assert_array_equal(again.kept()[0], first.kept()[0])


def test_a_second_change_after_going_back_through_an_earlier_one_is_made_with_the_first() -> None:
    momentum = {"key": "sgd", "lr": 1e-4, "momentum": 0.9}
    session = Session(function("rosenbrock", optimizer=momentum).branch(4, {"optimizer.lr": 2e-4}))
    _advance(session, 10)
    session.change({"optimizer.key": "adam"})
    session.visited(0)  # the change is made
    session.go_to(6)
    session.go_to(10)
    session.change({"optimizer.key": "sgd", "optimizer.momentum": 0.9})

    straight = _rows(Session(session.experiment))
    np.testing.assert_array_equal(_rows(session)["loss"], straight["loss"][10:])


@pytest.mark.parametrize("frame", [1, 3, 7, 200])
def test_how_far_a_frame_goes_on_from_a_gradient_that_is_not_finite_is_not_told(frame: int) -> None:
    # The gradient overflows while the loss does not; what clipping leaves of it is a number.
    settings = {"formula": "-exp(60*x) + y**2", "low": -2.0, "high": 2.0}
    experiment = function(
        "custom",
        settings=settings,
        starts=[[1.39, 0.0]],
        optimizer={"key": "lbfgs", "lr": 0.01, "max_iter": 3},
        training={"steps": 200, "clip_value": 0.5},
    )
    session = Session(experiment)
    while session.finish is None:
        session.advance(frame)
    finished = session.finished()

    assert finished.steps == 3
    assert np.isfinite(finished.parameters).all()
    # Three steps of three evaluations each, and those of the step that is not finite.
    assert finished.final["gradient_evaluations"] == 12
