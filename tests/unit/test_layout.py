from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gd_studio.experiment import Experiment, Layout
from tests.helpers.memory import megabytes_of
from tests.helpers.recordings import CURVE, LINE, VALLEY


def layout_of(problem: dict[str, Any]) -> Layout:
    training = {"steps": 1}
    return Experiment.parse({**LINE, "problem": problem, "training": training}).layout


def perceptron(hidden: int) -> Layout:
    return layout_of(
        {
            "kind": "model",
            "dataset": {"key": "circle"},
            "model": {"key": "perceptron", "hidden": hidden},
            "loss": {"key": "bce"},
        }
    )


def test_a_layer_that_stands_alone_has_torchs_bare_names() -> None:
    layout = layout_of(LINE["problem"])
    assert layout == Layout(("weight", "bias"), ((1, 1), (1,)), ("weight", "bias"))


def test_layers_in_a_row_have_the_names_of_a_sequential() -> None:
    layout = perceptron(2)
    assert layout.names == ("0.weight", "0.bias", "2.weight", "2.bias")
    assert layout.shapes == ((2, 2), (2,), (1, 2), (1,))
    assert layout.labels == (
        "0.weight[0,0]",
        "0.weight[0,1]",
        "0.weight[1,0]",
        "0.weight[1,1]",
        "0.bias[0]",
        "0.bias[1]",
        "2.weight[0,0]",
        "2.weight[0,1]",
        "2.bias",
    )


def test_a_function_has_its_starts_one_after_the_other() -> None:
    several = layout_of({**VALLEY["problem"], "starts": [[0, 0], [1, 1], [2, 2]]})
    assert several.names == ("position",)
    assert several.shapes == ((3, 2),)
    assert several.labels == ("x[0]", "y[0]", "x[1]", "y[1]", "x[2]", "y[2]")
    assert layout_of(VALLEY["problem"]).labels == ("x", "y")
    assert layout_of(CURVE["problem"]) == Layout(("p",), ((1, 1),), ("p",))


@given(st.integers(1, 30))
def test_splitting_and_joining_are_each_others_inverse(hidden: int) -> None:
    layout = perceptron(hidden)
    assert layout.size == 4 * hidden + 1
    assert len(set(layout.labels)) == layout.size
    flat = np.arange(layout.size, dtype=np.float32)
    parts = layout.split(flat)
    assert [parts[name].shape for name in layout.names] == list(layout.shapes)
    np.testing.assert_array_equal(layout.join(parts), flat)
    lists = {name: array.tolist() for name, array in parts.items()}
    np.testing.assert_array_equal(layout.join(lists), flat)


def test_a_label_is_where_its_element_is() -> None:
    layout = perceptron(3)
    parts = layout.split(np.arange(layout.size, dtype=np.float32))
    assert parts["0.weight"][2, 1] == layout.labels.index("0.weight[2,1]")


def test_misfits_are_all_named() -> None:
    layout = layout_of(LINE["problem"])
    assert layout.misfits({"weight": [[1]], "bias": [2]}) == []
    assert layout.misfits({"weight": [[1, 2]], "extra": [1]}) == [
        "missing: bias",
        "unexpected: extra",
        "weight: its shape is [1, 2], [1, 1] is needed",
    ]
    assert layout.misfits({"weight": [["a"]], "bias": [[1], [2, 3]]}) == [
        "weight: is not an array of numbers",
        "bias: is not an array of numbers",
    ]
    large = {"weight": [[np.nan]], "bias": [1e300]}
    assert layout.misfits(large) == [
        "weight: holds values that are not finite",
        "bias: holds values that are too large for float32",
    ]
    assert layout.misfits(large, "float64") == ["weight: holds values that are not finite"]


def test_joining_keeps_the_digits_of_the_precision() -> None:
    layout, parameters = layout_of(LINE["problem"]), {"weight": [[0.1]], "bias": [1 / 3]}
    single, double = layout.join(parameters), layout.join(parameters, "float64")
    assert (single.dtype.name, double.dtype.name) == ("float32", "float64")
    assert single.tolist() == [np.float32(0.1), np.float32(1 / 3)]
    assert double.tolist() == [0.1, 1 / 3]


@pytest.mark.parametrize("value", ["1", True, None, 10**400, {}])
def test_what_is_no_number_fits_nowhere(value: object) -> None:
    layout = layout_of(LINE["problem"])
    assert layout.misfits({"weight": [[value]], "bias": [0.0]}) == [
        "weight: is not an array of numbers"
    ]


def test_a_long_text_among_numbers_takes_no_more_room_than_it_has() -> None:
    # NumPy would give each of the numbers as much room as the text: four gigabytes.
    taken = megabytes_of(
        "from tests.helpers.recordings import LINE\n"
        "from gd_studio.experiment import Experiment, ExperimentError",
        "given = {'weight': [['x' * 1_000_000, *['y'] * 1000]], 'bias': [0.0]}\n"
        "try: Experiment.parse({**LINE, 'initial_parameters': given})\n"
        "except ExperimentError as error: assert 'weight: is not an array' in str(error)\n"
        "else: raise SystemExit('it was read')",
    )
    assert taken < 100


@pytest.mark.parametrize("depth", [33, 64, 65, 500])
def test_lists_nested_deeply_are_refused(depth: int) -> None:
    nested: Any = 1.0
    for _ in range(depth):
        nested = [nested]
    (sentence,) = layout_of(LINE["problem"]).misfits({"weight": nested, "bias": [0.0]})
    assert sentence.startswith("weight: ")
    assert len(sentence) < 400


@pytest.mark.parametrize("wrong", [True, None, "1", 10**400, {"a": 1}, [1.0]])
def test_what_is_no_number_among_numbers_is_refused(wrong: Any) -> None:
    assert layout_of(LINE["problem"]).misfits({"weight": [[wrong]], "bias": [0.0]}) != []
    assert layout_of(LINE["problem"]).misfits({"weight": [[1.0]], "bias": [wrong, 2.0]}) != []


def test_of_many_foreign_names_the_first_are_listed_and_made_printable() -> None:
    names = {"\x1b[31m" + "x" * 10_000: 0, **{f"n{i}": 0 for i in range(1000)}}
    found = layout_of(LINE["problem"]).misfits({"weight": [[1.0]], "bias": [0.0], **names})
    assert len(found) == 20
    assert found[0].startswith(r"unexpected: \x1b[31mxxxx")
    assert all(sentence.isprintable() and len(sentence) < 100 for sentence in found)
    assert found[-1] == "and 982 more names that do not fit"
