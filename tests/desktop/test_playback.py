from __future__ import annotations

import pytest

from gd_studio.desktop.runs.playback import Playback


class Clock:
    """A clock that a test turns on."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def reached():
    return []


@pytest.fixture
def playback(qtbot, clock, reached):
    playback = Playback(clock=clock)
    playback.reached.connect(reached.append)
    yield playback
    playback.hold()


def pass_time(playback, clock, *, seconds: float, beats: int) -> None:
    for _ in range(beats):
        clock.seconds += seconds / beats
        playback.beat()


def test_so_many_steps_go_by_as_the_speed_says(playback, clock, reached) -> None:
    playback.play(0, 1000, 32)
    pass_time(playback, clock, seconds=2, beats=512)

    assert reached == list(range(1, 65))
    assert playback.direction == 1


def test_backwards_the_same_steps_come_in_the_other_order(playback, clock, reached) -> None:
    playback.play(60, 1000, -32)
    pass_time(playback, clock, seconds=1, beats=512)

    assert reached == list(range(59, 27, -1))
    assert playback.direction == -1


@pytest.mark.parametrize(("velocity", "end"), [(25.0, 90), (-25.0, 0), (1e6, 90), (-1e6, 0)])
def test_at_its_end_it_holds(playback, clock, reached, velocity, end) -> None:
    playback.play(40, 90, velocity)
    pass_time(playback, clock, seconds=10, beats=300)

    assert reached[-1] == end
    assert len(reached) == len(set(reached))
    assert playback.direction == 0


def test_a_late_beat_skips_steps_and_loses_no_time(playback, clock, reached) -> None:
    playback.play(0, 1000, 100)
    pass_time(playback, clock, seconds=0.5, beats=1)
    pass_time(playback, clock, seconds=0.25, beats=1)

    assert reached == [50, 75]


def test_another_speed_counts_from_where_it_is(playback, clock, reached) -> None:
    playback.play(100, 1000, -10)
    pass_time(playback, clock, seconds=1, beats=1)
    playback.set_speed(40)
    pass_time(playback, clock, seconds=1, beats=1)

    assert reached == [90, 50]


def test_what_holds_says_nothing_and_does_nothing(playback, clock, reached) -> None:
    changes: list[int] = []
    playback.changed.connect(lambda: changes.append(playback.direction))
    playback.play(5, 10, 1)
    playback.hold()
    playback.hold()
    playback.set_speed(1000)
    clock.seconds += 60

    assert reached == []
    assert changes == [1, 0]
