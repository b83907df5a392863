"""Model files, ``.pt`` and ``.safetensors``: read by name, with and without a model to fit."""

from __future__ import annotations

import io
import os
import pickle
import pickletools
import struct
import warnings
import zipfile
from pathlib import Path
from random import Random
from typing import Any

import torch

from gd_studio.engine.answers import Answerer, QuestionError
from gd_studio.files import FileProblem, ModelMisfitError, read_safetensors
from gd_studio.link.questions import DecodeModel
from tests.fuzz.mutation import TEXTS, mutated_bytes, mutated_tree, to_json

_NEEDED: dict[str, tuple[int, ...]] = {"0.weight": (3, 2), "0.bias": (3,)}
_SAFETENSORS = b"\0safetensors\0"  # stands before those, to tell them from the others


class _Trap:
    """Leaves a mark when a pickle is followed."""

    def __init__(self, how: int) -> None:
        self.how = how

    def __reduce__(self) -> tuple[Any, ...]:
        calls: tuple[tuple[Any, ...], ...] = (
            (os.system, ("touch executed",)),
            (open, ("executed", "w")),
            (exec, ("open('executed', 'w')",)),
            (bytearray, (3_000_000_000,)),
            (getattr, ("x", "upper")),
        )
        return calls[self.how]


def make(random: Random) -> bytes:
    """Return a file of either kind."""
    return _safetensors(random) if not random.randrange(3) else _state_dict(random)


def attempt(content: bytes, folder: Path) -> bool:
    """Read a file; what comes of it cannot be larger than it."""
    needed = _NEEDED if len(content) % 2 else None
    found: Any
    try:
        if content.startswith(_SAFETENSORS):
            path = folder / "input.safetensors"
            path.write_bytes(content.removeprefix(_SAFETENSORS))
            found = read_safetensors(path, needed)
        else:
            found = Answerer().answer(DecodeModel(content, needed))
    except (FileProblem, ModelMisfitError, QuestionError):
        return False
    if not isinstance(found, dict):
        return False
    assert sum(array.nbytes for array in found.values()) <= 2 * len(content)
    return True


def _state_dict(random: Random) -> bytes:
    state: Any = {name: _tensor(random, shape) for name, shape in _NEEDED.items()}
    match random.randrange(6):
        case 0:
            state[random.choice(TEXTS)] = _Trap(random.randrange(5))
        case 1:
            state = random.choice(
                ([state], {"model": state}, torch.nn.Linear(2, 3), _Trap(0), {**state, "n": 3})
            )
        case 2:
            state[random.choice((*TEXTS, 3, None, ("a",)))] = torch.ones(1)
    buffer = io.BytesIO()
    is_zip = bool(random.randrange(3))
    with warnings.catch_warnings(action="ignore"):
        torch.save(
            state,
            buffer,
            pickle_protocol=random.choice((2, 2, 2, 4)),
            _use_new_zipfile_serialization=is_zip,
        )
    content = buffer.getvalue()
    if is_zip and random.randrange(2):
        content = _with_pickle(random, content)
    return (
        mutated_bytes(random, content, random.choice((1, 3)))
        if not random.randrange(3)
        else content
    )


def _tensor(random: Random, shape: tuple[int, ...]) -> torch.Tensor:
    plain = torch.ones(shape)
    with warnings.catch_warnings(action="ignore"):
        match random.randrange(14):
            case 0:
                return torch.zeros(1).expand(random.choice((7, 10**6, 10**9, 10**15)))
            case 1:
                return plain.to_sparse()
            case 2:
                return torch.quantize_per_tensor(plain, 0.1, 0, torch.qint8)
            case 3:
                return torch.empty(random.choice((3, 10**14)), device="meta")
            case 4:
                return torch.nested.nested_tensor([plain, plain])
            case 5:
                return plain.reshape((1,) * random.choice((60, 65, 200)) + shape)
            case 6:
                kinds = (torch.float16, torch.bfloat16, torch.float64, torch.int8, torch.complex64)
                return plain.to(random.choice(kinds))
            case 7:
                return plain.T if len(shape) == 2 else plain[::2]
            case 8:
                return torch.zeros(0, random.choice((0, 3, 10**9)))
            case 9:
                return torch.nn.Parameter(plain)
    return plain


def _with_pickle(random: Random, content: bytes) -> bytes:
    """Put another pickle into an archive, or pack it."""
    buffer = io.BytesIO()
    method = random.choice((zipfile.ZIP_STORED, zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", method) as new:
        for name in old.namelist():
            part = old.read(name)
            if name.endswith("data.pkl"):
                part = random.choice((_instructions(random), mutated_bytes(random, part, 1), part))
            elif not random.randrange(20):
                part = b"\0" * random.choice((0, 1, 50_000_000))
            new.writestr(name, part)
    return buffer.getvalue()


def _instructions(random: Random) -> bytes:
    """Return instructions of a pickle in any order, or many of one."""
    codes = [op.code.encode("latin-1") for op in pickletools.opcodes]
    if not random.randrange(4):
        return b"\x80\x02" + random.choice(codes) * random.choice((1000, 900_000)) + b"."
    some = (
        *(b"}", b"(", b"]", b")", b"N", b"R", b"Q", b"s", b"u", b"t", b"\x85", b"\x86", b"b", b"0"),
        *(
            b"K\x01",
            b"J\xff\xff\xff\x7f",
            b"X\x01\x00\x00\x00a",
            b"q\x00",
            b"h\x00",
            b"r\xff\xff\xff\xff",
        ),
        *(b"ctorch._utils\n_rebuild_tensor_v2\n", b"ctorch\nFloatStorage\n", b"cos\nsystem\n"),
        *(b"X\x0e\x00\x00\x00touch executed", b"ccollections\nOrderedDict\n", b"cbuiltins\neval\n"),
        pickle.dumps(2 ** random.choice((31, 63, 200)), 2)[2:-1],
    )
    body = b"".join(random.choice(some) for _ in range(random.choice((3, 10, 50))))
    return b"\x80\x02" + body + b"."


def _safetensors(random: Random) -> bytes:
    header: Any = {
        "0.weight": {"dtype": "F32", "shape": [3, 2], "data_offsets": [0, 24]},
        "0.bias": {"dtype": "F32", "shape": [3], "data_offsets": [24, 36]},
    }
    if random.randrange(4):
        header = mutated_tree(random, header, random.choice((1, 2)))
    if not random.randrange(20):
        empty = {"dtype": "F32", "shape": [0], "data_offsets": [36, 36]}
        header = {f"{i}": empty for i in range(random.choice((100, 10_000, 200_000)))}
    text = to_json(header).encode()
    length = len(text) if random.randrange(5) else random.choice((0, 1, 2**31, 2**63, 2**64 - 1))
    content = struct.pack("<Q", length) + text + bytes(36)
    mutated = mutated_bytes(random, content, 1) if not random.randrange(3) else content
    return _SAFETENSORS + mutated
