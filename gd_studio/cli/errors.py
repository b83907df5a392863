"""How a command ends that cannot do what it was asked for."""

from __future__ import annotations

from collections.abc import Iterable


class InputError(Exception):
    """What the user gave is wrong; ``lines`` has a sentence for each thing that is."""

    def __init__(self, lines: Iterable[str]) -> None:
        # A message of the system or of a library may have several lines; here each is one.
        self.lines = tuple(" ".join(line.split()) for line in lines)
        super().__init__("\n".join(self.lines))


class FailureError(Exception):
    """GD Studio failed at what it was asked for, and is no worse for it; the message says how."""
