"""Numbers as a person writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gd_studio.desktop.panels.number_text import (
    Bounds,
    format_number,
    parse_number,
    step_integer,
    step_number,
)

ANY = Bounds()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.001, "0.001"),
        (1e-8, "1e-8"),
        (0.1 + 0.2, "0.3"),
        (100.0, "100"),
        (0.0, "0"),
        (1e300, "1e300"),
        (1.23456789012345, "1.23456789"),
        (9223372036854775807, "9223372036854775807"),
    ],
)
def test_a_number_is_shown_short(value, text):
    assert format_number(value) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [("1e-4", 1e-4), ("0.0001", 1e-4), (" 1E-4 ", 1e-4), (".5", 0.5), ("−2", -2.0), ("+3", 3.0)],
)
def test_a_number_is_read_as_a_person_writes_it(text, value):
    assert parse_number(text, ANY, integer=False) == value


@pytest.mark.parametrize("text", ["", "abc", "1e", "0,1", "nan", "inf", "1_0", "0x10", "1e999"])
def test_what_is_no_number_is_refused_with_a_sentence(text):
    with pytest.raises(ValueError, match=r"number|point|large"):
        parse_number(text, ANY, integer=False)


def test_a_whole_number_may_be_written_with_an_exponent_and_not_with_a_fraction():
    assert parse_number("1e3", ANY, integer=True) == 1000
    with pytest.raises(ValueError, match="has to be a whole number"):
        parse_number("1.5", ANY, integer=True)


def test_a_large_seed_keeps_all_its_digits():
    assert parse_number("9223372036854775807", ANY, integer=True) == 9223372036854775807


@pytest.mark.parametrize(
    ("bounds", "text", "phrase"),
    [
        (Bounds(minimum=0), "-1", "0 or more"),
        (Bounds(minimum=1, maximum=1024), "2000", "between 1 and 1024"),
        (Bounds(above=0), "0", "above 0"),
        (Bounds(minimum=0, below=1), "1", "0 or more and below 1"),
    ],
)
def test_what_is_out_of_bounds_is_told_the_bounds(bounds, text, phrase):
    with pytest.raises(ValueError, match=f"^has to be {phrase}$"):
        parse_number(text, bounds, integer=False)


@pytest.mark.parametrize(
    ("value", "steps", "stepped"),
    [
        (0.01, 1, 0.02),
        (0.09, 1, 0.1),
        (0.1, 1, 0.2),
        (0.1, -1, 0.09),
        (0.35, 1, 0.4),
        (0.35, -1, 0.3),
        (-0.1, 1, -0.09),
        (-0.1, -1, -0.2),
        (0.01, 10, 0.1),
        (0.01, -10, 0.001),
        (0.0, 1, 0.01),
        (0.0, -1, -0.01),
    ],
)
def test_a_step_goes_by_the_leading_digit(value, steps, stepped):
    assert step_number(value, steps, ANY, from_zero=0.01) == stepped


def test_steps_become_small_before_a_bound_that_cannot_be_reached():
    bounds, value, seen = Bounds(minimum=0, below=1), 0.9, []
    for _ in range(11):
        value = step_number(value, 1, bounds, from_zero=0.1)
        seen.append(value)
    assert seen == [0.91, 0.92, 0.93, 0.94, 0.95, 0.96, 0.97, 0.98, 0.99, 0.991, 0.992]


@given(st.floats(-1e12, 1e12), st.sampled_from([-10, -1, 1, 10]))
def test_a_step_never_leaves_the_bounds(value, steps):
    bounds = Bounds(minimum=-1e12, maximum=1e12)
    assert bounds.hold(step_number(value, steps, bounds, from_zero=0.01))


@pytest.mark.parametrize(
    ("value", "steps", "stepped"),
    [
        (9, 1, 10),
        (10, 1, 11),
        (100, 1, 110),
        (1000, -1, 900),
        (10, 10, 20),
        (1, -1, 1),
        (5, -10, 1),
    ],
)
def test_whole_numbers_step_by_their_second_digit(value, steps, stepped):
    assert step_integer(value, steps, Bounds(minimum=1)) == stepped
