"""What can be asked of an engine, whether or not it is training."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from gd_studio.catalog import ColumnKind, Task
from gd_studio.experiment import Experiment, Layout, TableData
from gd_studio.experiment.layout import Shape
from gd_studio.link.arrays import Doubles, Floats, Integers
from gd_studio.link.curvature import CurvatureQuestion


@dataclass(frozen=True)
class Preview:
    """A problem before its first step.

    Attributes
    ----------
    layout
        Its parameters.
    start
        Where they start, ``(layout.size,)``.
    features, targets
        The samples to train on, ``(samples, n_features)`` and ``(samples,)``, in their own units;
        both empty for a function. Up to 10,000 of them, evenly taken.
    test_features, test_targets
        The same of the samples set aside; empty where there are none.
    samples
        How many there are to train on, beyond the 10,000 as well; 0 for a function.
    """

    layout: Layout
    start: Floats
    features: Floats
    targets: Floats
    test_features: Floats = field(default_factory=lambda: np.empty((0, 0), dtype=np.float32))
    test_targets: Floats = field(default_factory=lambda: np.empty(0, dtype=np.float32))
    samples: int = 0


@dataclass(frozen=True)
class ShowPreview:
    """Ask for a :class:`Preview` of an experiment."""

    experiment: Experiment


@dataclass(frozen=True)
class MapLandscape:
    """Ask for the loss over a line or a plane of parameter space.

    For a model, ``base`` is the flat vector whose other elements stay; for a function it is not
    looked at, and ``axes`` are indices of variables. The answer is ``(ny, nx)`` for two axes with
    ``values[j, i]`` at the i-th point of the first axis and the j-th of the second, or ``(nx,)``
    for one. Calculated in double precision; not finite where the loss is not.
    """

    experiment: Experiment
    base: Floats
    axes: tuple[int, ...]
    ranges: tuple[tuple[float, float], ...]
    resolution: tuple[int, ...]


@dataclass(frozen=True)
class Predict:
    """Ask what a model predicts for ``inputs`` ``(samples, n_features)``, in their own units.

    The answer: numbers ``(samples,)``, probabilities of class 1 of two ``(samples,)``, or those
    of many classes ``(samples, classes)``.
    """

    experiment: Experiment
    parameters: Floats
    inputs: Floats


@dataclass(frozen=True)
class CompareGradients:
    """Ask for a function's gradients at ``points`` ``(n, n_variables)``: a :class:`Gradients`."""

    experiment: Experiment
    points: Doubles


@dataclass(frozen=True)
class Gradients:
    """A function's gradient at some points, found in three ways, each ``(n, n_variables)``.

    In float64. ``analytic`` is ``None`` where the catalogue gives no formula for it.
    """

    autograd: Doubles
    analytic: Doubles | None
    central_difference: Doubles


@dataclass(frozen=True)
class EncodeModel:
    """Ask for the bytes of a ``.pt`` file that holds ``parameters`` as a state dict."""

    parameters: dict[str, Floats]


@dataclass(frozen=True)
class DecodeModel:
    """Ask for the parameters in a ``.pt`` file's bytes by name; nothing in it is executed.

    Where they have other names and shapes than are ``needed``, the answer is `Misfits`, and their
    numbers have not been read.
    """

    content: bytes
    needed: dict[str, Shape] | None = None


@dataclass(frozen=True)
class Misfits:
    """Why parameters do not fit a model, a sentence each."""

    sentences: tuple[str, ...]


@dataclass(frozen=True)
class CopyTable:
    """Ask for a copy of the CSV file of ``data`` at the path ``to``, made as the file is read.

    The answer is whether there was none: a file that is there with the same content stays. Refused,
    with nothing left behind, where the file is not the table of ``data``, row for row, or anything
    else is called so. Who may not read the file may not read the copy. The engine tells of its
    progress, and stops when the question is withdrawn.
    """

    data: TableData
    to: str


@dataclass(frozen=True)
class InspectTable:
    """Ask what is in the CSV file at ``path``: a :class:`TableReport`.

    Refused, naming row and column, where the file is no table. The engine tells of its progress,
    and stops reading when the question is withdrawn.
    """

    path: str


