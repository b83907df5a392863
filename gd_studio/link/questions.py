"""What can be asked of an engine, whether or not it is training."""

from __future__ import annotations

from dataclasses import dataclass

from gd_studio.experiment import Experiment, Layout
from gd_studio.link.arrays import Doubles, Floats


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
        The data, ``(samples, n_features)`` and ``(samples,)``; both empty for a function.
    """

    layout: Layout
    start: Floats
    features: Floats
    targets: Floats


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
    for one. Not finite where the loss is not.
    """

    experiment: Experiment
    base: Floats
    axes: tuple[int, ...]
    ranges: tuple[tuple[float, float], ...]
    resolution: tuple[int, ...]


@dataclass(frozen=True)
class Predict:
    """Ask for a model's predictions ``(samples,)`` on ``inputs`` ``(samples, n_features)``."""

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
    """Ask for the parameters in a ``.pt`` file's bytes, read with ``weights_only=True``."""

    content: bytes


Question = ShowPreview | MapLandscape | Predict | CompareGradients | EncodeModel | DecodeModel
