"""Questions about the curvature of the loss, and their answers."""

from __future__ import annotations

from dataclasses import dataclass

from gd_studio.experiment import Experiment
from gd_studio.link.arrays import Doubles


@dataclass(frozen=True)
class MeasureCurvature:
    """Ask for the extreme eigenvalues of the Hessian at some points: a :class:`Curvature`.

    The loss is that of the experiment's training part as a whole, with its penalties.

    Attributes
    ----------
    parameters
        ``(m, layout.size)`` for a model. For a function points ``(m, n_variables)``, of whichever
        start they are.
    scales
        Diagonals of preconditioners P, of the same shape and above zero. The eigenvalues are then
        those of ``P^(-1/2) (H + shift · I) P^(-1/2)``, to hold against
        :func:`~gd_studio.catalog.stability.stability_limit`.
    shift
        What is added to the diagonal of the Hessian: see there.
    most_samples
        At most so many samples are looked at, evenly taken; ``None`` for as many as take some
        seconds. A few give an answer sooner, and a largest eigenvalue that is as a rule too large.
    only_largest
        Whether the largest eigenvalue is all that is asked for. In a model of more than 200
        parameters it is found much sooner, and the smallest is then mostly NaN.
    """

    experiment: Experiment
    parameters: Doubles
    scales: Doubles | None = None
    shift: float = 0.0
    most_samples: int | None = None
    only_largest: bool = False


@dataclass(frozen=True)
class Curvature:
    """The extreme eigenvalues of the Hessian at m points.

    Attributes
    ----------
    largest, smallest
        ``(m,)`` each; NaN where the loss has no finite second derivatives, and where an
        eigenvalue was not found to within a hundredth of the largest absolute one.
    condition
        The condition number ``max |λ| / min |λ|``, ``(m,)``: infinite where an eigenvalue is about
        zero, NaN where not all of them are known.
    samples, n_samples
        On how many samples they were measured, of how many in the training part; 0 of 0 for a
        function.
    """

    largest: Doubles
    smallest: Doubles
    condition: Doubles
    samples: int
    n_samples: int


@dataclass(frozen=True)
class ClassifyPoint:
    """Ask what a point is: a :class:`~gd_studio.link.point.Classification`.

    ``parameters`` is ``(layout.size,)`` for a model and ``(n_variables,)`` for a function.
    """

    experiment: Experiment
    parameters: Doubles


@dataclass(frozen=True)
class LocalModel:
    """Ask for the quadratic model of the loss in one or two parameters: a :class:`Quadratic`.

    Attributes
    ----------
    parameters
        Around which point, as for :class:`ClassifyPoint`; the other parameters stay there.
    axes
        The indices of the one or two that vary.
    """

    experiment: Experiment
    parameters: Doubles
    axes: tuple[int, ...]


@dataclass(frozen=True)
class Quadratic:
    """The loss to second order: ``loss + g·d + ½ d·H·d`` at a distance d along k axes.

    Attributes
    ----------
    gradient, hessian
        g ``(k,)`` and H ``(k, k)``; not finite where the loss has no such derivatives.
    samples, n_samples
        As in :class:`Curvature`.
    """

    loss: float
    gradient: Doubles
    hessian: Doubles
    samples: int
    n_samples: int


CurvatureQuestion = MeasureCurvature | ClassifyPoint | LocalModel
