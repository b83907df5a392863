"""What a run leaves at its end: parameters, and numbers about them."""

from __future__ import annotations

import torch

from gd_studio.engine.course import Course
from gd_studio.engine.judgement import final_numbers
from gd_studio.engine.problems import ModelTask
from gd_studio.link.arrays import Floats


def best_parameters(course: Course) -> tuple[Floats, int] | None:
    """Return the parameters of the epoch that early stopping goes back to, and its number.

    Returns
    -------
    ``None`` where a run ends with those of its last step.
    """
    stopping = course.early_stopping
    restores = course.phase.experiment.training.restore_best
    if restores and stopping is not None and stopping.best_epoch:
        return stopping.best.cpu().numpy().copy(), stopping.best_epoch
    return None


def numbers_at_the_end(course: Course, taken: int, parameters: Floats) -> dict[str, float]:
    """Return what ``Finished.final`` holds of a run that ends with `parameters`.

    The numbers of its last step, those of its task, and how often what was evaluated, where that
    is not once a step. The run itself stays where it is.
    """
    task, present = course.task, course.flat.vector()
    task.load(torch.from_numpy(parameters).to(present.device))
    numbers = final_numbers(task) if isinstance(task, ModelTask) else task.final()
    task.load(present)
    return {**course.statistics.final(), **numbers, **_costs(course, taken)}


def _costs(course: Course, taken: int) -> dict[str, float]:
    counts = course.evaluations(taken)
    if counts == {"function": taken, "gradient": taken, "hessian": 0}:
        return {}
    return {f"{name}_evaluations": float(count) for name, count in counts.items()}
