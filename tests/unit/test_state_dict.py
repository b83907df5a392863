"""What a ``.pt`` file may hold, what it takes to read it, and how all else is refused."""

from __future__ import annotations

import io
import pickle
import struct
import zipfile
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from gd_studio.engine.answers import Answerer, QuestionError
from gd_studio.link.questions import DecodeModel, Misfits
from tests.helpers.memory import megabytes_of

NOT_SAFE = "not safe to load"
NO_STATE_DICT = "it holds no state dict: tensors by name are needed"


def saved(state: Any, **options: Any) -> bytes:
    """Return what ``torch.save`` writes."""
    buffer = io.BytesIO()
    torch.save(state, buffer, **options)
    return buffer.getvalue()


def decoded(content: bytes) -> dict[str, np.ndarray]:
    return Answerer().answer(DecodeModel(content))


def refusal(content: bytes) -> str:
    with pytest.raises(QuestionError) as error:
        decoded(content)
    sentence = str(error.value)
    assert "\n" not in sentence
    assert sentence.isprintable()
    assert len(sentence) < 300
    return sentence


def altered(content: bytes, **files: bytes) -> bytes:
    """Return a ``.pt`` file with some of its files replaced, by the ends of their names."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            new.writestr(name, files.get(name.rpartition("/")[2].split(".")[0], old.read(name)))
    return buffer.getvalue()


# --- what is read -------------------------------------------------------------------------------

BASE = torch.arange(24, dtype=torch.float32)
READABLE: dict[str, torch.Tensor] = {
    "a scalar": torch.tensor(0.5),
    "of no numbers": torch.zeros(0, 3),
    "halves": torch.tensor([0.1, 1e-7, 65504.0], dtype=torch.float16),
    "bfloat16": torch.tensor([[0.1, -3e38], [1.5, float("nan")]], dtype=torch.bfloat16),
    "doubles": torch.tensor([0.1, 1e300], dtype=torch.float64),
    "a view": BASE[4:10],
    "a transposed view": BASE.view(4, 6).T,
    "every other column": BASE.view(4, 6)[:, ::2],
    "expanded": torch.tensor([[1.0], [2.0]]).expand(2, 3),
    "of a parameter": torch.nn.Parameter(torch.tensor([3.0])),
    "that needs a gradient": torch.tensor([3.0], requires_grad=True),
    "of a scalar axis with any stride": torch.as_strided(BASE, (1, 2), (7, 3)),
}


@pytest.mark.parametrize("is_zip", [True, False], ids=["zip", "legacy"])
@pytest.mark.parametrize("name", READABLE)
def test_a_tensor_comes_back_to_the_bit(name: str, is_zip: bool) -> None:
    tensor = READABLE[name]
    content = saved({"t": tensor}, _use_new_zipfile_serialization=is_zip)
    loaded = torch.load(io.BytesIO(content), weights_only=True)["t"].detach()
    expected = loaded if loaded.dtype == torch.float64 else loaded.float()
    array = decoded(content)["t"]
    assert array.shape == tuple(tensor.shape)
    assert array.tobytes() == expected.contiguous().numpy().tobytes()
    assert array.flags.writeable
    assert array.flags.c_contiguous


@pytest.mark.parametrize("is_zip", [True, False], ids=["zip", "legacy"])
def test_a_modules_own_state_dict_is_read_in_its_order(is_zip: bool) -> None:
    module = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.ReLU(), torch.nn.Linear(4, 1))
    state = module.state_dict()
    assert isinstance(state, OrderedDict)
    found = decoded(saved(state, _use_new_zipfile_serialization=is_zip))
    assert list(found) == list(state) == ["0.weight", "0.bias", "2.weight", "2.bias"]
    for name, tensor in state.items():
        np.testing.assert_array_equal(found[name], tensor.numpy())


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_any_protocol_of_pickle_is_read(protocol: int) -> None:
    assert decoded(saved({"t": BASE}, pickle_protocol=protocol))["t"].tolist() == list(range(24))


def test_tensors_that_share_their_numbers_are_read_each() -> None:
    content = saved({"all": BASE, "last": BASE[20:]}) + b""
    found = decoded(content)
    assert (found["all"].tolist(), found["last"].tolist()) == (list(range(24)), [20, 21, 22, 23])


def test_bytes_in_the_other_order_are_turned_around() -> None:
    content = saved({"t": torch.tensor([1.5, -2.0]), "b": torch.ones(1, dtype=torch.bfloat16)})
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        (prefix,) = {name.partition("/")[0] for name in archive.namelist()}
        assert archive.read(f"{prefix}/data/0") == struct.pack("<2f", 1.5, -2.0)
    other = altered(
        content, **{"byteorder": b"big", "0": struct.pack(">2f", 1.5, -2.0), "1": b"\x3f\x80"}
    )
    assert {name: array.tolist() for name, array in decoded(other).items()} == {
        "t": [1.5, -2.0],
        "b": [1.0],
    }


@given(
    shape=st.lists(st.integers(0, 4), max_size=5),
    order=st.randoms(use_true_random=False),
    dtype=st.sampled_from([torch.float32, torch.float64, torch.float16, torch.bfloat16]),
    offset=st.integers(0, 3),
    is_zip=st.booleans(),
)
def test_whatever_torch_writes_is_read_as_torch_reads_it(
    shape: list[int], order: Any, dtype: torch.dtype, offset: int, is_zip: bool
) -> None:
    axes = list(range(len(shape)))
    order.shuffle(axes)
    size = int(np.prod(shape))
    base = torch.arange(size + offset, dtype=torch.float32).to(dtype)
    tensor = base[offset:].view(shape).permute(axes)
    content = saved({"t": tensor}, _use_new_zipfile_serialization=is_zip)
    np.testing.assert_array_equal(decoded(content)["t"], tensor.to(torch.float64).numpy())


# --- what is refused ----------------------------------------------------------------------------


def deflated(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, old.read(name))
    return buffer.getvalue()


def quantised() -> torch.Tensor:
    return torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.qint8)


def nested() -> torch.Tensor:
    return torch.nested.nested_tensor([torch.ones(2), torch.ones(3)])


PLAIN = "a plain one is needed"
REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "sparse": (lambda: {"t": torch.eye(2).to_sparse()}, f"holds 't' as a sparse tensor: {PLAIN}"),
    "sparse rows": (lambda: {"t": torch.eye(2).to_sparse_csr()}, "as a sparse tensor"),
    "quantised": (lambda: {"t": quantised()}, f"holds 't' as a quantised tensor: {PLAIN}"),
    "nested": (lambda: {"t": nested()}, f"holds 't' as a nested tensor: {PLAIN}"),
    "meta": (
        lambda: {"t": torch.empty(10**12, device="meta")},
        f"holds 't' as a tensor without numbers, of the device meta: {PLAIN}",
    ),
    "complex": (
        lambda: {"t": torch.ones(2, dtype=torch.complex64)},
        "holds numbers of type ComplexFloat in 't'; floats are needed",
    ),
    "whole numbers": (
        lambda: {"t": torch.ones(2, dtype=torch.int64)},
        "holds numbers of type Long in 't'; floats are needed",
    ),
    "truths": (
        lambda: {"t": torch.ones(2, dtype=torch.bool)},
        "holds numbers of type Bool in 't'; floats are needed",
    ),
    "eight bits": (
        lambda: {"t": torch.ones(2).to(torch.float8_e4m3fn)},
        f"holds 't' as a tensor of a special kind: {PLAIN}",
    ),
    "many dimensions": (
        lambda: {"t": torch.ones(1).reshape((1,) * 65)},
        "'t' has 65 dimensions, and 64 are the most",
    ),
    "a negative view": (
        lambda: {"t": torch.ones(2, dtype=torch.complex64).conj().imag},
        f"holds 't' as a tensor of a special kind: {PLAIN}",
    ),
    "a list": (lambda: [torch.ones(2)], NO_STATE_DICT),
    "a tensor": (lambda: torch.ones(2), NO_STATE_DICT),
    "a number by name": (lambda: {"epoch": 3}, NO_STATE_DICT),
    "a text by name": (lambda: {"epoch": "x" * 10_000}, NO_STATE_DICT),
    "a checkpoint": (lambda: {"model": {"t": torch.ones(2)}, "epoch": 3}, NO_STATE_DICT),
    "tensors by number": (lambda: {0: torch.ones(2)}, NO_STATE_DICT),
    "a set": (lambda: {"t": {1, 2}}, NOT_SAFE),
    "a frozen set": (lambda: {"t": frozenset({1, 2})}, NOT_SAFE),
    "bytes": (lambda: {"t": bytearray(b"abc")}, NOT_SAFE),
    "a module": (lambda: torch.nn.Linear(2, 1), NOT_SAFE),
    "control characters": (
        lambda: {"\x1b[31m\nt" + "y" * 1000: torch.ones(2, dtype=torch.int8)},
        r"of type Char in '\x1b[31m\ntyyyyyy",
    ),
}


# PyTorch says of some that they are new, or old.
@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("is_zip", [True, False], ids=["zip", "legacy"])
@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_plain_tensor_of_floats_is_refused_in_a_sentence(
    name: str, is_zip: bool
) -> None:
    state, sentence = REFUSED[name]
    content = saved(state(), _use_new_zipfile_serialization=is_zip)
    assert sentence in refusal(content)


def test_more_numbers_than_a_file_holds_are_refused() -> None:
    content = saved({"t": torch.zeros(1).expand(1_500_000_000)})
    assert refusal(content) == (
        "its tensors have 1,500,000,000 numbers, which are more than a file of"
        f" {len(content):,} bytes can hold"
    )


def test_many_small_repetitions_are_refused_together() -> None:
    one = torch.zeros(500)
    content = saved({f"t{i}": one for i in range(100)})
    assert refusal(content).startswith("its tensors have 50,000 numbers, which are more than")


@pytest.mark.parametrize("is_zip", [True, False], ids=["zip", "legacy"])
def test_a_shape_that_claims_more_than_its_block_has_is_refused(is_zip: bool) -> None:
    content = saved({"t": torch.zeros(3)}, _use_new_zipfile_serialization=is_zip)
    shape, larger = b"K\x03\x85", b"K\x09\x85"  # the tuples (3,) and (9,) of a pickle
    assert content.count(shape) == 1
    wrong = content.replace(shape, larger)
    if is_zip:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            (name,) = (n for n in archive.namelist() if n.endswith("data.pkl"))
            wrong = altered(content, data=archive.read(name).replace(shape, larger))
    assert refusal(wrong) == "'t' has a shape that does not go with its numbers"


def test_a_packed_archive_is_refused_before_it_is_unpacked() -> None:
    content = deflated(saved({"t": torch.zeros(50_000)}))
    assert (
        refusal(content) == "it is packed, which PyTorch never does: save it again with torch.save"
    )


def test_an_archive_whose_files_lie_in_one_another_is_refused() -> None:
    content = saved({"t": torch.zeros(50_000)})
    end = content.rindex(b"PK\x05\x06")
    begin = content.index(b"PK\x01\x02")
    wrong = bytearray(content)
    # Each file claims to be as large as the largest.
    at = begin
    while content[at : at + 4] == b"PK\x01\x02":
        wrong[at + 20 : at + 28] = struct.pack("<2I", 200_000, 200_000)
        at += 46 + sum(struct.unpack("<3H", content[at + 28 : at + 34]))
    assert at <= end
    assert NOT_SAFE in refusal(bytes(wrong))


@given(at=st.integers(0, 10**6), value=st.integers(0, 255), is_zip=st.booleans())
def test_after_damage_to_a_byte_there_is_a_sentence_or_no_more_than_the_file_holds(
    at: int, value: int, is_zip: bool
) -> None:
    state = {"0.weight": torch.ones(3, 2), "0.bias": torch.zeros(3)}
    content = bytearray(saved(state, _use_new_zipfile_serialization=is_zip))
    content[at % len(content)] = value
    try:
        found = decoded(bytes(content))
    except QuestionError:
        found = {}
    assert sum(array.size for array in found.values()) <= len(content)


@given(cut=st.integers(0, 10**6), is_zip=st.booleans())
def test_a_file_that_is_cut_off_is_refused(cut: int, is_zip: bool) -> None:
    content = saved({"t": torch.ones(30)}, _use_new_zipfile_serialization=is_zip)
    assert NOT_SAFE in refusal(content[: cut % len(content)])


def zipped(pickled: bytes) -> bytes:
    """Return a ``.pt`` file that has a pickle and no numbers."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("archive/data.pkl", pickled)
        archive.writestr("archive/version", "3\n")
    return buffer.getvalue()


