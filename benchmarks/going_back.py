"""How long it takes to go to any step of a long run, and how much memory that needs."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass

import numpy as np

from gd_studio.files import load_example
from gd_studio.link.client import EngineClient
from gd_studio.link.messages import SNAPSHOT_BYTES, Finished, StartRun, Steps, Visit, Visited

STEPS = 1_000_000
JUMPS = 60
SMALL = 100_000, 1_000_000
"""Steps of a run, and a bound that its snapshots would break, were they not thinned."""


@dataclass
class Journeys:
    """Jumps to random steps of a run.

    Attributes
    ----------
    steps
        How many it had.
    seconds
        How long each took, from the request to the answer.
    snapshot_bytes
        How much memory the snapshots took at most.
    bound
        How much they might.
    """

    steps: int
    seconds: np.ndarray
    snapshot_bytes: int
    bound: int


def measure() -> list[Journeys]:
    """Jump about in a long run under the usual bound, and in a shorter one under a small one."""
    return [_jump(STEPS, SNAPSHOT_BYTES), _jump(*SMALL)]


def _jump(steps: int, bound: int) -> Journeys:
    experiment = load_example("linear-regression").replace(training={"steps": steps})
    generator = np.random.default_rng(0)
    with contextlib.closing(EngineClient()) as client:
        client.send(StartRun(experiment, run=1, snapshot_bytes=bound))
        most = 0
        while not isinstance(event := client.receive(), Finished):
            if isinstance(event, Steps):
                most = max(most, event.snapshot_bytes)
        seconds = []
        for step in generator.integers(0, steps, JUMPS).tolist():
            begin = time.perf_counter()
            client.send(Visit(1, step, experiment, steps))
            while not isinstance(event := client.receive(), Visited):
                pass
            assert event.step == step
            seconds.append(time.perf_counter() - begin)
    return Journeys(steps, np.array(seconds), most, bound)
