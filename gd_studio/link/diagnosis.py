"""What is wrong with a run, said in a sentence, and what can be done about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from gd_studio.link.point import Classification


class DiagnosisKind(StrEnum):
    """What can be wrong with a run."""

    DIVERGED = "diverged"
    OSCILLATES = "oscillates"
    CRAWLS = "crawls"
    STALLED = "stalled"
    SADDLE = "saddle"


@dataclass(frozen=True)
class Remedy:
    """What to try: a branch of the run.

    Attributes
    ----------
    after
        The step that it branches off after.
    values
        What is other from there on, by the fields' paths, as ``Experiment.branch`` takes it.
    label
        The same for a button: ``"Try learning rate 0.1"``.
    """

    after: int
    values: dict[str, Any]
    label: str


@dataclass(frozen=True)
class Diagnosis:
    """What is wrong with a run that has ended, and what kind of point it ended at.

    Attributes
    ----------
    kind
        ``None`` for a run with which nothing is wrong.
    sentence
        What is wrong, with its numbers, and what to try, or why that is not known; empty where
        nothing is.
    remedy
        What can be tried with a click.
    point
        What its last point is: of a function with one start, and of a model with up to 200
        parameters.
    """

    kind: DiagnosisKind | None = None
    sentence: str = ""
    remedy: Remedy | None = None
    point: Classification | None = None
