"""The way from an experiment to its task."""

from __future__ import annotations

from collections.abc import Callable

import torch

from gd_studio.engine.data import prepare_data
from gd_studio.engine.problems.function import FunctionTask
from gd_studio.engine.problems.model import ModelTask
from gd_studio.experiment import Experiment, FunctionProblem, ModelProblem

Task = FunctionTask | ModelTask


def build_task(experiment: Experiment, cancelled: Callable[[], bool] = lambda: False) -> Task:
    """Draw data and starting parameters after ``torch.manual_seed(seed)``, in this order.

    They are drawn on the CPU and in float32, whatever the device and the precision, and moved and
    converted then: the same seed means the same start.

    Raises
    ------
    TableProblem, TableCancelled, DataProblem
        Where the data cannot be had; see :func:`~gd_studio.engine.data.prepare_data`.
    """
    torch.manual_seed(experiment.seed)
    task: Task
    match experiment.problem:
        case FunctionProblem() as problem:
            task = FunctionTask(experiment, problem)
        case ModelProblem() as problem:
            data = prepare_data(problem, experiment.seed, cancelled, experiment.precision)
            task = ModelTask(experiment, problem, data)
    if experiment.initial_parameters is not None:
        given = task.layout.join(experiment.initial_parameters, experiment.precision)
        task.load(torch.from_numpy(given))
    return task
