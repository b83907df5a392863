"""What a data set holds: the features that a model reads, and what it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Task = Literal["regression", "binary", "multi-class"]
"""A number, one of two classes, or one of several."""


@dataclass(frozen=True)
class Schema:
    """The columns of a data set as a model sees them.

    Attributes
    ----------
    features
        Their names, in the order of the columns.
    target
        Its name.
    task
        What a model is asked for.
    classes
        The names of the classes, in the order of their codes 0, 1, …; empty for a regression.
    image
        Height and width, where the features are the pixels of an image, row by row.
    """

    features: tuple[str, ...]
    target: str
    task: Task
    classes: tuple[str, ...] = ()
    image: tuple[int, int] | None = None

    @property
    def outputs(self) -> int:
        """How many numbers a model predicts for a sample: a score for each of many classes."""
        return len(self.classes) if self.task == "multi-class" else 1
