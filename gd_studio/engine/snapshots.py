"""Moments of a run that it can be taken back to, as dense as a bound on their memory allows."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from torch import Tensor

from gd_studio.link.messages import SNAPSHOT_BYTES

_SHARE = 0.02
"""At most this share of a run's time goes into its snapshots."""

_OVERHEAD = 2000
"""Bytes that a snapshot takes beside its tensors, more or less."""


@dataclass(frozen=True)
class Snapshot:
    """A run as it was after a step.

    Attributes
    ----------
    step
        The step.
    phase
        Which of the run's phases it belongs to.
    values
        The flat vector of parameters.
    parts
        What else the steps that follow depend on, by name; owned by the snapshot.
    """

    step: int
    phase: int
    values: Tensor
    parts: dict[str, Any]

    @property
    def nbytes(self) -> int:
        """How much memory it takes, about."""
        return _OVERHEAD + _nbytes(self.values) + _nbytes(self.parts)


class Snapshots:
    """Keeps snapshots of a run, thinned as the run grows.

    Whenever they take more memory than they may, every second one is dropped, and from then on
    only half as many are taken; the first one always stays.

    Parameters
    ----------
    most_bytes
        How much memory they may take.

    Attributes
    ----------
    nbytes
        How much they take.
    """

    def __init__(self, most_bytes: int = SNAPSHOT_BYTES) -> None:
        self.nbytes = 0
        self._most_bytes = most_bytes
        self._kept: list[Snapshot] = []
        self._every = 1
        self._offers = 0
        self._not_before = 0.0

    def __len__(self) -> int:
        return len(self._kept)

    def is_due(self) -> bool:
        """Whether a snapshot is to be taken at this moment of a run that goes on."""
        self._offers += 1
        return self._offers % self._every == 0 and perf_counter() >= self._not_before

    def add(self, snapshot: Snapshot, seconds: float = 0.0) -> None:
        """Keep `snapshot`, which is later than all others and took so many seconds to take."""
        if self._kept and snapshot.step <= self._kept[-1].step:
            return  # a run that was taken back comes by again
        self._not_before = perf_counter() + seconds / _SHARE
        self._kept.append(snapshot)
        self.nbytes += snapshot.nbytes
        while self.nbytes > self._most_bytes and len(self._kept) > 1:
            self._thin()

    def before(self, step: int) -> Snapshot:
        """Return the latest snapshot at or before `step`."""
        return self._kept[bisect_right(self._kept, step, key=lambda kept: kept.step) - 1]

    def until(self, step: int) -> Snapshots:
        """Return those at or before `step`, for another run with the same past."""
        shared = Snapshots(self._most_bytes)
        shared._every = self._every
        for snapshot in self._kept:
            if snapshot.step <= step:
                shared.add(snapshot)
        return shared

    def _thin(self) -> None:
        self._kept = self._kept[::2]
        self._every *= 2
        self.nbytes = sum(kept.nbytes for kept in self._kept)


def copied(value: Any) -> Any:
    """Return a copy that shares no tensor and no container with `value`."""
    match value:
        case Tensor():
            return value.detach().clone()
        case dict():
            return {name: copied(part) for name, part in value.items()}
        case list():
            return [copied(part) for part in value]
        case tuple():
            return tuple(copied(part) for part in value)
        case _:
            return value


def _nbytes(value: Any) -> int:
    match value:
        case Tensor():
            return value.nbytes
        case dict():
            return sum(map(_nbytes, value.values()))
        case list() | tuple():
            return sum(map(_nbytes, value))
        case _:
            return 0
