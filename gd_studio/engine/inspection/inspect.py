"""Taking the next step of a run apart, without taking it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from gd_studio.engine.flat import FlatParameters
from gd_studio.engine.inspection.graph import graph_of
from gd_studio.engine.inspection.worked import Element, worked
from gd_studio.engine.optimizers import Stepper
from gd_studio.engine.problems import ModelTask, Task
from gd_studio.experiment import Experiment, OptimizerChoice, Training
from gd_studio.link.arrays import Doubles, Integers
from gd_studio.link.inspection import Inspection, LayerStep, ParameterStep

_MOST_SAMPLES = 20
_MOST_PARAMETERS = 64
_BINS = 30


def inspect_step(
    experiment: Experiment, task: Task, flat: FlatParameters, stepper: Stepper, step: int
) -> Inspection:
    """Return what `step`, the next one, will do.

    Parameters
    ----------
    task, flat, stepper
        Of the run; they are left as they are.
    """
    loss, total, samples = _forward(task)
    names = dict(zip(map(id, task.tensors), task.layout.names, strict=True))
    graph = graph_of(total, names)
    # A formula may not depend on every variable that it names.
    gradients = torch.autograd.grad(total, task.tensors, allow_unused=True, materialize_grads=True)
    raw = torch.cat([gradient.reshape(-1) for gradient in gradients])
    clipped = _clipped(gradients, experiment.training)
    memory = stepper.memory()
    after, state = stepper.rehearse(clipped)
    per_epoch = task.batches.per_epoch if isinstance(task, ModelTask) else 1
    optimizer = experiment.optimizer
    is_small = len(flat.values) <= _MOST_PARAMETERS
    return Inspection(
        step=step,
        epoch=(step - 1) // per_epoch + 1,
        **samples,
        loss=loss.item(),
        penalty=total.item() - loss.item(),
        gradient_norm=float(raw.double().norm()),
        clipped_norm=float(clipped.double().norm()),
        optimizer=optimizer.entry.label,
        update_formula=optimizer.entry.formula,
        lr=float(optimizer.settings["lr"]),
        parameters=tuple(
            _parameter(optimizer, label, element)
            for label, element in zip(
                task.layout.labels,
                _elements(step, flat.values, clipped, after, memory, state),
                strict=True,
            )
        )
        if is_small
        else (),
        layers=_layers(task, clipped, after),
        graph=graph,
    )


def _forward(task: Task) -> tuple[Tensor, Tensor, dict[str, Any]]:
    """The loss of the next batch, the same with penalties, and the samples to be shown."""
    nothing = np.empty(0)
    if not isinstance(task, ModelTask):
        samples: dict[str, Any] = {
            "feature_names": (),
            "features": nothing.reshape(0, 0),
            "targets": nothing,
            "predictions": nothing.reshape(0, 0),
            "residuals": nothing,
            "batch_size": 0,
            "loss_formula": task.function.formula.text,
        }
        loss = task.loss()
        return loss, loss, samples
    features, targets = task.batches.peek()
    predictions = task.forward(task.tensors, features)
    loss = task.criterion(predictions, targets)
    shown = slice(0, _MOST_SAMPLES)
    told, expected = _doubles(predictions[shown]), _doubles(targets[shown]).reshape(-1)
    samples = {
        "feature_names": task.data.schema.features,
        "features": _doubles(features[shown]),
        "targets": expected,
        "predictions": told,
        "residuals": nothing if task.outputs > 1 else told[:, 0] - expected,
        "batch_size": len(features),
        "loss_formula": task.problem.loss.entry.formula,
    }
    return loss, task.penalised(loss, task.tensors), samples


def _clipped(gradients: Sequence[Tensor], training: Training) -> Tensor:
    """The whole gradient as it will be followed."""
    flat = torch.cat([gradient.reshape(-1) for gradient in gradients])
    if training.clip_value is not None:
        return flat.clamp(-training.clip_value, training.clip_value)
    if training.clip_norm is not None:
        norm = torch.nn.utils.get_total_norm(gradients)
        return flat * torch.clamp(training.clip_norm / (norm + 1e-6), max=1.0)
    return flat


def _elements(
    step: int,
    before: Tensor,
    gradients: Tensor,
    after: Tensor,
    memory: dict[str, Tensor],
    state: dict[str, Tensor],
) -> Iterator[Element]:
    for i, (old, gradient, new) in enumerate(
        zip(before.tolist(), gradients.tolist(), after.tolist(), strict=True)
    ):
        remembered = {name: float(values[i]) for name, values in memory.items()}
        remembers = {name: float(values[i]) for name, values in state.items()}
        yield Element(old, gradient, new, remembered, remembers, step)


def _parameter(optimizer: OptimizerChoice, label: str, element: Element) -> ParameterStep:
    return ParameterStep(
        label=label,
        before=element.before,
        gradient=element.gradient,
        after=element.after,
        state=dict(element.state),
        worked=worked(optimizer.key, optimizer.settings, element),
    )


def _layers(task: Task, gradients: Tensor, after: Tensor) -> tuple[LayerStep, ...]:
    sizes = [tensor.numel() for tensor in task.tensors]
    return tuple(
        LayerStep(
            name=name,
            shape=tuple(tensor.shape),
            norm=float(tensor.detach().double().norm()),
            gradient_norm=float(gradient.double().norm()),
            update_norm=float((new - tensor.detach().reshape(-1)).double().norm()),
            values=_histogram(tensor.detach()),
            gradients=_histogram(gradient),
        )
        for name, tensor, gradient, new in zip(
            task.layout.names, task.tensors, gradients.split(sizes), after.split(sizes), strict=True
        )
    )


def _histogram(values: Tensor) -> tuple[Integers, Doubles]:
    numbers = _doubles(values).reshape(-1)
    numbers = numbers[np.isfinite(numbers)]
    low, high = (numbers.min(), numbers.max()) if len(numbers) else (0.0, 0.0)
    largest = max(abs(low), abs(high))
    if high - low <= 1e-9 * largest or largest == 0:
        # As good as a single value: in the middle of a range that has room for bins.
        room = 0.5 * largest or 0.5
        low, high = low - room, high + room
    counts, edges = np.histogram(numbers, bins=_BINS, range=(low, high))
    return counts.astype(np.int64), edges


def _doubles(values: Tensor) -> Doubles:
    numbers: Doubles = values.detach().cpu().double().numpy()
    return numbers
