"""What a check of the self-test may come to: functions that a new process can import."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

PID = "pid"


def passes(folder: Path) -> Iterator[str]:
    (folder / "passed").touch()
    yield from ()


def complains(folder: Path) -> Iterator[str]:
    yield "the sky is green"
    yield "so is the sea"


def raises(folder: Path) -> Iterator[str]:
    yield "the sky is green"
    raise LookupError("no such thing\nas blue")


def dies(folder: Path) -> Iterator[str]:
    os._exit(3)


def hangs(folder: Path) -> Iterator[str]:
    """Never come to an end, with a process that does not either; its id is in the folder."""
    sleep = [sys.executable, "-c", "import time; time.sleep(600)"]
    child = subprocess.Popen(sleep)
    (folder / "written").write_text(str(child.pid))
    (folder / "written").rename(folder / PID)
    time.sleep(600)
    yield "slept"
