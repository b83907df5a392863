"""Trained parameters as ``.safetensors`` files.

The bytes of a ``.pt`` file are made and read by the engine, since only torch knows its format.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import safetensors.numpy
from safetensors import SafetensorError

from gd_studio.experiment import Layout
from gd_studio.experiment.layout import Precision, Shape, shape_misfits, shown
from gd_studio.files.atomic import write_atomically
from gd_studio.files.errors import FileProblem, StrPath
from gd_studio.files.reading import MEGABYTE, read_bytes
from gd_studio.link.arrays import Floats

LARGEST = 256 * MEGABYTE
"""Bytes of the largest file that is read."""

MOST_NUMBERS = 400_000
"""The most that an experiment starts from: its own file, which is text, would be too large."""

_LONGEST_HEADER = MEGABYTE  # the library takes a kilobyte for each name in it
_MOST_DIMENSIONS = 64  # NumPy has no arrays with more


class ModelMisfitError(Exception):
    """Parameters of another model; ``misfits`` has a sentence for each name that does not fit."""

    def __init__(self, misfits: tuple[str, ...]) -> None:
        super().__init__("\n".join(misfits))
        self.misfits = misfits


def check_fit(
    layout: Layout, parameters: Mapping[str, Any], precision: Precision = "float32"
) -> None:
    """Raise `ModelMisfitError` where names are missing or unexpected, or shapes are others.

    So it does where a number is not finite in `precision`, which the parameters need not have.
    """
    misfits = layout.misfits(parameters, precision)
    if misfits:
        raise ModelMisfitError(tuple(misfits))


def write_safetensors(path: StrPath, parameters: Mapping[str, Floats]) -> None:
    """Write parameters by name, in their precision; raises `FileProblem` where that fails."""
    arrays = {
        # The library writes memory as it lies there, whatever the strides say.
        name: np.asarray(array, order="C")
        for name, array in parameters.items()
    }
    # torch's tools look for the mark, since the names are torch's.
    write_atomically(path, safetensors.numpy.save(arrays, metadata={"format": "pt"}))


def read_safetensors(path: StrPath, needed: Mapping[str, Shape] | None = None) -> dict[str, Floats]:
    """Read parameters by name: float64 where the file has that, else float32.

    Parameters
    ----------
    path
        The file.
    needed
        The names and shapes that are wanted; ``None`` for whatever there is.

    Raises
    ------
    FileProblem
        Where the file cannot be read, is damaged or something else, or holds other than floats.
    ModelMisfitError
        Where it has other names and shapes than are needed. Not one number has been read then.
    """
    content = read_bytes(path, LARGEST)
    shapes = _shapes(path, content)
    if needed is not None and (wrong := shape_misfits(needed, shapes)):
        raise ModelMisfitError(tuple(wrong))
    try:
        arrays = safetensors.numpy.load(content)
    except SafetensorError as error:
        why = shown(str(error), 200)
        raise FileProblem(path, f"is damaged, or no safetensors file: {why}") from error
    except KeyError as error:  # a number type that NumPy lacks, as bfloat16
        raise FileProblem(
            path, f"holds numbers of type {error.args[0]}, not float32 or float64"
        ) from error
    return {name: _as_floats(path, name, array) for name, array in arrays.items()}


def _shapes(path: StrPath, content: bytes) -> dict[str, Shape]:
    """Return the shapes in a file's header, which can claim more than the file holds."""
    length = int.from_bytes(content[:8], "little")
    if 8 + length > len(content):
        raise FileProblem(path, "is damaged, or no safetensors file: its header is cut off")
    if length > _LONGEST_HEADER:
        raise FileProblem(path, "has far more names than any model here")
    try:
        header = json.loads(content[8 : 8 + length])
        shapes = {
            name: tuple(about["shape"]) for name, about in header.items() if name != "__metadata__"
        }
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise FileProblem(path, "is damaged, or no safetensors file: its header is none") from error
    for shape in shapes.values():
        if len(shape) > _MOST_DIMENSIONS:
            raise FileProblem(
                path,
                f"holds an array of {len(shape)} dimensions, and {_MOST_DIMENSIONS} are the most",
            )
        whole = all(type(n) is int and n >= 0 for n in shape)
        # One of no numbers can still claim to be wider than anything that NumPy can make.
        if not whole or math.prod(n for n in shape if n) > len(content):
            raise FileProblem(path, "is damaged: it has a shape that does not go with its size")
    return shapes


def _as_floats(path: StrPath, name: str, array: np.ndarray[Any, Any]) -> Floats:
    if array.dtype.kind != "f":
        raise FileProblem(
            path, f"holds {array.dtype.name} numbers in '{shown(name)}'; floats are needed"
        )
    # A copy: the file's own bytes are read-only.
    return array.astype(np.float64 if array.dtype == np.float64 else np.float32)
