"""Where data come from: recipes to draw by, functions and sets of scikit-learn, tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gd_studio.catalog.entry import Settings
from gd_studio.catalog.tables import Table

Target = Callable[[Settings], str]
"""From the settings to a formula of the features (see :mod:`gd_studio.formula`)."""


@dataclass(frozen=True)
class Uniform:
    """Features drawn uniformly, and a target that is a formula of them.

    With ``s`` samples, the features are ``rand(s, n_features) · (high − low) + low``. Where the
    target is a number, ``noise · randn(s, 1)`` is added to it. Where it is a comparison, and so a
    class, ``noise · randn(s, n_features)`` is added to the features instead once the classes are
    known; nothing is drawn for a noise of 0.
    """

    features: tuple[str, ...]
    low: float
    high: float
    target: Target


@dataclass(frozen=True)
class Evenly:
    """One feature at even steps, ``arange(start, end, step)``, and a formula of it as the target.

    Attributes
    ----------
    span
        From the number of samples to start, end and step.
    """

    feature: str
    span: Callable[[int], tuple[float, float, float]]
    target: Target


@dataclass(frozen=True)
class Spirals:
    """Two arms that wind around each other, a class each.

    For sample i of class ``i mod 2``: ``t = √rand``, an angle of ``2π · turns · t``, turned by π
    for class 1, at a distance of ``t`` from the middle, and ``noise · randn(s, 2)`` added.
    """


@dataclass(frozen=True)
class Generated:
    """What a function of ``sklearn.datasets`` makes, with the experiment's seed as random state.

    Attributes
    ----------
    function
        Its name: ``"make_moons"``.
    arguments
        From the settings to its keyword arguments.
    """

    function: str
    arguments: Callable[[Settings], Mapping[str, float | int]]


@dataclass(frozen=True)
class Bundled:
    """A set that comes with scikit-learn.

    Attributes
    ----------
    function
        Its loader in ``sklearn.datasets``: ``"load_iris"``.
    divisor
        What the features are divided by.
    """

    function: str
    divisor: float = 1.0


@dataclass(frozen=True)
class Shipped:
    """A CSV file in the resources.

    Attributes
    ----------
    file
        Its name.
    table
        How it is read.
    """

    file: str
    table: Table


Source = Uniform | Evenly | Spirals | Generated | Bundled | Shipped
