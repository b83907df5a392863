"""What there is to see of a task before its first step."""

from __future__ import annotations

from gd_studio.engine.problems import Task
from gd_studio.link.arrays import Floats
from gd_studio.link.questions import Preview


def preview(task: Task, start: Floats) -> Preview:
    """Return the layout, the data, and the flat vector `start`, ``(layout.size,)``."""
    return Preview(
        layout=task.layout,
        start=start,
        features=task.features.cpu().numpy(),
        targets=task.targets.cpu().numpy().reshape(-1),
    )
