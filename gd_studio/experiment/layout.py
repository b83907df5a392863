"""How a problem's parameters are named, shaped, and laid out in one flat vector."""

from __future__ import annotations

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
    shapes: tuple[tuple[int, ...], ...]
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

    def misfits(self, parameters: Mapping[str, Any], precision: Precision = "float32") -> list[str]:
        """Say what keeps `parameters` from fitting: missing, unexpected and mis-shaped names.

        So does a number that is not finite in `precision`.
        """
        wrong = [f"missing: {name}" for name in self.names if name not in parameters]
        wrong += [f"unexpected: {name}" for name in parameters if name not in self.names]
        for name, shape in zip(self.names, self.shapes, strict=True):
            if name in parameters:
                wrong += _misfit(name, shape, parameters[name], precision)
        return wrong


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
    shapes: list[tuple[int, ...]] = []
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


def _letters(shape: tuple[int, ...]) -> list[str]:
    """The coefficients of a polynomial as one writes it: a t² + b t + c."""
    return list(ascii_lowercase[: shape[0]])


def _labels(name: str, shape: tuple[int, ...]) -> list[str]:
    if int(np.prod(shape)) == 1:
        return [name]
    return [f"{name}[{','.join(map(str, index))}]" for index in np.ndindex(*shape)]


def _misfit(name: str, shape: tuple[int, ...], value: Any, precision: Precision) -> list[str]:
    try:
        array = np.asarray(value)
    except ValueError:
        return [f"{name}: is not an array of numbers"]
    if array.dtype.kind not in "fiu":  # NumPy would read numbers out of text, too
        return [f"{name}: is not an array of numbers"]
    if array.shape != shape:
        return [f"{name}: its shape is {list(array.shape)}, {list(shape)} is needed"]
    if not np.isfinite(array).all():
        return [f"{name}: holds values that are not finite"]
    with np.errstate(over="ignore"):
        if not np.isfinite(array.astype(precision)).all():
            return [f"{name}: holds values that are too large for {precision}"]
    return []
