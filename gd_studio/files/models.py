"""Trained parameters as ``.safetensors`` files.

The bytes of a ``.pt`` file are made and read by the engine, since only torch knows its format.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import safetensors.numpy
from safetensors import SafetensorError

from gd_studio.experiment import Layout
from gd_studio.experiment.layout import Precision
from gd_studio.files.atomic import write_atomically
from gd_studio.files.errors import FileProblem, StrPath
from gd_studio.files.reading import MEGABYTE, read_bytes
from gd_studio.link.arrays import Floats

LARGEST = 256 * MEGABYTE
"""Bytes of the largest file that is read."""


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


def read_safetensors(path: StrPath) -> dict[str, Floats]:
    """Read parameters by name: float64 where the file has that, else float32.

    Raises
    ------
    FileProblem
        Where the file cannot be read, is damaged or something else, or holds other than floats.
    """
    content = read_bytes(path, LARGEST)
    try:
        arrays = safetensors.numpy.load(content)
    except SafetensorError as error:
        raise FileProblem(path, f"is damaged, or no safetensors file: {error}") from error
    except KeyError as error:  # a number type that NumPy lacks, as bfloat16
        raise FileProblem(
            path, f"holds numbers of type {error.args[0]}, not float32 or float64"
        ) from error
    return {name: _as_floats(path, name, array) for name, array in arrays.items()}


def _as_floats(path: StrPath, name: str, array: np.ndarray[Any, Any]) -> Floats:
    if array.dtype.kind != "f":
        raise FileProblem(path, f"holds {array.dtype.name} numbers in '{name}'; floats are needed")
    # A copy: the file's own bytes are read-only.
    return array.astype(np.float64 if array.dtype == np.float64 else np.float32)
