"""Where what lies in a ``.pt`` file: the pickle that describes its tensors, and their numbers.

Since PyTorch 1.6 it is a zip archive with a file for each block of numbers, none of them packed;
before, it was five pickles one after the other, with the blocks behind them.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from gd_studio.engine.state_dict.error import StateDictError
from gd_studio.engine.state_dict.inert_pickle import LARGEST, Name, Reference, read_pickle

ByteOrder = Literal["<", ">"]

TOO_MANY = "it has far more parts than any model here"

_MOST_FILES = 20_000
_DIRECTORY_ENTRY = b"PK\x01\x02"
_MAGIC, _PROTOCOL = 0x1950A86A20F9469CFC6C, 1001

_DAMAGES = (
    zipfile.BadZipFile,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,  # it has a password
    ValueError,
    struct.error,
)
"""What Python's reader of archives raises where one is damaged."""

_WIDTHS = {
    **dict.fromkeys(("Byte", "Char", "Bool"), 1),
    **dict.fromkeys(("Half", "BFloat16", "Short"), 2),
    **dict.fromkeys(("Float", "Int"), 4),
    **dict.fromkeys(("Double", "Long", "ComplexFloat"), 8),
    "ComplexDouble": 16,
}


@dataclass(frozen=True)
class Storage:
    """A block of numbers: what PyTorch calls them (``"Float"``), which block, and how many."""

    kind: str
    key: str
    count: int

    @property
    def width(self) -> int:
        """Bytes of each number."""
        return _WIDTHS[self.kind]

    @classmethod
    def of(cls, value: Any) -> Storage:
        """Return the block that a pickle refers to; raises `StateDictError` where it is none."""
        match value:
            case Reference(("storage", Name(path), str(key), str(), int(count), *rest)):
                kind = path.removeprefix("torch.").removesuffix("Storage")
                if kind in _WIDTHS and count >= 0 and rest in ([], [None]):
                    return cls(kind, key, count)
        raise StateDictError


@dataclass(frozen=True)
class Archive:
    """A file of which the pickle has been read, and the numbers have not.

    Attributes
    ----------
    state
        What its pickle holds, as inert data.
    order
        The order of the bytes in a number.
    block
        Returns the bytes of a block by its key, not necessarily as many as the pickle says;
        raises `StateDictError` where there is none or it is damaged.
    """

    state: Any
    order: ByteOrder
    block: Callable[[str], bytes]


def open_archive(content: bytes) -> Archive:
    """Read the pickle of a ``.pt`` file, and find its blocks of numbers.

    Raises
    ------
    StateDictError
        Where it is none, or would take more memory than it has bytes.
    """
    return _open_zip(content) if content.startswith(b"PK\x03\x04") else _open_legacy(content)


def _open_zip(content: bytes) -> Archive:
    # Python takes half a kilobyte for each file that the directory lists.
    if content.count(_DIRECTORY_ENTRY) > _MOST_FILES:
        raise StateDictError(TOO_MANY)
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except _DAMAGES as error:
        raise StateDictError from error
    files = archive.infolist()
    if any(file.compress_type != zipfile.ZIP_STORED for file in files):
        raise StateDictError(
            "it is packed, which PyTorch never does: save it again with torch.save"
        )
    # Many of them may lie in the same place.
    if sum(file.file_size for file in files) > len(content):
        raise StateDictError

    @cache
    def read(name: str) -> bytes:
        try:
            return archive.read(name)
        except _DAMAGES as error:
            raise StateDictError from error

    sizes = {file.filename: file.file_size for file in files}
    root = next((name.removesuffix("data.pkl") for name in sizes if _is_pickle(name)), None)
    if root is None:
        raise StateDictError
    if sizes[f"{root}data.pkl"] > LARGEST:
        raise StateDictError(TOO_MANY)
    state = read_pickle(io.BytesIO(read(f"{root}data.pkl")))
    is_big = f"{root}byteorder" in sizes and read(f"{root}byteorder") == b"big"
    return Archive(state, ">" if is_big else "<", lambda key: read(f"{root}data/{key}"))


def _is_pickle(name: str) -> bool:
    folder, _, file = name.partition("/")
    return bool(folder) and file == "data.pkl"


def _open_legacy(content: bytes) -> Archive:
    pickles = io.BytesIO(content[:LARGEST])
    references: list[Reference] = []
    if read_pickle(pickles) != _MAGIC or read_pickle(pickles) != _PROTOCOL:
        raise StateDictError
    system, state, keys = (
        read_pickle(pickles),
        read_pickle(pickles, references),
        read_pickle(pickles),
    )
    if not isinstance(system, dict) or not isinstance(keys, list):
        raise StateDictError

    @cache
    def blocks() -> dict[str, slice]:
        storages = {storage.key: storage for storage in map(Storage.of, references)}
        return dict(_blocks(content, pickles.tell(), keys, storages))

    @cache
    def read(key: str) -> bytes:
        if key not in blocks():
            raise StateDictError
        return content[blocks()[key]]

    return Archive(state, "<" if system.get("little_endian") is not False else ">", read)


def _blocks(
    content: bytes, start: int, keys: Iterable[Any], storages: dict[str, Storage]
) -> Iterable[tuple[str, slice]]:
    """Yield where each block lies: each begins with the number of its numbers."""
    for key in keys:
        if not isinstance(key, str) or key not in storages or start + 8 > len(content):
            raise StateDictError
        (count,) = struct.unpack_from("<Q", content, start)
        end = start + 8 + count * storages[key].width
        yield key, slice(start + 8, end)
        start = end