class _Room:
    """A pickle that takes a gigabyte when it is followed, as weights_only lets it."""

    def __reduce__(self):
        return bytearray, (10**9,)


def tuples_of_tuples(depth: int) -> bytes:
    """A key whose hash takes 2 to the power of `depth` steps."""
    pairs = b"".join(b"\x86q%c" % (i,) + b"h%c" % (i,) for i in range(1, depth))
    return b"\x80\x02}))" + pairs + b"\x86N" + b"s."


BOMBS: dict[str, bytes] = {
    "expanded": saved({"t": torch.zeros(1).expand(1_500_000_000)}),
    "expanded, legacy": saved(
        {"t": torch.zeros(1).expand(1_500_000_000)}, _use_new_zipfile_serialization=False
    ),
    "deflated": deflated(saved({"t": torch.zeros(100_000_000, dtype=torch.uint8)})),
    "bytes": zipped(pickle.dumps({"t": _Room()}, protocol=2)),
    "a list of lists": zipped(b"\x80\x02" + b"]" * 990_000 + b"."),
    "a long text": zipped(b"\x80\x02X\xff\xff\xff\x7fabc."),
    "long texts": zipped(pickle.dumps({"t" * 10**6: "u" * 10**7}, protocol=2)),
}


def test_no_file_takes_more_memory_than_a_few_of_its_size(tmp_path: Path) -> None:
    for number, content in enumerate(BOMBS.values()):
        (tmp_path / f"{number}.pt").write_bytes(content)
    taken = megabytes_of(
        "from pathlib import Path\n"
        "from gd_studio.engine.state_dict.decoding import StateDictError, decode",
        "for path in Path(sys.argv[1]).glob('*.pt'):\n"
        "    try: decode(path.read_bytes())\n"
        "    except StateDictError: pass\n"
        "    else: raise SystemExit(f'{path} was read')",
        str(tmp_path),
    )
    assert taken < 50 + 2 * max(map(len, BOMBS.values())) / 1e6


