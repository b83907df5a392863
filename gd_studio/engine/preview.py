"""What there is to see of a task before its first step."""

from __future__ import annotations

import numpy as np

from gd_studio.engine.data import Part
from gd_studio.engine.problems import FunctionTask, Task
from gd_studio.link.arrays import Floats
from gd_studio.link.questions import Preview

_MOST_SAMPLES = 10_000


def preview(task: Task, start: Floats) -> Preview:
    """Return the layout, the data, and the flat vector `start`, ``(layout.size,)``."""
    if isinstance(task, FunctionTask):
        nothing = np.empty(0, dtype=np.float32)
        return Preview(task.layout, start, nothing.reshape(0, 0), nothing)
    train, test = task.data.train, task.data.test
    return Preview(task.layout, start, *_samples(train), *_samples(test))


def _samples(part: Part) -> tuple[Floats, Floats]:
    targets = part.targets.cpu().float().numpy().reshape(-1)
    taken = slice(None, None, max(1, -(-len(part) // _MOST_SAMPLES)))
    return part.raw[taken].astype(np.float32), targets[taken].copy()
