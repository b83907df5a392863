"""What plots are put together from: numbers, ranges, scales, and what is drawn of long data."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gd_studio.desktop.plots.axis import even_ticks, log_ticks
from gd_studio.desktop.plots.curve_store import CurveStore
from gd_studio.desktop.plots.map_scale import MapScale
from gd_studio.desktop.plots.numbers import write_number, write_ticks
from gd_studio.desktop.plots.path_trace import PathTrace
from gd_studio.desktop.plots.ranges import padded, round_end, sound, with_room
from tests.helpers.peaks import peak_of

ANY = st.floats(allow_nan=True, allow_infinity=True)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"), (-0.25, "−0.25"), (1234.5678, "1,235"), (4.2e-7, "4.2×10⁻⁷"), (-1e9, "−10⁹"),
        (math.nan, "not a number"), (-math.inf, "−∞"), (0.001, "0.001"), (999_999.0, "999,999"),
    ],
)  # fmt: skip
def test_numbers_are_written_as_people_write_them(value, text):
    assert write_number(value) == text


def test_ticks_of_an_axis_have_as_many_places_as_their_distance():
    assert write_ticks([-0.5, 0.0, 0.5], 0.5) == ["−0.5", "0.0", "0.5"]
    assert write_ticks([0, 200_000, 400_000], 200_000) == ["0", "200,000", "400,000"]
    assert write_ticks([0.0, 2e-6, 4e-6], 2e-6) == ["0", "2×10⁻⁶", "4×10⁻⁶"]
    assert write_ticks([-1e-17, 0.1], 0.1) == ["0.0", "0.1"]
    assert write_ticks([1.7, 1.7000005], 5e-7) == ["1.7000000", "1.7000005"]
    assert len(set(write_ticks([2e9, 2e9 + 1, 2e9 + 2], 1.0))) == 3


@given(low=st.floats(-300, 300), width=st.floats(1e-3, 600), most=st.floats(1, 20))
def test_a_log_axis_always_has_some_ticks_and_never_a_crowd(low, width, most):
    high = min(low + width, 308.0)
    if high - low < 1e-3:
        return
    ((_, values),) = log_ticks(low, high, most)
    assert all(low - 1e-9 <= value <= high + 1e-9 for value in values)
    assert len(values) <= 2 * most + 9
    assert values == sorted(values)


@given(low=st.floats(-1e9, 1e9), width=st.floats(1e-3, 1e9), most=st.floats(2, 20))
def test_a_linear_axis_has_evenly_spaced_round_ticks(low, width, most):
    ((step, values),) = even_ticks(low, low + width, most)
    assert float(f"{step:.0e}") == pytest.approx(step)
    assert len(values) <= most + 2
    np.testing.assert_allclose(np.diff(values), step, rtol=1e-6, atol=1e-15 * (abs(low) + width))


def test_a_narrow_map_far_from_zero_still_has_labels_that_differ():
    scale = MapScale.of(0.671 + 0.0124 * np.linspace(0, 1, 500) ** 3)
    labels = [write_number(value, scale.digits) for value in scale.ticks(6)]
    assert len(labels) >= 4
    assert len(set(labels)) == len(labels)


@given(ANY, ANY)
def test_a_range_is_finite_and_has_a_width_or_is_none(low, high):
    for made in (sound(low, high), padded(low, high)):
        if made is not None:
            assert all(math.isfinite(end) for end in made)
            assert made[0] < made[1]


def test_a_range_stays_while_data_creep_and_jumps_when_they_leave_it():
    now = with_room(None, 0.0, 1.0)
    assert with_room(now, 0.0, 1.01) == now
    jumped = with_room(now, 0.0, 1.2)
    assert jumped[0] == now[0]
    assert jumped[1] > 1.5
    assert with_room((0.0, 100.0), 0.0, 1.0) == now


def test_steps_end_at_a_round_number():
    assert [round_end(n) for n in (3, 100, 101, 20_000, 20_001)] == [10, 100, 120, 20_000, 25_000]


@given(st.lists(ANY, min_size=1, max_size=30))
def test_a_map_scale_is_monotone_and_finds_its_way_back(values):
    scale = MapScale.of(np.array(values))
    shares = scale.shares(np.array(sorted(v for v in values if math.isfinite(v))))
    assert np.isfinite(shares).all()
    assert (np.diff(shares) >= 0).all()
    assert ((shares >= 0) & (shares <= 1)).all()


def test_the_bars_labels_are_values_of_the_function_where_their_colours_are():
    values = np.linspace(0, 50, 200) ** 2
    scale = MapScale.of(values)
    for value in scale.ticks(6):
        share = float(scale.shares(np.array([value]))[0])
        assert scale.value(share) == pytest.approx(value, rel=1e-3, abs=1e-3)
    assert scale.ticks(6)[0] == 0.0
    assert scale.ticks(6)[-1] == 2500.0


def test_a_long_curve_is_looked_at_once_and_keeps_its_extremes():
    n = 1_000_000
    step = np.arange(1, n + 1)
    value = np.abs(np.random.default_rng(0).normal(size=n)) + 1.0
    value[123_456], value[654_321] = 900.0, 1e-9
    store = CurveStore()
    for end in (10, 1_000, 200_000, 700_001, n):
        store.update(step[:end], value[:end])
    for log in (False, True):
        x, y = store.drawn(0, n, 2_000, log=log)
        assert len(x) <= 2_000
        drawn = 10**y if log else y
        assert drawn.max() == pytest.approx(900.0)
        assert drawn.min() == pytest.approx(1e-9)


def test_a_narrow_view_shows_every_step():
    store = CurveStore()
    store.update(np.arange(1, 100_001), np.arange(100_000.0))
    x, y = store.drawn(5_000, 5_100, 1_000, log=False)
    assert len(x) >= 101
    np.testing.assert_array_equal(np.diff(x), 1)
    np.testing.assert_array_equal(y, x - 1)


def test_a_long_curve_is_drawn_and_read_without_a_copy_of_it():
    n = 1_000_000
    store = CurveStore()
    store.update(np.arange(1, n + 1), np.random.default_rng(0).random(n))
    assert peak_of(lambda: store.drawn(0.5, 1.1 * n, 2_000, log=True)) < n
    assert peak_of(lambda: store.drawn(1000.5, 1500.5, 2_000, log=True)) < n
    assert peak_of(lambda: store.at(0.3 * n)) < n


@given(ANY, ANY, st.lists(st.integers(0, 60), min_size=1, unique=True).map(sorted))
def test_a_view_shows_the_steps_in_it_and_one_on_each_side(low, high, steps):
    low, high = sorted((low, high)) if low <= high or high <= low else (-math.inf, math.inf)
    store = CurveStore()
    store.update(np.array(steps), np.arange(float(len(steps))))
    inside = [place for place, step in enumerate(steps) if low <= step <= high]
    before = [place for place, step in enumerate(steps) if step < low][-1:]
    after = [place for place, step in enumerate(steps) if step > high][:1]
    shown = store.drawn(low, high, 1_000, log=False)[0]
    assert shown.tolist() == [steps[place] for place in before + inside + after]


def test_what_is_not_finite_is_counted_and_not_drawn():
    store = CurveStore()
    value = np.array([1.0, np.nan, np.inf, -1.0, 0.0, 2.0])
    store.update(np.arange(1, 7), value)
    assert (store.not_finite, store.not_positive) == (2, 2)
    assert np.isfinite(store.drawn(0, 10, 100, log=False)[1]).all()
    assert len(store.drawn(0, 10, 100, log=True)[0]) == 2


def test_a_curve_that_begins_anew_is_drawn_anew():
    store = CurveStore()
    store.update(np.arange(1, 1_001), np.ones(1_000))
    store.update(np.arange(1, 11), np.full(10, 2.0))
    assert store.drawn(0, 1_000, 100, log=False)[1].tolist() == [2.0] * 10


def test_a_path_drawn_bit_by_bit_is_the_path_drawn_at_once():
    turns = np.linspace(0, 20, 5_000)
    points = np.stack((turns * np.cos(turns), turns * np.sin(turns)), axis=1)
    grown, whole = PathTrace(), PathTrace()
    for end in (1, 2, 3, 100, 101, 2_500, 5_000):
        grown.update(points[:end], (0.1, 0.1), 10_000)
    whole.update(points, (0.1, 0.1), 10_000)
    for trace in (grown, whole):
        np.testing.assert_array_equal(trace.drawn[0], points[0])
        np.testing.assert_array_equal(trace.drawn[-1], points[-1])
    assert abs(len(grown.drawn) - len(whole.drawn)) < 20


def test_a_path_that_rests_or_trembles_for_long_stays_small():
    rng = np.random.default_rng(0)
    points = np.concatenate((np.zeros((20_000, 2)), rng.normal(size=(20_000, 2))))
    trace = PathTrace()
    for end in range(100, 40_001, 100):
        trace.update(points[:end], (0.01, 0.01), 500)
        if end == 20_000:
            assert len(trace.drawn) <= 3
    assert len(trace.drawn) <= 1_100


def test_a_plain_with_a_single_peak_of_next_to_nothing_has_ticks() -> None:
    values = np.full((40, 48), 0.6931472, dtype=np.float32)
    values[3, 7] = np.nextafter(values[3, 7], np.float32(1))
    scale = MapScale.of(values)
    ticks = scale.ticks(5)
    assert ticks[0] == scale.low
    assert ticks[-1] == scale.high
    assert ticks == sorted(ticks)


def test_an_end_that_is_round_but_for_rounding_has_its_tick() -> None:
    ((_, ticks),) = even_ticks(0.0, 29.999999999999996, 7)
    assert ticks == [0, 5, 10, 15, 20, 25, 30]
