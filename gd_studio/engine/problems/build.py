"""The way from an experiment to its task."""

from __future__ import annotations

import torch

from gd_studio.engine.problems.function import FunctionTask
from gd_studio.engine.problems.model import ModelTask
from gd_studio.experiment import Experiment, FunctionProblem, ModelProblem

Task = FunctionTask | ModelTask


def build_task(experiment: Experiment) -> Task:
    """Draw data and starting parameters after ``torch.manual_seed(seed)``, in this order.

    They are drawn on the CPU, whatever the device: the same seed then means the same start.
    """
    torch.manual_seed(experiment.seed)
    task: Task
    match experiment.problem:
        case FunctionProblem():
            task = FunctionTask(experiment.problem, experiment.device)
        case ModelProblem():
            task = ModelTask(experiment.problem, experiment.device)
    if experiment.initial_parameters is not None:
        given = torch.from_numpy(task.layout.join(experiment.initial_parameters))
        task.load(given)
    return task
