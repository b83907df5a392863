"""What snapshots take, in a process of its own: ``python -m tests.helpers.snapshot_sizes``.

Prints how many bytes more the process has in use for each of some snapshots, and how many were
counted for it, in each of the `CASES` by its name. Where ``PYTHONMALLOC`` is ``malloc``, the C
library tells what Python's objects take with the rest.
"""

from __future__ import annotations

import ctypes
import gc
import json
import resource
import sys
from typing import Any

import torch

from gd_studio.engine.session import Session
from gd_studio.engine.snapshots import Snapshots
from gd_studio.experiment import Experiment
from gd_studio.files import load_example
from tests.helpers.experiments import circle_perceptron, function

_WARM_UP = 60
"""Steps until an optimizer remembers as much as it will."""

_COUNT = 100
_EVER = 1_000_000


def _descent(optimizer: str, parts: dict[str, Any] | None = None, **settings: Any) -> Experiment:
    return function(
        "rosenbrock",
        optimizer={"key": optimizer, "lr": 1e-4, **settings},
        **{"training": {"steps": _EVER}, **(parts or {})},
    )


CASES = {
    "sgd": _descent("sgd"),
    "adam": _descent("adam"),
    "schedules": _descent(
        "adam",
        {
            "schedule": {
                "key": "sequential",
                "milestones": "1000",
                "schedules": [{"key": "linear"}, {"key": "cosine"}],
            }
        },
    ),
    "noise": _descent("sgd", {"training": {"steps": _EVER, "gradient_noise": 0.1}}),
    "many-starts": _descent("sgd", {"starts": [[1.0, i / 10] for i in range(40)]}),
    "lbfgs": _descent("lbfgs", history_size=10, max_iter=2),
    "batches": circle_perceptron(training={"epochs": _EVER, "batch_size": 10}),
    "digits": load_example("digits").replace(training={"epochs": _EVER, "batch_size": 64}),
}


def measure(experiment: Experiment) -> tuple[float, float]:
    """Return the bytes that a snapshot takes, and that are counted for it."""
    session, kept = Session(experiment, snapshot_bytes=0), Snapshots(1 << 40)

    def take(count: int) -> tuple[int, int]:
        for _ in range(count):
            session.advance(1)
            kept.add(session.course.snapshot(session.taken))
        gc.collect()
        return _in_use(), kept.nbytes

    before, after = take(_WARM_UP), take(_COUNT)
    in_use, counted = (now - then for now, then in zip(after, before, strict=True))
    return in_use / _COUNT, counted / _COUNT


class _Mallinfo(ctypes.Structure):
    """What the C library of GNU knows of its memory: ``struct mallinfo2``."""

    _fields_ = [(f"field{i}", ctypes.c_size_t) for i in range(10)]

    @property
    def in_use(self) -> int:
        """Bytes in blocks of the heap, ``uordblks``, and in those apart from it, ``hblkhd``."""
        return int(self.field7) + int(self.field4)


def _in_use() -> int:
    """Return how many bytes are in use, or where nobody knows that, were resident at most."""
    ask = getattr(ctypes.CDLL(None), "mallinfo2", None)
    if ask is None:
        unit = 1 if sys.platform == "darwin" else 1024
        return unit * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    ask.restype = _Mallinfo
    told: _Mallinfo = ask()
    return told.in_use


if __name__ == "__main__":
    torch.set_num_threads(1)
    print(json.dumps({name: measure(experiment) for name, experiment in CASES.items()}))
