"""What is printed: whatever it quotes, a terminal obeys none of it."""

from __future__ import annotations

import os
import sys
from typing import Any, TextIO, cast

from gd_studio.foreign_text.visible import visible


class _Visible:
    """A stream that spells control characters out; in all else it is the stream behind it."""

    def __init__(self, behind: TextIO) -> None:
        self.behind = behind

    def __getattr__(self, name: str) -> Any:
        return getattr(self.behind, name)

    def write(self, text: str) -> int:
        self.behind.write(visible(text))
        return len(text)

    def writelines(self, lines: Any) -> None:
        for line in lines:
            self.write(line)


def print_visibly() -> None:
    """From now on spell out control characters in all that this process prints, errors included.

    A console of another encoding shows a question mark for a λ, and there is no traceback.
    """
    # Newer Pythons colour tracebacks, by characters that would be spelled out as well.
    os.environ["PYTHON_COLORS"] = "0"
    for name in ("stdout", "stderr"):
        stream: TextIO | None = getattr(sys, name)
        # There is none in a program that Windows gives no console.
        if stream is not None and not isinstance(stream, _Visible):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="replace")
            setattr(sys, name, cast(TextIO, _Visible(stream)))


def bare(stream: TextIO) -> TextIO:
    """Return the stream behind one that spells control characters out, for what is drawn by them.

    Whoever draws with it spells out what is not its own.
    """
    return stream.behind if isinstance(stream, _Visible) else stream
