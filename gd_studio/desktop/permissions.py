"""Which actions can be taken: a function of what there is, and of nothing else."""

from __future__ import annotations

from gd_studio.desktop.runs.branching import Branching
from gd_studio.desktop.studio import Subject
from gd_studio.experiment import Experiment, FunctionProblem
from gd_studio.recording import Run, RunState


def permitted(
    run: Run | None, subject: Subject | None, experiment: Experiment | None, *, is_sound: bool
) -> dict[str, bool]:
    """Say of each action whether it can be taken.

    Parameters
    ----------
    run
        The run that is going or holds.
    subject
        What the plots show.
    experiment
        What the panels hold, as far as it is right.
    is_sound
        Whether all that is typed into the panels is right.
    """
    is_running = run is not None and run.state in (RunState.RUNNING, RunState.PREPARING)
    is_function = subject is not None and isinstance(subject.experiment.problem, FunctionProblem)
    is_loaded = experiment is not None and experiment.initial_parameters is not None
    return {
        "run": not is_running and (is_sound or run is not None),
        "pause": is_running,
        "step": is_sound or run is not None,
        "stop": run is not None,
        "reset": subject is not None,
        "save": is_sound,
        "load-model": is_sound,
        "save-model": subject is not None,
        "forget-model": is_loaded,
        "check-gradients": is_function,
    }


def permitted_to_steer(
    run: Run | None, branching: Branching, rate: float | None, *, is_sound: bool
) -> dict[str, bool]:
    """Say of each action that changes what goes on whether it can be taken.

    Parameters
    ----------
    run
        The run that is going or holds.
    branching
        The branch that the panels ask for.
    rate
        The learning rate in the panels, where it is a number above zero.
    is_sound
        Whether all that is typed into the panels is right.
    """
    has_steps = run is not None and run.recording is not None
    return {
        "branch": is_sound and branching.experiment is not None,
        "slower": is_sound and has_steps and rate is not None,
        "faster": is_sound and has_steps and rate is not None,
    }


def permitted_in_time(
    run: Run | None, *, is_free: bool, direction: int, is_far: bool
) -> dict[str, bool]:
    """Say of each action that goes through a run's steps whether it can be taken.

    Parameters
    ----------
    run
        The run in focus, if it has steps.
    is_free
        Whether the engine can be asked to go somewhere.
    direction
        1 while the run is played forwards, -1 backwards, 0 otherwise.
    is_far
        Whether the engine is on a long way.
    """
    can_go = run is not None and is_free
    is_later = can_go and run is not None and run.step_shown > 0
    is_back = run is not None and run.position is not None
    return {
        "time-start": is_later,
        "time-back": is_later,
        "time-play-back": is_later and direction >= 0,
        "time-hold": direction != 0,
        "time-play": can_go and direction <= 0,
        "time-forward": can_go and is_back,
        "time-newest": is_back,
        "time-cancel": is_far,
    }
