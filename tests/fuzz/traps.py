"""A folder in which everything that could be executed by mistake leaves a mark."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

MARK = "executed"

_OURS = (
    "gd_studio",
    "numpy",
    "torch",
    "pandas",
    "sklearn",
    "pydantic",
    "safetensors",
    "matplotlib",
)


def set_traps(folder: Path) -> None:
    """Put a file of the name of every module beside which a user's file may lie."""
    mark = (folder / MARK).as_posix()
    for name in (*sorted(sys.stdlib_module_names), *_OURS):
        (folder / f"{name}.py").write_text(
            f"open({mark!r}, 'w').write({name!r})\nraise ImportError\n"
        )
    (folder / "sitecustomize.py").write_text(f"open({mark!r}, 'w')\n")


def sprung(folder: Path) -> str:
    """Return what a trap says, empty where none was sprung; it is set again."""
    mark = folder / MARK
    if not mark.exists():
        return ""
    with contextlib.suppress(OSError):
        said = mark.read_text() or "code"
        mark.unlink()
        return f"{said} of the folder was executed"
    return "something was executed"
