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
    remedy
        What can be done about that; empty where that is nothing, or goes without saying.
    """

    key: str
    label: str
    reason: str = ""
    remedy: str = ""

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
