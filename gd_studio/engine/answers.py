"""Answers to questions: what can be asked of an engine whether or not it is training."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from gd_studio.engine.curvature import (
    CurvatureProblem,
    classify_point,
    local_model,
    measure_curvature,
)
from gd_studio.engine.data import DataProblem
from gd_studio.engine.gradients import compare_gradients
from gd_studio.engine.judgement import evaluate, rank
from gd_studio.engine.landscape import map_landscape
from gd_studio.engine.plan import plan_schedule
from gd_studio.engine.preview import preview
from gd_studio.engine.problems import FunctionTask, ModelTask, Task, build_task
from gd_studio.engine.schedules import ScheduleProblem
from gd_studio.engine.state_dict.decoding import decode
from gd_studio.engine.state_dict.encoding import encode
from gd_studio.engine.state_dict.error import StateDictError
from gd_studio.engine.tables import TableCancelled, TableProblem, copy_table, inspect_table
from gd_studio.experiment import Experiment
from gd_studio.link.arrays import Floats
from gd_studio.link.curvature import ClassifyPoint, LocalModel, MeasureCurvature
from gd_studio.link.questions import (
    CompareGradients,
    CopyTable,
    DecodeModel,
    EncodeModel,
    Evaluate,
    InspectTable,
    MapLandscape,
    PlanSchedule,
    Predict,
    Question,
    RankFeatures,
    ShowPreview,
)

_PROBLEMS = (
    CurvatureProblem,
    DataProblem,
    ScheduleProblem,
    StateDictError,
    TableProblem,
    TableCancelled,
)
"""What keeps a question from having an answer, in words for the user."""


class QuestionError(Exception):
    """A question that has no answer; the message says why, for the user."""


class Answerer:
    """Answers questions; keeps the task it built last, since the next one is often about it."""

    def __init__(self) -> None:
        self._progress: Callable[[float], None] = lambda _: None
        self._withdrawn: Callable[[], bool] = lambda: False
        self._experiment: Experiment | None = None
        self._task: Task | None = None

    def answer(
        self,
        question: Question,
        progress: Callable[[float], None] = lambda _: None,
        withdrawn: Callable[[], bool] = lambda: False,
    ) -> Any:
        """Return the answer.

        Parameters
        ----------
        progress
            Is told how far a long answer is, from 0 to 1.
        withdrawn
            Says whether the answer is not wanted any more.

        Raises
        ------
        QuestionError
            Where there is none.
        """
        self._progress, self._withdrawn = progress, withdrawn
        try:
            return self._answer(question)
        except _PROBLEMS as problem:
            raise QuestionError(str(problem)) from problem

    def _answer(self, question: Question) -> Any:
        match question:
            case ShowPreview(experiment):
                # Asked of a fresh task: the one that is kept may have been moved since.
                task = build_task(_on_cpu(experiment), self._withdrawn)
                return preview(task, torch.cat([t.detach().view(-1) for t in task.tensors]).numpy())
            case MapLandscape(experiment, base, axes, ranges, resolution):
                return map_landscape(self._task_of(experiment), base, axes, ranges, resolution)
            case Predict(experiment, parameters, inputs):
                return _predict(self._task_of(experiment), parameters, inputs)
            case CompareGradients(experiment, points):
                task = self._task_of(experiment)
                if not isinstance(task, FunctionTask):
                    raise QuestionError("gradients are compared for functions, not for models")
                return compare_gradients(task, points)
            case CopyTable(data, to):
                return copy_table(data.path, data.table, to, self._progress, self._withdrawn)
            case InspectTable(path):
                return inspect_table(path, self._progress, self._withdrawn)
            case Evaluate(experiment, parameters):
                return evaluate(self._model_with(experiment, parameters))
            case RankFeatures(experiment, parameters, repeats):
                model = self._model_with(experiment, parameters)
                return rank(model, repeats, experiment.seed % 2**32, self._go_on)
            case MeasureCurvature(experiment):
                return measure_curvature(self._task_of(experiment), question, self._go_on)
            case ClassifyPoint(experiment, parameters):
                return classify_point(self._task_of(experiment), parameters, self._go_on)
            case LocalModel(experiment, parameters, axes):
                return local_model(self._task_of(experiment), parameters, axes)
            case PlanSchedule(experiment, total_steps, steps_per_epoch):
                return plan_schedule(experiment, total_steps, steps_per_epoch, self._go_on)
            case EncodeModel(parameters):
                return encode(parameters)
            case DecodeModel(content, needed):
                return decode(content, needed)

    def _go_on(self, share: float) -> None:
        """Tell how far an answer is, and give it up where nobody wants it any more."""
        if self._withdrawn():
            raise QuestionError("nobody waited for it any more")
        self._progress(share)

    def _model_with(self, experiment: Experiment, parameters: Floats) -> ModelTask:
        """The model of `experiment` at `parameters`."""
        task = self._task_of(experiment)
        if not isinstance(task, ModelTask):
            raise QuestionError("a function is not judged on data")
        task.load(torch.from_numpy(np.array(parameters)))
        return task

    def _task_of(self, experiment: Experiment) -> Task:
        """The task of `experiment` on the CPU: small grids are not worth a device's latency."""
        on_cpu = _on_cpu(experiment)
        if self._task is None or self._experiment != on_cpu:
            self._task, self._experiment = build_task(on_cpu, self._withdrawn), on_cpu
        return self._task


def _on_cpu(experiment: Experiment) -> Experiment:
    return experiment.model_copy(update={"device": "cpu"})


def _predict(task: Task, parameters: Floats, inputs: Floats) -> Floats:
    if not isinstance(task, ModelTask):
        raise QuestionError("a function makes no predictions")
    flat = torch.from_numpy(np.array(parameters, dtype=task.data.precision))
    return task.scores(task.split(flat), task.data.standardise(np.array(inputs))).numpy()
