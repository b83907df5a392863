"""The command ``gd-studio``, as the tests start it in a process of its own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_NAMED = os.environ.get("GD_STUDIO_COMMAND")

INSTALLED = Path(_NAMED).absolute() if _NAMED else None
"""An installed or frozen program, where that is to be tested instead of the source."""

COMMAND: list[str] = [str(INSTALLED)] if INSTALLED else [sys.executable, "-m", "gd_studio"]
