"""The parts of a run between its changes, and the lines that differ from one to the next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gd_studio.experiment import Experiment, Training
from gd_studio.script.text import indented


@dataclass(frozen=True)
class Part:
    """A part of a run in which nothing is changed.

    Attributes
    ----------
    after
        The step after which it begins.
    experiment
        What holds in it: an experiment without changes.
    """

    after: int
    experiment: Experiment

    @property
    def training(self) -> Training:
        """How it is trained in it."""
        return self.experiment.training


Parts = tuple[Part, ...]


def parts_of(experiment: Experiment) -> Parts:
    """Return the parts of a run, in order; those that it never comes to may be among them."""
    steps = experiment.training.steps
    parts = [Part(0, experiment.without_changes())]
    for change, changed in zip(experiment.changes, experiment.changed(), strict=True):
        if steps is not None and change.after >= steps:
            break
        if change.after == 0:
            parts.pop()  # changed before its first step
        parts.append(Part(change.after, changed))
    return tuple(parts)


def in_parts(parts: Parts, write: Callable[[Experiment], list[str]]) -> list[str]:
    """Return the lines that `write` has for each part; where they differ, the step decides."""
    spans: list[tuple[int, list[str]]] = []
    for part in parts:
        lines = write(part.experiment)
        if not spans or lines != spans[-1][1]:
            spans.append((part.after, lines))
    if len(spans) == 1:
        return spans[0][1]
    ends = [after for after, _ in spans[1:]]
    written: list[str] = []
    is_covered = True  # so far each step has its lines
    for place, (after, lines) in enumerate(spans):
        if not lines:
            is_covered = False
            continue
        if place < len(ends):
            condition = (
                f"step <= {ends[place]}" if is_covered else f"{after} < step <= {ends[place]}"
            )
        else:
            condition = "" if is_covered else f"step > {after}"
        word = "elif" if written else "if"
        written += [f"{word} {condition}:" if condition else "else:", *indented(lines)]
    return written


def number_of(parts: Parts, name: str) -> str:
    """Return a number of the training as an expression: a variable `name` where it changes."""
    values = {getattr(part.training, name) for part in parts}
    return name if len(values) > 1 else repr(values.pop())
