"""How reading a state dict ends where it does not end well."""

from __future__ import annotations

_NOT_SAFE = "it is damaged, or holds other things than tensors by name, and so is not safe to load"


class StateDictError(Exception):
    """A file that holds no parameters that could be read; the message says why, for the user."""

    def __init__(self, sentence: str = _NOT_SAFE) -> None:
        super().__init__(sentence)
