"""Moments of a run that it can be taken back to, as dense as a bound on their memory allows."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field, fields, is_dataclass
from sys import getsizeof
from time import perf_counter
from typing import Any

from torch import Tensor

from gd_studio.link.messages import SNAPSHOT_BYTES

_SHARE = 0.02
"""At most this share of a run's time goes into its snapshots."""

_PER_SNAPSHOT, _PER_TENSOR = 100, 510
"""Bytes that each takes on top of what it holds, and of its numbers."""


@dataclass(frozen=True, slots=True)
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
    nbytes
        How much memory it takes, with all that holds its numbers together.
    """

    step: int
    phase: int
    values: Tensor
    parts: dict[str, Any]
    nbytes: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        object.__setattr__(self, "nbytes", _PER_SNAPSHOT + _nbytes(self))

    def nbytes_after(self, before: Snapshot | None) -> int:
        """How much it takes beside the snapshot before it: of an epoch both have one state."""
        dealt_from = self._dealt_from
        if before is None or dealt_from is None or dealt_from is not before._dealt_from:
            return self.nbytes
        return self.nbytes - _nbytes(dealt_from)

    @property
    def _dealt_from(self) -> Tensor | None:
        dealt: tuple[Tensor | None, ...] = self.parts.get("batches", (None,))
        return dealt[0]


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
        self.nbytes += snapshot.nbytes_after(self._kept[-1] if self._kept else None)
        self._kept.append(snapshot)
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
        self.nbytes = sum(
            kept.nbytes_after(before)
            for before, kept in zip([None, *self._kept], self._kept, strict=False)
        )


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
            return _PER_TENSOR + value.nbytes
        case dict():
            return getsizeof(value) + sum(map(_nbytes, value.values()))
        case list() | tuple():
            return getsizeof(value) + sum(map(_nbytes, value))
        case None | int() | float() | str():
            return 0  # most of them are the optimizer's own
        case _ if is_dataclass(value):
            parts = [getattr(value, part.name) for part in fields(value)]
            numbers = sum(getsizeof(part) for part in parts if isinstance(part, float))
            return getsizeof(value) + numbers + sum(map(_nbytes, parts))
        case _:
            return 0
