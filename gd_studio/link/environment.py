"""What an engine runs on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Device:
    """A device that training could run on.

    Attributes
    ----------
    key
        As torch names it: ``"cpu"``, ``"cuda:0"``, ``"mps"``.
    label
        What the window shows.
    reason
        Why it cannot be used; empty where it can.
    """

    key: str
    label: str
    reason: str = ""

    @property
    def available(self) -> bool:
        """Whether training can run on it."""
        return not self.reason


@dataclass(frozen=True)
class Environment:
    """What an engine runs on: ``versions`` by package name, the devices, and its CPU threads."""

    versions: dict[str, str]
    devices: tuple[Device, ...]
    threads: int
