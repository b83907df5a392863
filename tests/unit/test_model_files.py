from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy

from gd_studio.experiment import Experiment
from gd_studio.files import (
    FileProblem,
    ModelMisfitError,
    check_fit,
    experiments,
    models,
    read_safetensors,
    write_safetensors,
)
from tests.helpers.memory import megabytes_of
from tests.helpers.recordings import LINE

LAYOUT = Experiment.parse(LINE).layout


def encode(header: object, content: bytes = b"") -> bytes:
    """Make a safetensors file as the format's description has it."""
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + content


def test_parameters_come_back_to_the_bit(tmp_path: Path) -> None:
    weight = np.array([[0.1, -3e-39], [np.pi, 3.4e38]], dtype=np.float32)
    write_safetensors(tmp_path / "m", {"0.weight": weight, "0.bias": weight[0]})
    back = read_safetensors(tmp_path / "m")
    assert set(back) == {"0.weight", "0.bias"}
    assert back["0.weight"].tobytes() == weight.tobytes()
    assert back["0.bias"].shape == (2,)
    back["0.bias"][0] = 1.0  # whoever reads may change what was read


def test_the_file_is_what_the_format_says(tmp_path: Path) -> None:
    write_safetensors(tmp_path / "m", {"bias": np.array([1.5], dtype=np.float32)})
    content = (tmp_path / "m").read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + length])
    assert header["bias"] == {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}
    assert content[8 + length :] == struct.pack("<f", 1.5)


def test_an_array_that_does_not_lie_in_order_is_written_in_order(tmp_path: Path) -> None:
    array = np.arange(6, dtype=np.float32).reshape(2, 3).T
    write_safetensors(tmp_path / "m", {"a": array})
    np.testing.assert_array_equal(read_safetensors(tmp_path / "m")["a"], [[0, 3], [1, 4], [2, 5]])


def test_doubles_stay_doubles(tmp_path: Path) -> None:
    write_safetensors(tmp_path / "m", {"a": np.array([0.1, 1e300]), "b": np.array([[1 / 3]])})
    assert safetensors.numpy.load_file(tmp_path / "m")["a"].tolist() == [0.1, 1e300]
    back = read_safetensors(tmp_path / "m")
    assert back["a"].dtype == back["b"].dtype == np.float64
    assert (back["a"].tolist(), back["b"].tolist()) == ([0.1, 1e300], [[1 / 3]])
    back["a"][0] = 1.0  # whoever reads may change what was read


def test_halves_become_float32(tmp_path: Path) -> None:
    half = {"a": np.array([0.1], dtype=np.float16)}
    (tmp_path / "m").write_bytes(safetensors.numpy.save(half))
    back = read_safetensors(tmp_path / "m")
    assert back["a"].dtype == np.float32
    assert back["a"][0] == half["a"][0]


