"""Frames without a word about whose computer they are of.

What is kept of a path or of a line is what is known to be harmless, and nothing else.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from types import TracebackType

_MOST_FRAMES = 60
_MOST_LINES = 1000
"""Of a native crash, which has the frames of all threads."""

# The program's own files wherever they lie; a library's from the folder on that all lie in; and
# what Python itself and Cython call theirs.
_OWN = r"(?:.*/)?(gd_studio(?:/\w+)+\.py)"
_LIBRARY = r"(?:.*/)(?:site-packages|dist-packages|lib(?:64)?/python3\.\d+t?)/(.+)"
_WITHOUT_FOLDER = r"<[\w .]+>|\w[\w/]*\.p(?:yx|xi|xd)"
_FROZEN = r"\w[\w/]*\.py"

_CRASH = r"((?:Fatal Python error|Windows fatal exception): [\w ]+).*"
_THREAD = r"((?:Current t|T)hread) .*(\(most recent call first\):)"
_FRAME = r'  File "(.*)", line (\d+|\?\?\?) in ([\w.<>]+)'


def describe(error: BaseException) -> str:
    """Return kind and frames of an exception, and of those that it came of: a line each."""
    lines: list[str] = []
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        lines.append(("came of " if seen else "") + _kind(cause))
        lines += _frames(cause.__traceback__)
        seen.add(id(cause))
        context = None if cause.__suppress_context__ else cause.__context__
        cause = cause.__cause__ or context
    return "\n".join(lines)


def cleaned(dump: str) -> str:
    """Return what `faulthandler` wrote about a native crash, in the same words."""
    return "\n".join(_clean(dump.splitlines()[:_MOST_LINES]))


def within(file: str) -> str | None:
    """Return the path of a file of the program from the folder of its packages on, or nothing."""
    file = file.replace("\\", "/")
    if found := re.fullmatch(_OWN, file) or re.fullmatch(_LIBRARY, file):
        return found[1]
    if re.fullmatch(_WITHOUT_FOLDER, file):
        return file
    frozen = getattr(sys, "_MEIPASS", None)  # where an installer has put everything
    for folder in (os.path.dirname(getattr(os, "__file__", "")), frozen):
        root = f"{folder}/".replace("\\", "/")
        if folder and file.startswith(root):
            return file.removeprefix(root)
    return file if frozen and re.fullmatch(_FROZEN, file) else None


def _kind(error: BaseException) -> str:
    kind = type(error)
    name = kind.__qualname__
    return name if kind.__module__ == "builtins" else f"{kind.__module__}.{name}"


def _frames(trace: TracebackType | None) -> list[str]:
    frames = []
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append(_frame(code.co_filename, trace.tb_lineno, code.co_qualname))
        trace = trace.tb_next
    left_out = len(frames) - _MOST_FRAMES
    if left_out > 0:  # both ends of an endless recursion say something
        half = _MOST_FRAMES // 2
        frames[half:-half] = [f"  … {left_out} more"]
    return frames


def _frame(file: str, line: object, function: str) -> str:
    place = within(file)
    return f"  {place}, line {line}, {function}" if place is not None else "  elsewhere"


def _clean(lines: list[str]) -> Iterator[str]:
    for line in lines:
        if found := re.fullmatch(_FRAME, line):
            yield _frame(*found.groups())
        elif found := re.fullmatch(_THREAD, line):
            yield " ".join(found.groups())
        elif found := re.fullmatch(_CRASH, line):
            yield found[1]
