"""Losses along a line or over a plane of parameter space."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np
import torch
from torch import Tensor

from gd_studio.catalog import Convolution, summarise
from gd_studio.engine.data import Part
from gd_studio.engine.problems import FunctionTask, ModelTask, Task
from gd_studio.link.arrays import Floats

_NUMBERS_AT_ONCE = 4_000_000
"""How many numbers are computed in one batch: some tens of megabytes."""

_MOST_PRODUCTS = 8_000_000_000
"""How many products of numbers a map may take: some seconds. Beyond, it is that of a part of the
samples, evenly taken."""

_CONVOLUTION = 8
"""How many times longer a product takes in a convolution than in a matrix."""

_FEWEST_SAMPLES = 32


def map_landscape(
    task: Task,
    base: Floats,
    axes: Sequence[int],
    ranges: Sequence[tuple[float, float]],
    resolution: Sequence[int],
) -> Floats:
    """Evaluate the loss on a grid.

    Parameters
    ----------
    base
        The flat vector ``(layout.size,)`` whose other elements stay; not looked at for functions.
    axes
        Which one or two elements vary (for functions: which variables).
    ranges
        First and last value along each axis.
    resolution
        Points along each axis.

    Returns
    -------
    ``(n_second, n_first)`` for two axes, ``(n_first,)`` for one, in the run's precision; not finite
    where the loss is not.
    """
    lines = [
        torch.linspace(low, high, n, dtype=torch.float64)
        for (low, high), n in zip(ranges, resolution, strict=True)
    ]
    grid = torch.meshgrid(*reversed(lines), indexing="ij")[::-1]
    # In double precision: at a deep zoom, single precision would show steps for slopes.
    losses = _losses(task, base, axes, [part.reshape(-1) for part in grid])
    return losses.view(grid[0].shape).to(task.tensors[0].dtype).numpy()


def _losses(task: Task, base: Floats, axes: Sequence[int], columns: list[Tensor]) -> Tensor:
    with torch.no_grad():
        match task:
            case FunctionTask():
                return _function_losses(task, axes, columns)
            case ModelTask():
                return _model_losses(task, base, axes, columns)


def _function_losses(task: FunctionTask, axes: Sequence[int], columns: list[Tensor]) -> Tensor:
    points = torch.zeros(len(columns[0]), len(task.function.domain), dtype=torch.float64)
    for axis, column in zip(axes, columns, strict=True):
        points[:, axis] = column
    return task.losses_at(points)


def _model_losses(
    task: ModelTask, base: Floats, axes: Sequence[int], columns: list[Tensor]
) -> Tensor:
    """Many grid points as one batch of models, through ``torch.func.vmap``."""
    part = thinned(task.data.train, _MOST_PRODUCTS // (products_per_sample(task) * len(columns[0])))
    losses_of = torch.func.vmap(lambda flat: task.loss_at(task.split(flat), part))
    at_once = max(1, _NUMBERS_AT_ONCE // max(len(part) * widest_layer(task), len(base)))
    middle = torch.from_numpy(np.asarray(base, dtype=np.float64))
    losses = []
    for begin in range(0, len(columns[0]), at_once):
        chunk = [column[begin : begin + at_once] for column in columns]
        flats = middle.repeat(len(chunk[0]), 1)
        for axis, column in zip(axes, chunk, strict=True):
            flats[:, axis] = column
        losses.append(losses_of(flats))
    return torch.cat(losses)


def widest_layer(task: ModelTask) -> int:
    """How many numbers the widest layer makes of a sample."""
    features = len(task.data.schema.features)
    shapes = [layer.shape for layer in summarise(task.problem.layers, features)]
    return max(features, *(prod(shape) for shape in shapes))


def products_per_sample(task: ModelTask) -> int:
    """How many products the model takes for a sample, those of convolutions counted heavier."""
    layers = task.problem.layers
    lines = summarise(layers, len(task.data.schema.features))
    return 1 + sum(
        line.parameters
        * prod(line.shape[1:])
        * (_CONVOLUTION if isinstance(layer, Convolution) else 1)
        for layer, line in zip(layers, lines, strict=True)
    )


def thinned(part: Part, most: int) -> Part:
    """Return at most so many samples of `part`, evenly taken, though never very few."""
    stride = -(-len(part) // max(most, _FEWEST_SAMPLES))
    return Part(part.features[::stride], part.targets[::stride], part.raw[::stride])
