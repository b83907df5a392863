"""Reading a state dict: names and shapes first, then the numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gd_studio.engine.state_dict.archive import Archive, Storage, open_archive
from gd_studio.engine.state_dict.error import StateDictError
from gd_studio.engine.state_dict.inert_pickle import Call
from gd_studio.experiment.layout import Shape, shape_misfits, shown
from gd_studio.foreign_text import half_of_a_character
from gd_studio.link.arrays import Floats
from gd_studio.link.questions import Misfits

_FLOATS = {"Double": "f8", "Float": "f4", "Half": "f2", "BFloat16": "u2"}

_MOST_DIMENSIONS = 64
"""NumPy has no arrays with more."""

_UNREADABLE = {
    "torch._utils._rebuild_sparse_tensor": "a sparse tensor",
    "torch._utils._rebuild_qtensor": "a quantised tensor",
    "torch._utils._rebuild_nested_tensor": "a nested tensor",
    "torch._utils._rebuild_meta_tensor_no_storage": "a tensor without numbers, of the device meta",
}


@dataclass(frozen=True)
class _Tensor:
    """Where the numbers of a tensor lie: in which block, from which on, and how far apart."""

    storage: Storage
    offset: int
    shape: Shape
    strides: Shape

    @property
    def size(self) -> int:
        """How many numbers it has."""
        return math.prod(self.shape)

    @property
    def end(self) -> int:
        """How many numbers its block has to have for it."""
        reach = sum((n - 1) * stride for n, stride in zip(self.shape, self.strides, strict=True))
        return self.offset + reach + 1 if self.size else 0


def decode(
    content: bytes, needed: Mapping[str, Shape] | None = None
) -> dict[str, Floats] | Misfits:
    """Return the parameters in the bytes of a ``.pt`` file by name.

    Parameters
    ----------
    content
        What ``torch.save`` has written, of any version.
    needed
        The names and shapes that are wanted; ``None`` for whatever there is.

    Returns
    -------
    dict or Misfits
        Float64 where the file has that, else float32; or what is not as needed. Not one number
        has been read then.

    Raises
    ------
    StateDictError
        Where it is damaged, holds other things than tensors of floats by name, or where these
        have more numbers than a file of its size.
    """
    archive = open_archive(content)
    if not isinstance(archive.state, dict):
        raise StateDictError("it holds no state dict: tensors by name are needed")
    for name in archive.state:
        if half := half_of_a_character(name):
            raise StateDictError(f"the name of a tensor in it {half}")
    tensors = {name: _tensor(name, value) for name, value in archive.state.items()}
    numbers = sum(tensor.size for tensor in tensors.values())
    if sum(tensor.size * tensor.storage.width for tensor in tensors.values()) > len(content):
        raise StateDictError(
            f"its tensors have {_counted(numbers)} numbers, which are more than a file of"
            f" {len(content):,} bytes can hold"
        )
    for name, tensor in tensors.items():
        # One of no numbers can still claim to be wider than anything that NumPy can make.
        width = math.prod(n for n in tensor.shape if n)
        if width > len(content) or tensor.end > tensor.storage.count:
            raise StateDictError(f"'{shown(name)}' has a shape that does not go with its numbers")
    shapes = {name: tensor.shape for name, tensor in tensors.items()}
    if needed is not None and (wrong := shape_misfits(needed, shapes)):
        return Misfits(tuple(wrong))
    return {name: _array(archive, tensor) for name, tensor in tensors.items()}


def _tensor(name: str, value: Any) -> _Tensor:
    """Return what a pickle says of a tensor; raises `StateDictError` where it is no plain one."""
    match value:  # once: what is a parameter of a parameter is nothing that torch writes
        case Call("torch._utils._rebuild_parameter", (data, *_)):
            value = data
    match value:
        case Call(
            "torch._utils._rebuild_tensor_v2",
            (block, int(offset), tuple(shape), tuple(strides), _, _, *rest),
        ) if rest in ([], [None], [{}]):
            storage = Storage.of(block)
        case Call(path, _) if path in _UNREADABLE:
            raise StateDictError(
                f"it holds '{shown(name)}' as {_UNREADABLE[path]}: a plain one is needed"
            )
        case Call(path, _) if path.startswith("torch."):
            raise StateDictError(
                f"it holds '{shown(name)}' as a tensor of a special kind: a plain one is needed"
            )
        case Call():
            raise StateDictError
        case _:
            raise StateDictError("it holds no state dict: tensors by name are needed")
    if storage.kind not in _FLOATS:
        raise StateDictError(
            f"it holds numbers of type {storage.kind} in '{shown(name)}'; floats are needed"
        )
    if len(shape) > _MOST_DIMENSIONS:
        raise StateDictError(
            f"'{shown(name)}' has {len(shape)} dimensions, and {_MOST_DIMENSIONS} are the most"
        )
    whole = all(type(n) is int and n >= 0 for n in (offset, *shape, *strides))
    if not whole or len(shape) != len(strides):
        raise StateDictError
    return _Tensor(storage, offset, shape, strides)


def _array(archive: Archive, tensor: _Tensor) -> Floats:
    storage = tensor.storage
    width = storage.width
    block = archive.block(storage.key)
    if len(block) < storage.count * width:
        raise StateDictError
    if not tensor.size:
        return np.zeros(tensor.shape, dtype=np.float64 if width == 8 else np.float32)
    numbers = np.ndarray(
        tensor.shape,
        dtype=f"{archive.order}{_FLOATS[storage.kind]}",
        buffer=block,
        offset=tensor.offset * width,
        # Along an axis of one number nothing is stepped over.
        strides=[
            s * width if n > 1 else 0 for n, s in zip(tensor.shape, tensor.strides, strict=True)
        ],
    )
    if storage.kind == "BFloat16":  # the upper half of a float32
        return (numbers.astype(np.uint32, order="C") << 16).view(np.float32)
    return numbers.astype(np.float64 if width == 8 else np.float32, order="C")


def _counted(numbers: int) -> str:
    return f"{numbers:,}" if numbers < 10**15 else "over 10¹⁵"
