from __future__ import annotations

import numpy as np
import pytest

from gd_studio.desktop.permissions import permitted
from gd_studio.desktop.studio import Subject
from gd_studio.link.questions import Preview
from gd_studio.recording import Run, RunState
from tests.helpers.experiments import function, linear_regression

EXPERIMENT = linear_regression()


def a_run(state: RunState) -> Run:
    run = Run(EXPERIMENT, "a run")
    run.state = state
    return run


@pytest.mark.parametrize(
    ("state", "allowed"),
    [
        (None, {"run", "step"}),
        (RunState.PREPARING, {"pause", "step", "stop"}),
        (RunState.RUNNING, {"pause", "step", "stop"}),
        (RunState.PAUSED, {"run", "step", "stop"}),
    ],
)
def test_the_transport_allows_what_the_state_of_the_run_allows(state, allowed) -> None:
    run = a_run(state) if state is not None else None
    permissions = permitted(run, None, EXPERIMENT, is_sound=True)
    transport = {key: permissions[key] for key in ("run", "pause", "step", "stop")}

    assert {key for key, value in transport.items() if value} == allowed


def test_nothing_wrong_can_be_run_or_saved() -> None:
    permissions = permitted(None, None, EXPERIMENT, is_sound=False)
    assert not any(permissions[key] for key in ("run", "step", "save", "load-model"))


def test_a_run_that_holds_can_go_on_whatever_is_typed_meanwhile() -> None:
    permissions = permitted(a_run(RunState.PAUSED), None, EXPERIMENT, is_sound=False)
    assert permissions["run"]
    assert permissions["step"]


def test_gradients_are_compared_for_functions_only() -> None:
    empty = np.empty(0, dtype=np.float32)
    for experiment, expected in ((function(), True), (EXPERIMENT, False)):
        preview = Preview(experiment.layout, empty, empty, empty)
        subject = Subject(experiment, preview)
        permissions = permitted(None, subject, experiment, is_sound=True)
        assert permissions["check-gradients"] is expected
        assert permissions["save-model"]


def test_loaded_parameters_can_be_forgotten() -> None:
    loaded = EXPERIMENT.replace(initial_parameters={"weight": [[1.0]], "bias": [0.0]})
    assert permitted(None, None, loaded, is_sound=True)["forget-model"]
    assert not permitted(None, None, EXPERIMENT, is_sound=True)["forget-model"]