@dataclass(frozen=True)
class ColumnReport:
    """What is in a column of a table.

    Attributes
    ----------
    name
        As the header has it.
    proposed
        What its cells look like: numbers, categories, or neither (a text of its own in nearly
        every row, a name or an identifier: to be ignored).
    missing
        How many cells are empty.
    values
        The distinct texts, sorted (as numbers where all are), up to 1000 of them.
    n_values
        How many distinct texts there are, counted up to 1001.
    minimum, maximum
        Of the numbers in it; ``None`` where there are none.
    flaw
        Why it cannot be taken for numbers, with the row and the text; empty where it can.
    """

    name: str
    proposed: ColumnKind
    missing: int
    values: tuple[str, ...]
    n_values: int
    minimum: float | None
    maximum: float | None
    flaw: str = ""


@dataclass(frozen=True)
class TableReport:
    """What is in a CSV file.

    Attributes
    ----------
    rows
        How many there are below the header.
    complete
        How many of them have no empty cell.
    columns
        One for each column, in the order of the header.
    head
        The first rows as texts, up to 50.
    target
        The column proposed as the target, and in ``task`` what it asks for.
    """

    rows: int
    complete: int
    columns: tuple[ColumnReport, ...]
    head: tuple[tuple[str, ...], ...]
    target: str
    task: Task


@dataclass(frozen=True)
class Evaluate:
    """Ask how good a model with ``parameters`` is: an :class:`Evaluation`."""

    experiment: Experiment
    parameters: Floats


@dataclass(frozen=True)
class PartEvaluation:
    """A model on one part of the data: training or test.

    Attributes
    ----------
    metrics
        By name, in the order to show: ``loss``, then those of the task (scikit-learn's).
    confusion
        ``(classes, classes)``: row the true class, column the predicted one; empty for regression.
    roc
        For each curve its name, false positive rate and true positive rate, ``(m,)`` each: one
        curve for two classes, one against the rest for each of many; empty for regression.
    targets, predictions
        Of up to 2,000 samples, evenly taken: ``(m,)`` each. A regression's numbers; otherwise the
        true class and the predicted one.
    """

    metrics: dict[str, float]
    confusion: Integers
    roc: tuple[tuple[str, Doubles, Doubles], ...]
    targets: Doubles
    predictions: Doubles


@dataclass(frozen=True)
class Coefficients:
    """A linear model's coefficients, as trained and in the data's own units.

    Attributes
    ----------
    features
        The names of the features.
    outputs
        One name for a single output, else those of the classes.
    standardised, own_units
        ``(outputs, features)`` each: for standardised features, and for features as they are.
        Equal where the features were not standardised.
    intercepts
        ``(2, outputs)``: of the first kind, and of the second.
    """

    features: tuple[str, ...]
    outputs: tuple[str, ...]
    standardised: Doubles
    own_units: Doubles
    intercepts: Doubles


@dataclass(frozen=True)
class Evaluation:
    """A model on its data. ``test`` is ``None`` where no part was set aside for it."""

    train: PartEvaluation
    test: PartEvaluation | None
    coefficients: Coefficients | None


@dataclass(frozen=True)
class RankFeatures:
    """Ask which feature matters: an :class:`Importances`."""

    experiment: Experiment
    parameters: Floats
    repeats: int = 10


@dataclass(frozen=True)
class Importances:
    """Permutation importances: how much the score falls when a feature is shuffled.

    Attributes
    ----------
    features
        The names of the features.
    mean, spread
        ``(features,)`` each: the mean over the repeats, and their standard deviation.
    score
        What falls: ``"accuracy"`` or ``"R²"``.
    part
        On what: ``"test"``, or ``"train"`` where no part was set aside for a test.
    """

    features: tuple[str, ...]
    mean: Doubles
    spread: Doubles
    score: str
    part: str


@dataclass(frozen=True)
class PlanSchedule:
    """Ask for the learning rates of a run of so many steps: a :class:`PlannedSchedule`.

    Refused where the schedule does not fit so many.
    """

    experiment: Experiment
    total_steps: int
    steps_per_epoch: int


@dataclass(frozen=True)
class PlannedSchedule:
    """The learning rates that a run is going to have.

    Attributes
    ----------
    steps
        Some of its steps, up to 2,000 evenly taken, ``(n,)``: the first is 1, the last that of
        the run, or the last that is planned of one in which the schedule moves on more than a
        million times.
    lr
        The learning rate of each, ``(n,)``.
    depends_on_loss
        Whether the rates depend on how the loss falls: then they are planned as constant.
    """

    steps: Integers
    lr: Doubles
    depends_on_loss: bool


Question = (
    ShowPreview
    | MapLandscape
    | Predict
    | CompareGradients
    | EncodeModel
    | DecodeModel
    | InspectTable
    | CopyTable
    | Evaluate
    | RankFeatures
    | PlanSchedule
    | CurvatureQuestion
)
