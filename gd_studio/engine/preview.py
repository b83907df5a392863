"""What there is to see of a task before its first step."""

from __future__ import annotations

import numpy as np

from gd_studio.engine.data import Part
from gd_studio.engine.problems import FunctionTask, Task
from gd_studio.experiment.layout import Precision
from gd_studio.link.arrays import Floats
from gd_studio.link.questions import Preview

_MOST_SAMPLES = 10_000


def preview(task: Task, start: Floats) -> Preview:
    """Return the layout, the data, and the flat vector `start`, ``(layout.size,)``."""
    if isinstance(task, FunctionTask):
        nothing = np.empty(0, dtype=start.dtype)
        return Preview(task.layout, start, nothing.reshape(0, 0), nothing)
    train, test = task.data.train, task.data.test
    precision = task.data.precision
    shown = (*_samples(train, precision), *_samples(test, precision))
    return Preview(task.layout, start, *shown, samples=len(train))


def _samples(part: Part, precision: Precision) -> tuple[Floats, Floats]:
    targets = part.targets.cpu().numpy().reshape(-1)
    taken = slice(None, None, max(1, -(-len(part) // _MOST_SAMPLES)))
    return part.raw[taken].astype(precision), targets[taken].astype(precision)
