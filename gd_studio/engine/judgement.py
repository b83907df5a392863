"""The numbers that a trained model leaves, and the questions about how good it is."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

from gd_studio.catalog import Affine, Linear
from gd_studio.engine.data import Part
from gd_studio.engine.evaluation import coefficients, evaluate_part, metrics, rank_features
from gd_studio.engine.evaluation.metrics import Numbers
from gd_studio.engine.problems import ModelTask
from gd_studio.link.arrays import Doubles, Integers
from gd_studio.link.questions import Coefficients, Evaluation, Importances, PartEvaluation


def final_numbers(task: ModelTask) -> dict[str, float]:
    """Return the metrics of each part at the task's parameters: ``test_accuracy``, ….

    The losses are among them where the task is evaluated after each epoch; where it is not, an
    epoch is a step, and the loss of the last step says as much.
    """
    numbers: dict[str, float] = {}
    for name, part in _parts(task).items():
        found = metrics(
            task.data.schema.task, _targets(part), _scores(task, part), task.evaluate(part)
        )
        if not task.is_evaluated:
            del found["loss"]
        numbers.update({f"{name}_{metric}": value for metric, value in found.items()})
    return numbers


def evaluate(task: ModelTask) -> Evaluation:
    """Judge the task's parameters."""
    schema = task.data.schema
    judged: dict[str, PartEvaluation] = {
        name: evaluate_part(
            schema.task, schema.classes, _targets(part), _scores(task, part), task.evaluate(part)
        )
        for name, part in _parts(task).items()
    }
    return Evaluation(judged["train"], judged.get("test"), _coefficients(task))


def rank(
    task: ModelTask, repeats: int, seed: int, on_progress: Callable[[float], None]
) -> Importances:
    """Say which feature matters, on the test part where there is one.

    `on_progress` is told the share of the predictions that are made; what it raises ends the work.
    """
    name, part = list(_parts(task).items())[-1]
    schema = task.data.schema
    shares = iter(np.linspace(0, 1, 2 + repeats * len(schema.features)))

    def predict(features: Numbers) -> Numbers:
        on_progress(float(next(shares)))
        scores: Doubles = task.scores(task.tensors, torch.from_numpy(features)).double().numpy()
        match schema.task:
            case "multi-class":
                classes: Integers = np.argmax(scores, axis=1)
                return classes
            case "binary":
                return (scores > 0.5).astype(np.int64)
            case _:
                return scores

    return rank_features(
        predict,
        task=schema.task,
        features=part.features.numpy(),
        targets=_targets(part),
        names=schema.features,
        part=name,
        repeats=repeats,
        seed=seed,
    )


def _parts(task: ModelTask) -> dict[str, Part]:
    parts = {"train": task.data.train, "test": task.data.test}
    return {name: part for name, part in parts.items() if len(part)}


def _targets(part: Part) -> Doubles:
    targets: Doubles = part.targets.cpu().double().reshape(-1).numpy()
    return targets


def _scores(task: ModelTask, part: Part) -> Doubles:
    scores: Doubles = task.scores(task.tensors, part.features).cpu().double().numpy()
    return scores


def _coefficients(task: ModelTask) -> Coefficients | None:
    """The coefficients of a model that is one weighted sum for each output; else ``None``."""
    first, *rest = task.problem.layers
    if any(layer.parameters for layer in rest) or not isinstance(first, Linear | Affine):
        return None
    weight, bias = (tensor.detach().cpu().double().numpy() for tensor in task.tensors)
    schema = task.data.schema
    return coefficients(
        names=schema.features,
        outputs=schema.classes if schema.outputs > 1 else (schema.target,),
        weight=weight.T if isinstance(first, Affine) else weight,
        bias=bias,
        mean=task.data.mean,
        scale=task.data.scale,
    )
