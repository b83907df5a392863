"""Taking the next step of a run apart, without taking it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from gd_studio.engine.course import Course
from gd_studio.engine.inspection.graph import graph_of
from gd_studio.engine.inspection.worked import Element, worked
from gd_studio.engine.problems import ModelTask, Task
from gd_studio.experiment import OptimizerChoice
from gd_studio.link.arrays import Doubles, Integers
from gd_studio.link.inspection import Inspection, LayerStep, ParameterStep

_MOST_SAMPLES = 20
_MOST_PARAMETERS = 64
_BINS = 30


@dataclass(frozen=True)
class _Rehearsal:
    """What a step does: the gradient as it is and as it is followed, and what it leaves.

    Flat vectors, ``(size,)`` each, and the optimizer's memory before and after by torch's names;
    `shared` is what it remembered before for all elements at once, as the number of steps.
    """

    raw: Tensor
    followed: Tensor
    after: Tensor
    memory: dict[str, Tensor]
    shared: dict[str, float]
    state: dict[str, Tensor]


def inspect_step(course: Course, step: int) -> Inspection:
    """Return what `step`, the next one, will do.

    The step is taken, and taken back.

    Parameters
    ----------
    course
        Of the run; it is left as it was.
    """
    task, phase, stepper = course.task, course.phase, course.stepper
    optimizer = phase.experiment.optimizer
    lr = float(stepper.group["lr"])
    saved = course.snapshot(step - 1)
    try:
        loss, total, samples = _forward(task)
        names = dict(zip(map(id, task.tensors), task.layout.names, strict=True))
        graph = graph_of(total, names)
        rehearsal = _rehearse(course, total)
    finally:
        course.restore(saved)
    size = course.flat.size
    return Inspection(
        step=step,
        epoch=phase.epoch_of(step),
        **samples,
        loss=loss.item(),
        penalty=total.item() - loss.item(),
        gradient_norm=float(rehearsal.raw.double().norm()),
        clipped_norm=float(rehearsal.followed.double().norm()),
        optimizer=optimizer.entry.label,
        update_formula=optimizer.entry.formula,
        choice=optimizer,
        taken=course.steps_of_optimizer(step),
        lr=lr,
        parameters=tuple(
            _parameter(optimizer, lr, label, element)
            for label, element in zip(
                task.layout.labels, _elements(course.flat.vector(), rehearsal), strict=True
            )
        )
        if size <= _MOST_PARAMETERS
        else (),
        layers=_layers(task, rehearsal.followed, rehearsal.after),
        graph=graph,
    )


def _rehearse(course: Course, loss: Tensor) -> _Rehearsal:
    """Take the step that `loss` leads to."""
    flat, stepper = course.flat, course.stepper
    # A formula may not depend on every variable that it names.
    gradients = torch.autograd.grad(
        loss, course.task.tensors, allow_unused=True, materialize_grads=True, retain_graph=True
    )
    with torch.no_grad():
        for part, gradient in zip(flat.parts, gradients, strict=True):
            flat.gradients[part] = gradient.reshape(-1)
        if course.noise.scale:
            course.noise.add()
        raw = flat.gradient()
        if course.clip is not None:
            course.clip()
        followed = flat.gradient()
        memory, shared = stepper.memory(), _shared(course)
        if stepper.needs_loss:
            stepper.take(loss.item())
        else:
            stepper.take()
        after = flat.vector()
        return _Rehearsal(raw, followed, after, memory, shared, stepper.memory())


def _shared(course: Course) -> dict[str, float]:
    """What an elementwise optimizer remembers once, beside the flat tensor that it works on."""
    state = course.stepper.optimizers[0].state.get(course.flat.values, {})
    return {
        name: float(value)
        for name, value in state.items()
        if isinstance(value, Tensor) and value.ndim == 0
    }


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
    features, targets = task.batches.take()
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


def _elements(before: Tensor, rehearsal: _Rehearsal) -> Iterator[Element]:
    for i, (old, gradient, new) in enumerate(
        zip(before.tolist(), rehearsal.followed.tolist(), rehearsal.after.tolist(), strict=True)
    ):
        remembered = {name: float(values[i]) for name, values in rehearsal.memory.items()}
        remembers = {name: float(values[i]) for name, values in rehearsal.state.items()}
        yield Element(old, gradient, new, remembered, remembers, rehearsal.shared)


def _parameter(
    optimizer: OptimizerChoice, lr: float, label: str, element: Element
) -> ParameterStep:
    return ParameterStep(
        label=label,
        before=element.before,
        gradient=element.gradient,
        after=element.after,
        state=dict(element.state),
        worked=worked(optimizer.key, {**optimizer.settings, "lr": lr}, element),
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