GOOD = safetensors.numpy.save({"weight": np.ones((4, 4), dtype=np.float32)})
BFLOAT = {"a": {"dtype": "BF16", "shape": [1], "data_offsets": [0, 2]}}
HUGE = struct.pack("<Q", 2**60) + b"{}"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "damaged"),
        (GOOD[:-1], "damaged"),
        (GOOD[:20], "damaged"),
        (b"PK\x03\x04" + bytes(range(256)), "damaged"),
        (HUGE, "damaged"),
        (encode(BFLOAT, b"\0\0"), "type BF16"),
        (safetensors.numpy.save({"a": np.array([1])}), "holds int64 numbers in 'a'"),
        (safetensors.numpy.save({"a": np.array([True])}), "holds bool numbers in 'a'"),
    ],
    ids=["empty", "truncated", "no header", "zip", "huge", "bf16", "int", "bool"],
)
def test_a_damaged_or_foreign_file_is_a_problem_that_names_it(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    path = tmp_path / "m.safetensors"
    path.write_bytes(content)
    with pytest.raises(FileProblem, match=sentence) as problem:
        read_safetensors(path)
    assert str(path) in str(problem.value)


def test_parameters_that_fit_are_let_through() -> None:
    check_fit(LAYOUT, {"weight": [[1.0]], "bias": [0.0]})


def test_doubles_that_are_too_large_fit_where_the_run_is_in_double_precision() -> None:
    large = {"weight": np.array([[1e300]]), "bias": np.zeros(1)}
    with pytest.raises(ModelMisfitError, match="weight: holds values that are too large for"):
        check_fit(LAYOUT, large)
    check_fit(LAYOUT, large, "float64")


def test_everything_that_does_not_fit_is_listed() -> None:
    with pytest.raises(ModelMisfitError) as error:
        check_fit(LAYOUT, {"weight": np.zeros((2, 1)), "extra": np.zeros(1)})
    assert error.value.misfits == (
        "missing: bias",
        "unexpected: extra",
        "weight: its shape is [2, 1], [1, 1] is needed",
    )


# --- what a file claims, and what it takes to read it --------------------------------------------


def claim(shape: list[int], content: bytes = b"", dtype: str = "F32") -> bytes:
    return encode(
        {"a": {"dtype": dtype, "shape": shape, "data_offsets": [0, len(content)]}}, content
    )


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (claim([1] * 65, b"\0" * 4), "holds an array of 65 dimensions, and 64 are the most"),
        (claim([0, 2**62, 2**62]), "a shape that does not go with its size"),
        (claim([2**62, 4], b"\0" * 4), "a shape that does not go with its size"),
        (claim([-1], b"\0" * 4), "damaged"),
        (claim([0, 10**15]), "a shape that does not go with its size"),
        (encode({"a": [1]}), "damaged"),
        (encode([1, 2]), "damaged"),
        (struct.pack("<Q", 4000) + b"[" * 4000, "damaged"),
        (encode({f"{i:x}": 0 for i in range(150_000)}), "far more names than any model here"),
        (encode({"a": {"dtype": "I8", "shape": [1], "data_offsets": [0, 1]}}, b"\0"), "int8"),
        (claim([1], b"\0", "F8_E4M3"), "F8_E4M3"),
        (claim([1], b"\0", "\x1b[31m"), "damaged"),
    ],
)
def test_a_header_that_claims_what_cannot_be_is_a_problem(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    path = tmp_path / "m.safetensors"
    path.write_bytes(content)
    with pytest.raises(FileProblem) as problem:
        read_safetensors(path)
    assert sentence in problem.value.sentence
    assert problem.value.sentence.isprintable()


@pytest.mark.parametrize("dtype", ["I8", "BF16"])
def test_a_name_with_control_characters_is_shown_without_them(tmp_path: Path, dtype: str) -> None:
    end = 2 if dtype == "BF16" else 1
    about = {"dtype": dtype, "shape": [1], "data_offsets": [0, end]}
    content = encode({"\x1b[31m" + "x" * 1000: about}, bytes(end))
    (tmp_path / "m").write_bytes(content)
    with pytest.raises(FileProblem) as problem:
        read_safetensors(tmp_path / "m")
    assert problem.value.sentence.isprintable()
    assert len(problem.value.sentence) < 200


def test_names_and_shapes_are_held_against_the_model_before_a_number_is_read(
    tmp_path: Path,
) -> None:
    # Whole numbers: had one been read, it would be said.
    wrong = {"weight": np.zeros((2, 1), dtype=np.int8), "extra": np.zeros(3, dtype=np.int8)}
    (tmp_path / "m").write_bytes(safetensors.numpy.save(wrong))
    with pytest.raises(ModelMisfitError) as error:
        read_safetensors(tmp_path / "m", LAYOUT.needed)
    assert error.value.misfits == (
        "missing: bias",
        "unexpected: extra",
        "weight: its shape is [2, 1], [1, 1] is needed",
    )


def test_a_header_of_many_names_takes_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "m"
    empty = {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]}
    path.write_bytes(encode({f"{i:x}": empty for i in range(200_000)}))
    taken = megabytes_of(
        "from gd_studio.files import FileProblem, read_safetensors",
        "try: read_safetensors(sys.argv[1])\n"
        "except FileProblem: pass\n"
        "else: raise SystemExit('it was read')",
        str(path),
    )
    assert taken < 50 + 2 * path.stat().st_size / 1e6


def test_an_experiment_that_starts_from_the_most_numbers_can_be_opened_again() -> None:
    # The longest that a number is in JSON, on the line that it has in the file.
    line = len(f"        {-2.2250738585072014e-308},\n")
    assert models.MOST_NUMBERS * line < experiments.LARGEST
