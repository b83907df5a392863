"""What the gallery tells of each example."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from gd_studio.experiment import Experiment, FunctionProblem, TableData
from gd_studio.files import example_keys, load_example


@dataclass(frozen=True)
class Card:
    """One example.

    Attributes
    ----------
    subjects
        What it is about, in a few words each: function or model, data set, optimizer.
    runs
        The names of its runs, where there are several.
    """

    key: str
    title: str
    notes: str
    subjects: tuple[str, ...]
    runs: tuple[str, ...]

    @property
    def count(self) -> str:
        """How many runs there are to compare; empty where there is only one."""
        return f"{len(self.runs)} runs" if len(self.runs) > 1 else ""

    @property
    def spoken(self) -> str:
        """The card as a screen reader reads it."""
        return ", ".join(filter(None, (self.title, self.count, *self.subjects)))

    def has(self, words: Iterable[str]) -> bool:
        """Whether every one of `words` is somewhere in the title, the notes or the subjects."""
        text = "\n".join((self.title, self.notes, *self.subjects)).casefold()
        return all(word.casefold() in text for word in words)


def all_cards() -> tuple[Card, ...]:
    """Return the cards of all examples, in their order."""
    return tuple(_card(key) for key in example_keys())


@cache
def _card(key: str) -> Card:
    """Read an example: once, since it does not change while the program runs."""
    experiment = load_example(key)
    runs = experiment.runs()
    return Card(
        key,
        experiment.title or key,
        experiment.notes,
        _subjects([run for _, run in runs]),
        tuple(name for name, _ in runs if name),
    )


def _subjects(runs: list[Experiment]) -> tuple[str, ...]:
    parts = (
        (" functions", [_function(run) for run in runs]),
        (" models", [_model(run) for run in runs]),
        (" data sets", [_dataset(run) for run in runs]),
        (" optimizers", [run.optimizer.entry.label for run in runs]),
    )
    return tuple(filter(None, (_together(labels, plural) for plural, labels in parts)))


def _together(labels: list[str], plural: str) -> str:
    """One label where all runs agree, else how many there are: ``"3 optimizers"``."""
    different = list(dict.fromkeys(filter(None, labels)))
    return "".join(different) if len(different) < 2 else f"{len(different)}{plural}"


def _function(run: Experiment) -> str:
    return run.problem.function.entry.label if isinstance(run.problem, FunctionProblem) else ""


def _model(run: Experiment) -> str:
    return "" if isinstance(run.problem, FunctionProblem) else run.problem.model.entry.label


def _dataset(run: Experiment) -> str:
    if isinstance(run.problem, FunctionProblem):
        return ""
    dataset = run.problem.dataset
    return Path(dataset.path).name if isinstance(dataset, TableData) else dataset.entry.label
