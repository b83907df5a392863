"""When and where the curvature of a run is asked about: a run that goes on must not suffer."""

from __future__ import annotations

import numpy as np
import pytest

from gd_studio.recording.curvature_schedule import CurvatureSchedule
from tests.helpers.peaks import peak_of


def steps_up_to(last: int) -> np.ndarray:
    return np.arange(last + 1)


def answer(schedule: CurvatureSchedule, asked: np.ndarray, begin: float, seconds: float) -> float:
    schedule.asked(asked, begin)
    schedule.answered(begin + seconds)
    return begin + seconds


@pytest.mark.parametrize(
    ("steps", "interval"), [(0, 1), (200, 1), (201, 2), (400, 2), (401, 4), (100_000, 512)]
)
def test_the_interval_grows_with_the_run_so_that_there_are_about_200_points(
    steps: int, interval: int
) -> None:
    schedule = CurvatureSchedule()
    assert schedule.interval(steps) == interval
    assert schedule.missing(steps_up_to(steps)).tolist() == list(range(0, steps + 1, interval))


def test_a_chosen_interval_holds_whatever_the_length_of_the_run() -> None:
    schedule = CurvatureSchedule(every=30)
    assert schedule.missing(steps_up_to(100)).tolist() == [0, 30, 60, 90]


def test_where_only_some_steps_are_known_the_first_of_each_interval_is_taken() -> None:
    schedule = CurvatureSchedule(every=10)
    known = np.array([0, 4, 11, 13, 19, 37, 38])
    assert schedule.missing(known).tolist() == [0, 11, 37]


def test_a_long_run_is_looked_through_without_a_copy_of_its_steps() -> None:
    steps, schedule = steps_up_to(1_000_000), CurvatureSchedule()
    assert peak_of(lambda: schedule.missing(steps)) < 200_000


def test_nothing_is_asked_where_nothing_is_known() -> None:
    schedule = CurvatureSchedule()
    assert len(schedule.next(np.empty(0, dtype=np.int64), 0.0, goes_on=True)) == 0


def test_the_newest_step_comes_first_while_the_run_goes_on() -> None:
    schedule = CurvatureSchedule(every=10)
    assert schedule.next(steps_up_to(95), 0.0, goes_on=True).tolist() == [90]


def test_never_is_more_than_one_question_under_way() -> None:
    schedule = CurvatureSchedule(every=10)
    schedule.asked(schedule.next(steps_up_to(50), 0.0, goes_on=True), 0.0)
    for goes_on in (True, False):
        assert len(schedule.next(steps_up_to(500), 100.0, goes_on=goes_on)) == 0
    schedule.answered(100.0)
    assert len(schedule.next(steps_up_to(500), 100.0, goes_on=False)) > 0


@pytest.mark.parametrize("cost", [0.001, 0.05, 2.0])
def test_a_tenth_of_the_time_at_most_is_spent_measuring_while_a_run_goes_on(cost: float) -> None:
    """Ten minutes of a run whose steps never end, asked about at every beat of the window."""
    schedule = CurvatureSchedule()
    now, busy, steps = 0.0, 0.0, 0
    while now < 600:
        now += 0.05
        steps += 300
        asked = schedule.next(steps_up_to(steps % 10_000), now, goes_on=True)
        if len(asked):
            seconds = cost * len(asked)
            now = answer(schedule, asked, now, seconds)
            busy += seconds
    assert 0 < busy <= 0.1 * now


def test_a_question_grows_until_it_takes_a_quarter_of_a_second() -> None:
    schedule = CurvatureSchedule(every=1)
    now, sizes = 0.0, []
    for _ in range(6):
        asked = schedule.next(steps_up_to(1000), now, goes_on=False)
        sizes.append(len(asked))
        now = answer(schedule, asked, now, 0.02 * len(asked))
    assert sizes == [1, 2, 4, 8, 12, 12]


def test_a_question_that_took_too_long_is_followed_by_a_smaller_one() -> None:
    schedule = CurvatureSchedule(every=1, at_first=16)
    asked = schedule.next(steps_up_to(1000), 0.0, goes_on=True)
    assert asked.tolist() == list(range(985, 1001))
    now = answer(schedule, asked, 0.0, 8.0)
    assert schedule.wait(now) == pytest.approx(72.0)
    assert schedule.next(steps_up_to(2000), now + 72.1, goes_on=True).tolist() == [2000]


def test_what_was_passed_over_is_filled_in_when_the_run_rests_and_nothing_twice() -> None:
    schedule = CurvatureSchedule(every=10, at_first=4)
    asked = schedule.next(steps_up_to(200), 0.0, goes_on=True)
    answer(schedule, asked, 0.0, 0.25)
    found = asked.tolist()
    for turn in range(100):
        asked = schedule.next(steps_up_to(200), 1.0 + turn, goes_on=False)
        if not len(asked):
            break
        if turn == 0:
            assert asked.tolist() == [0, 50, 110, 160], "evenly, over all that is missing"
        answer(schedule, asked, 1.0 + turn, 0.25)
        found += asked.tolist()
    assert sorted(found) == list(range(0, 201, 10))


def test_a_run_that_rests_is_asked_about_without_a_pause() -> None:
    schedule = CurvatureSchedule(every=1)
    now = answer(schedule, schedule.next(steps_up_to(50), 0.0, goes_on=True), 0.0, 1.0)
    assert len(schedule.next(steps_up_to(50), now, goes_on=True)) == 0
    assert len(schedule.next(steps_up_to(50), now, goes_on=False)) > 0


def test_where_a_point_takes_long_there_are_fewer_of_them() -> None:
    schedule = CurvatureSchedule()
    now = answer(schedule, schedule.next(steps_up_to(10), 0.0, goes_on=True), 0.0, 2.0)
    found = 1
    while len(asked := schedule.next(steps_up_to(1000), now, goes_on=False)):
        now = answer(schedule, asked, now, 2.0 * len(asked))
        found += len(asked)
    assert 16 <= found <= 32
