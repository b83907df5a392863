from __future__ import annotations

from gd_studio.desktop.plots.change_marks import lines_for


def test_words_beside_one_another_share_a_line() -> None:
    assert lines_for([(0, 10), (10, 20), (25, 30)], 3) == [0, 0, 0]


def test_words_that_would_meet_stand_below_one_another() -> None:
    assert lines_for([(0, 50), (10, 60), (20, 70), (55, 90)], 3) == [0, 1, 2, 0]


def test_words_that_find_no_line_are_left_out() -> None:
    assert lines_for([(0, 50), (10, 60), (20, 70)], 2) == [0, 1, None]
    assert lines_for([(0, 50)], 0) == [None]
    assert lines_for([(0, 50)], -1) == [None]
