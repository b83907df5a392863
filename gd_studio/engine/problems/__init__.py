"""From the experiment's choice of a problem to parameters, data and a loss in torch."""

from gd_studio.engine.problems.build import Task, build_task
from gd_studio.engine.problems.function import FunctionTask
from gd_studio.engine.problems.model import ModelTask

__all__ = ["FunctionTask", "ModelTask", "Task", "build_task"]
