"""The command ``gd-studio``, as the tests start it in a process of its own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_INSTALLED = os.environ.get("GD_STUDIO_COMMAND")
"""The path of an installed or frozen program, where that is to be tested instead of the source."""

COMMAND: list[str] = (
    [str(Path(_INSTALLED).absolute())] if _INSTALLED else [sys.executable, "-m", "gd_studio"]
)
