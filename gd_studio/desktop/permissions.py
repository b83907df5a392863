"""Which actions can be taken: a function of what there is, and of nothing else."""

from __future__ import annotations

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
