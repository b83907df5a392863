"""What measuring the curvature on the side costs a run: its steps a second with and without.

A run in an engine, and beside it a second engine in the background, as the window has them; the
questions are those that the window asks, at its default interval.
"""

from __future__ import annotations

import queue
import threading
import time
from dataclasses import dataclass

from gd_studio.experiment import Experiment
from gd_studio.files import load_example
from gd_studio.link.client import EngineClient, EngineLostError
from gd_studio.link.curvature import Curvature
from gd_studio.link.messages import (
    Answer,
    Ask,
    Changed,
    Event,
    Failed,
    Finished,
    Paused,
    Ready,
    Resumed,
    Started,
    StartRun,
    Steps,
)
from gd_studio.recording import Run
from gd_studio.recording.measuring import Measuring

EXAMPLES = ("circle-perceptron", "linear-regression")

SECONDS = 4.0
"""About how long each run takes."""

_FIRST_EPOCHS = 3000
_OF_A_RUN = (Started, Steps, Paused, Resumed, Changed, Finished, Failed)


@dataclass
class Pair:
    """Steps a second with and without measuring, and how many points were measured."""

    measured: float
    alone: float
    points: int


class Engines:
    """An engine that trains and one that measures."""

    def __init__(self) -> None:
        self._training = EngineClient()
        self._scout = EngineClient(background=True)
        self._answers: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        for event in (self._training.receive(), self._answers.get()):
            assert isinstance(event, Ready)

    def run(self, experiment: Experiment, *, measures: bool) -> tuple[float, int]:
        """Run to the end: steps a second, and how many points were measured."""
        run = Run(experiment, "benchmark")
        measuring: Measuring | None = None
        self._training.send(StartRun(experiment))
        begin = 0.0
        while not run.is_over:
            event = self._training.receive()
            if not isinstance(event, _OF_A_RUN):
                continue
            run.receive(event)
            if isinstance(event, Started):
                begin = time.perf_counter()
                measuring = Measuring(experiment, run) if measures else None
            if measuring is not None:
                self._measure(measuring)
        seconds = time.perf_counter() - begin
        if measuring is None:
            return run.steps / seconds, 0
        points = len(measuring.sharpness.steps)
        if measuring.schedule.is_waiting:
            self._answers.get()
        return run.steps / seconds, points

    def close(self) -> None:
        self._training.close()
        self._scout.shut_down()
        self._listener.join()
        self._scout.close()

    def _measure(self, measuring: Measuring) -> None:
        now = time.monotonic()
        while not self._answers.empty():
            answer = self._answers.get()
            assert isinstance(answer, Answer)
            assert isinstance(answer.value, Curvature)
            measuring.take(answer.value, now)
        question = measuring.ask(now)
        if question is not None:
            self._scout.send(Ask(1, question))

    def _listen(self) -> None:
        while True:
            try:
                event = self._scout.receive()
            except EngineLostError:
                return
            if isinstance(event, Answer | Ready):
                self._answers.put(event)


def measure(example: str, pairs: int) -> list[Pair]:
    """Let both take turns, after one turn that does not count."""
    engines = Engines()
    experiment = load_example(example)

    def of(epochs: int) -> Experiment:
        training = experiment.training.model_copy(update={"epochs": epochs})
        return experiment.replace(training=training.model_dump())

    rate, _ = engines.run(of(_FIRST_EPOCHS), measures=False)
    longer = of(max(1, int(SECONDS * rate)))  # one step an epoch
    results = []
    for turn in range(pairs + 1):
        alone, _ = engines.run(longer, measures=False)
        measured, points = engines.run(longer, measures=True)
        if turn > 0:
            results.append(Pair(measured, alone, points))
    engines.close()
    return results
