"""What the samples are called in a script."""

from __future__ import annotations

from dataclasses import dataclass

from gd_studio.catalog import Evenly, Uniform
from gd_studio.experiment import DatasetChoice, ModelProblem


@dataclass(frozen=True)
class Names:
    """The names of features and targets.

    Attributes
    ----------
    x, y
        Of all samples.
    x_train, y_train, x_test, y_test
        Of the two parts. Where nothing is set aside, the training part is called as the whole,
        and the names of the test part are empty.
    """

    x: str
    y: str
    x_train: str
    y_train: str
    x_test: str = ""
    y_test: str = ""

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """The pairs of features and targets that there are, training part first."""
        train = (self.x_train, self.y_train)
        return (train, (self.x_test, self.y_test)) if self.x_test else (train,)


def names_of(problem: ModelProblem) -> Names:
    """Return the names for a problem: x and y, or what a recipe of one feature calls them."""
    x, y = "x", "y"
    if isinstance(problem.dataset, DatasetChoice):
        match problem.dataset.entry.origin:
            case Evenly(feature=x) | Uniform(features=(x,)):
                y = problem.data_schema.target
            case _:
                x = "x"
    if problem.split is None:
        return Names(x, y, x, y)
    return Names(x, y, f"{x}_train", f"{y}_train", f"{x}_test", f"{y}_test")
