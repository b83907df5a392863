"""How a problem's parameters are named, shaped, and laid out in one flat vector."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from string import ascii_lowercase
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from gd_studio.catalog import Layer, Polynomial
from gd_studio.experiment.problem import FunctionProblem, ModelProblem, Problem

Precision = Literal["float32", "float64"]
"""What a run calculates in, as torch and NumPy name it."""

Shape = tuple[int, ...]

_NUMBER = (int, float, np.integer, np.floating)

_MOST_SENTENCES = 20
"""A file of another model may have thousands of names."""


@dataclass(frozen=True)
class Layout:
    """Named parameters as one flat vector, one after the other, row-major.

    Attributes
    ----------
    names, shapes
        The parameters in order: torch's own names for a model; for a function a single one,
        ``(n_starts, n_variables)``.
    labels
        One label for each element of the flat vector, unique: ``"weight"``, ``"0.weight[3,1]"``,
        ``"x[2]"`` (coordinate x of start 2). They head the columns of a history.
    """

    names: tuple[str, ...]
    shapes: tuple[Shape, ...]
    labels: tuple[str, ...]

    @property
    def size(self) -> int:
        """Length of the flat vector."""
        return len(self.labels)

    def split(self, flat: npt.NDArray[Any]) -> dict[str, npt.NDArray[Any]]:
        """From a flat vector ``(size,)`` to its parameters, by name and in their shapes."""
        parts: dict[str, npt.NDArray[Any]] = {}
        offset = 0
        for name, shape in zip(self.names, self.shapes, strict=True):
            count = int(np.prod(shape))
            parts[name] = flat[offset : offset + count].reshape(shape)
            offset += count
        return parts

    def join(
        self, parameters: Mapping[str, Any], precision: Precision = "float32"
    ) -> npt.NDArray[np.floating[Any]]:
        """From parameters by name, arrays or nested lists, to the flat vector ``(size,)``."""
        return np.concatenate(
            [np.asarray(parameters[name], dtype=precision).reshape(-1) for name in self.names]
        )

    @property
    def needed(self) -> dict[str, Shape]:
        """The shapes of its parameters by name."""
        return dict(zip(self.names, self.shapes, strict=True))

    def misfits(self, parameters: Mapping[str, Any], precision: Precision = "float32") -> list[str]:
        """Say what keeps `parameters` from fitting: missing, unexpected and mis-shaped names.

        So does a number that is not finite in `precision`. Each is a NumPy array or nested lists.
        """
        needed = self.needed
        wrong = _foreign_names(needed, parameters)
        for name, shape in needed.items():
            if name in parameters:
                wrong += _misfit(name, shape, parameters[name], precision)
        return _first(wrong)


def shape_misfits(needed: Mapping[str, Shape], given: Mapping[str, Shape]) -> list[str]:
    """Say what keeps parameters of the `given` shapes from being those that are `needed`."""
    wrong = _foreign_names(needed, given)
    for name, shape in needed.items():
        if given.get(name, shape) != shape:
            wrong.append(_other_shape(name, shape, given[name]))
    return _first(wrong)


def shown(text: str, most: int = 60) -> str:
    """Return a stranger's name or text on one line, cut where it is long."""
    line = text if text.isprintable() else ascii(text)[1:-1]
    return line if len(line) <= most else f"{line[: most - 1]}…"


def layout_of(problem: Problem) -> Layout:
    """Return the layout of a problem's parameters."""
    match problem:
        case FunctionProblem():
            return _function_layout(problem)
        case ModelProblem():
            return _model_layout(problem.layers)


def _function_layout(problem: FunctionProblem) -> Layout:
    variables = problem.resolved.formula.variables
    name = variables[0] if len(variables) == 1 else "position"
    n = problem.n_starts
    labels = tuple(
        variable if n == 1 else f"{variable}[{start}]"
        for start in range(n)
        for variable in variables
    )
    return Layout((name,), ((n, len(variables)),), labels)


def _model_layout(layers: tuple[Layer, ...]) -> Layout:
    """Name parameters as ``nn.Sequential`` does, or as the layer does where it stands alone."""
    names: list[str] = []
    shapes: list[Shape] = []
    labels: list[str] = []
    for i, layer in enumerate(layers):
        prefix = f"{i}." if len(layers) > 1 else ""
        for name, shape in layer.parameters.items():
            names.append(f"{prefix}{name}")
            shapes.append(shape)
            labels += (
                _letters(shape) if isinstance(layer, Polynomial) else _labels(names[-1], shape)
            )
    return Layout(tuple(names), tuple(shapes), tuple(labels))


def _letters(shape: Shape) -> list[str]:
    """The coefficients of a polynomial as one writes it: a t² + b t + c."""
    return list(ascii_lowercase[: shape[0]])


def _labels(name: str, shape: Shape) -> list[str]:
    if math.prod(shape) == 1:
        return [name]
    # Each axis at once: a large model has millions of labels.
    labels = [f"{name}["]
    for axis, n in enumerate(shape, start=1):
        ends = [f"{i}{']' if axis == len(shape) else ','}" for i in range(n)]
        labels = [label + end for label in labels for end in ends]
    return labels


def _misfit(name: str, shape: Shape, value: Any, precision: Precision) -> list[str]:
    array = _numbers(value)
    if array is None:
        return [f"{name}: is not an array of numbers"]
    if array.shape != shape:
        return [_other_shape(name, shape, array.shape)]
    if not np.isfinite(array).all():
        return [f"{name}: holds values that are not finite"]
    with np.errstate(over="ignore"):
        if not np.isfinite(array.astype(precision)).all():
            return [f"{name}: holds values that are too large for {precision}"]
    return []


def _numbers(value: Any) -> npt.NDArray[Any] | None:
    """Return an array of numbers, or nested lists of them, as an array; ``None`` where it is none.

    NumPy would read numbers out of text, and give each number of a list as much room as the
    longest text in it needs.
    """
    if isinstance(value, np.ndarray):
        return value if value.dtype.kind in "fiu" else None
    array = np.array(value, dtype=object)
    # Not `flat`, which takes 32 dimensions at most.
    types = {type(number) for number in array.reshape(-1).tolist()}
    if bool in types or not all(issubclass(each, _NUMBER) for each in types):
        return None
    try:
        return array.astype(np.float64)
    except OverflowError:
        return None


def _other_shape(name: str, needed: Shape, given: Shape) -> str:
    return f"{name}: its shape is {list(given)}, {list(needed)} is needed"


def _foreign_names(needed: Mapping[str, Shape], given: Mapping[str, Any]) -> list[str]:
    missing = [f"missing: {name}" for name in needed if name not in given]
    return missing + [f"unexpected: {shown(name)}" for name in given if name not in needed]


def _first(sentences: list[str]) -> list[str]:
    if len(sentences) <= _MOST_SENTENCES:
        return sentences
    rest = len(sentences) - _MOST_SENTENCES + 1
    return [*sentences[: _MOST_SENTENCES - 1], f"and {rest:,} more names that do not fit"]
