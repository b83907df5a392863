from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from gd_studio.recording.levels import contour_levels


def test_values_that_are_spread_evenly_get_even_levels() -> None:
    values = np.linspace(-1.0, 1.0, 101)
    np.testing.assert_allclose(contour_levels(values, 5), [-1.0, -0.5, 0.0, 0.5, 1.0])


def test_a_steep_valley_gets_levels_close_together_at_its_floor() -> None:
    x, y = np.meshgrid(np.linspace(-2, 2, 200), np.linspace(-1, 3, 200))
    levels = contour_levels((1 - x) ** 2 + 100 * (y - x**2) ** 2, 20)
    ratios = np.diff(levels)[2:] / np.diff(levels)[1:-1]
    np.testing.assert_allclose(ratios, ratios[0])
    assert ratios[0] > 1.2
    # More than half of the levels are in the lowest tenth.
    assert (levels < levels[-1] / 10).sum() > 10


def test_values_that_are_not_finite_do_not_count() -> None:
    values = np.array([0.0, 1.0, 2.0, np.inf, -np.inf, np.nan])
    np.testing.assert_allclose(contour_levels(values, 3), [0.0, 1.0, 2.0])


@pytest.mark.parametrize("constant", [0.0, 3.5, -1e30, 1e-30])
def test_a_constant_landscape_gets_a_narrow_band_around_it(constant: float) -> None:
    levels = contour_levels(np.full((3, 3), constant), 7)
    assert levels[0] < constant < levels[-1]
    assert (np.diff(levels) > 0).all()


def test_a_landscape_without_a_finite_value_has_levels_as_well() -> None:
    np.testing.assert_array_equal(contour_levels(np.array([np.nan, np.inf]), 3), [0.0, 0.5, 1.0])


@given(
    values=hnp.arrays(np.float32, st.integers(1, 50), elements=st.floats(width=32)),
    n=st.integers(2, 40),
)
def test_levels_ascend_and_hold_all_finite_values(values: np.ndarray, n: int) -> None:
    levels = contour_levels(values, n)
    assert len(levels) == n
    assert np.isfinite(levels).all()
    assert (np.diff(levels) > 0).all()
    finite = values[np.isfinite(values)]
    if len(finite):
        assert levels[0] <= finite.min()
        assert levels[-1] >= finite.max()
