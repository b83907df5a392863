"""Where along a run its curvature is measured, and when: seldom enough not to slow it down."""

from __future__ import annotations

from math import inf

import numpy as np

from gd_studio.link.arrays import Integers

POINTS = 200
"""About so many points a run are measured, where nothing else is said."""

SHARE = 0.1
"""The share of the time that is spent measuring while a run goes on."""

_ALTOGETHER = 60.0
"""About so many seconds all points of a run may take; where each takes long there are fewer."""

_FEWEST = 20

_PAUSE = 0.2
"""Seconds at least between two questions while a run goes on."""

_QUESTION = 0.25
"""About so many seconds a question may take."""

_MOST_AT_ONCE = 64


class CurvatureSchedule:
    """Picks the steps of the next question; at most one question is under way.

    While a run goes on the newest steps come first, and after an answer there is a pause nine times
    as long as it took. Once the run rests, what was passed over is filled in, evenly.

    Parameters
    ----------
    every
        The interval in steps; ``None`` for one that gives about 200 points, fewer where one takes
        long, and so grows with the run: a power of two.
    at_first
        How many steps the first question is about. From then on there are as many as will take a
        quarter of a second, and at most twice as many as in the last question.
    """

    def __init__(self, every: int | None = None, at_first: int = 1) -> None:
        self.every = every
        self._known: set[int] = set()
        self._at_once = min(at_first, _MOST_AT_ONCE)
        self._begun: float | None = None
        self._asked = 0
        self._points = POINTS
        self._pause_until = -inf

    @property
    def is_waiting(self) -> bool:
        """Whether a question is under way."""
        return self._begun is not None

    def interval(self, steps: int) -> int:
        """Return every how many of so many steps there is a point."""
        if self.every is not None:
            return self.every
        interval = 1
        while interval * self._points < steps:
            interval *= 2
        return interval

    def missing(self, available: Integers) -> Integers:
        """Return those of the `available` steps, in order, that are still to be measured."""
        if not len(available):
            return available
        interval = self.interval(int(available[-1]))
        begins = np.arange(0, available[-1] + 1, interval)
        # The first step of each interval; where one has none, that is the first of the next.
        wanted = available[np.unique(np.searchsorted(available, begins))]
        known = np.fromiter(self._known, dtype=np.int64, count=len(self._known))
        return wanted[~np.isin(wanted, known)]

    def may_ask(self, now: float, *, goes_on: bool) -> bool:
        """Whether a question may be asked now, if there is one."""
        return not self.is_waiting and (not goes_on or now >= self._pause_until)

    def next(self, available: Integers, now: float, *, goes_on: bool) -> Integers:
        """Return the steps to ask about now, in order; none while nothing is to be asked.

        Parameters
        ----------
        available
            The steps whose parameters are known, in order.
        now
            The time, in seconds on a clock of the caller's.
        goes_on
            Whether the run is taking steps.
        """
        if not self.may_ask(now, goes_on=goes_on):
            return np.empty(0, dtype=np.int64)
        missing = self.missing(available)
        if goes_on or len(missing) <= self._at_once:
            return missing[-self._at_once :]
        evenly = np.linspace(0, len(missing) - 1, self._at_once).round().astype(np.int64)
        return missing[np.unique(evenly)]

    def wait(self, now: float) -> float:
        """Return the seconds until a run that goes on may be asked about again."""
        return max(0.0, self._pause_until - now)

    def asked(self, steps: Integers, now: float) -> None:
        """Note that a question about `steps` is under way; they are not asked about again."""
        self._begun, self._asked = now, len(steps)
        self._known.update(steps.tolist())

    def skip(self, steps: Integers) -> None:
        """Note that there is nothing to ask about `steps`."""
        self._known.update(steps.tolist())

    def answered(self, now: float) -> None:
        """Note that the answer has come."""
        assert self._begun is not None
        cost = now - self._begun
        self._begun = None
        self._points = max(_FEWEST, min(POINTS, int(_ALTOGETHER * self._asked / max(cost, 1e-6))))
        self._pause_until = now + max(_PAUSE, cost * (1 / SHARE - 1))
        fitting = int(_QUESTION / max(cost, 1e-6) * self._asked)
        self._at_once = max(1, min(fitting, 2 * self._at_once, _MOST_AT_ONCE))