def test_a_key_of_tuples_of_tuples_is_refused_at_once() -> None:
    # Its hash would take 2¹²⁰ steps.
    assert refusal(zipped(tuples_of_tuples(120))) == NO_STATE_DICT


def test_a_parameter_of_a_parameter_of_a_parameter_is_refused_in_a_sentence() -> None:
    name = b"X\x06\x00\x00\x00weight"
    call = b"ctorch._utils\n_rebuild_parameter\nq\x00"
    for depth in (2, 50_000):
        deep = call + b"h\x00" * (depth - 1) + b"N" + b"\x85R" * depth
        assert refusal(zipped(b"\x80\x02}" + name + deep + b"s."))


def test_a_large_file_takes_a_few_times_its_size(tmp_path: Path) -> None:
    path = tmp_path / "m.pt"
    torch.save({"t": torch.zeros(25_000_000, dtype=torch.bfloat16)}, path)
    taken = megabytes_of(
        "from gd_studio.engine.state_dict.decoding import decode",
        "answer = decode(open(sys.argv[1], 'rb').read())\n"
        "assert answer['t'].shape == (25_000_000,)",
        str(path),
    )
    assert taken < 500


# --- what a model needs -------------------------------------------------------------------------


def test_names_and_shapes_are_held_against_the_model_before_a_number_is_read() -> None:
    content = saved({"weight": torch.zeros(2, 1), "extra\n": torch.zeros(3)})
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        pickled = next(archive.read(n) for n in archive.namelist() if n.endswith("data.pkl"))
    answer = Answerer().answer(DecodeModel(zipped(pickled), {"weight": (1, 1), "bias": (1,)}))
    assert answer == Misfits(
        (
            "missing: bias",
            r"unexpected: extra\n",
            "weight: its shape is [2, 1], [1, 1] is needed",
        )
    )


def test_of_many_names_that_do_not_fit_the_first_are_listed() -> None:
    content = saved({f"t{i}": torch.zeros(1) for i in range(1000)})
    answer = Answerer().answer(DecodeModel(content, {}))
    assert len(answer.sentences) == 20
    assert answer.sentences[-1] == "and 981 more names that do not fit"


def test_parameters_that_fit_are_read() -> None:
    content = saved({"weight": torch.full((1, 1), 2.5), "bias": torch.zeros(1)})
    answer = Answerer().answer(DecodeModel(content, {"weight": (1, 1), "bias": (1,)}))
    assert {name: array.tolist() for name, array in answer.items()} == {
        "weight": [[2.5]],
        "bias": [0.0],
    }
