from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from gd_studio.recording.framing import frame

SQUARE = ((-2.0, 2.0), (-1.0, 3.0))
any_path = hnp.arrays(
    np.float32,
    st.tuples(st.integers(1, 20), st.just(2)),
    elements=st.floats(width=32),
)


def test_a_path_inside_the_domain_leaves_it_as_it_is() -> None:
    assert frame([np.array([[0.0, 0.0], [1.9, 2.9]])], SQUARE) == SQUARE


def test_a_path_that_leaves_the_domain_a_little_stays_in_view() -> None:
    (low_x, high_x), (low_y, high_y) = frame([np.array([[0.0, 0.0], [2.5, 0.0]])], SQUARE)
    assert (low_x, low_y, high_y) == (-2.0, -1.0, 3.0)
    assert 2.5 < high_x < 3.0


def test_a_diverged_path_does_not_blow_the_picture_up() -> None:
    path = np.array([[0.0, 0.0], [-3.0, 0.0], [1e9, -1e9], [np.inf, np.nan]])
    (low_x, high_x), y = frame([path], SQUARE)
    assert -4.0 < low_x < -3.0
    assert high_x == 2.0
    assert y == (-1.0, 3.0)


def test_a_start_outside_the_domain_is_always_in_view() -> None:
    (low_x, high_x), _ = frame([np.array([[100.0, 0.0]]), np.array([[0.0, 0.0]])], SQUARE)
    assert low_x == -2.0
    assert high_x > 100.0


def test_a_model_is_drawn_around_its_path_with_a_margin() -> None:
    (low_x, high_x), (low_y, high_y) = frame([np.array([[0.0, 0.0], [2.0, -1.0]])], None)
    assert (low_x, high_x) == pytest.approx((-0.4, 2.4))
    assert (low_y, high_y) == pytest.approx((-1.2, 0.2))


def test_a_parameter_that_never_moved_still_gets_a_width() -> None:
    (low_x, high_x), (low_y, high_y) = frame([np.array([[1e6, 0.0], [1e6, 1.0]])], None)
    assert low_x < 1e6 < high_x
    # Wide enough that single precision can tell 200 points apart.
    assert len(np.unique(np.linspace(low_x, high_x, 200, dtype=np.float32))) == 200
    assert (low_y, high_y) == pytest.approx((-0.2, 1.2))


@given(path=any_path, domain=st.sampled_from([None, SQUARE]))
def test_ranges_are_finite_ascending_and_hold_start_and_domain(
    path: np.ndarray, domain: tuple[tuple[float, float], ...] | None
) -> None:
    ranges = frame([path], domain)
    assert len(ranges) == 2
    for low, high in ranges:
        assert np.isfinite([low, high]).all()
        assert low < high
    if np.isfinite(path[0]).all():
        for (low, high), coordinate in zip(ranges, path[0].tolist(), strict=True):
            assert low <= coordinate <= high
    if domain is not None:
        for (low, high), (at_least, at_most) in zip(ranges, domain, strict=True):
            assert low <= at_least
            assert high >= at_most
