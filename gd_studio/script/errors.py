"""What cannot be exported."""

from __future__ import annotations


class ScriptError(ValueError):
    """An experiment that no script is written for; the message is a sentence that says why."""
