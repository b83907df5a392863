"""Time to the first painted window against the time of ``import torch``, each in a new process."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass

_IMPORT = "import time; import torch; print(time.time())"

# The command itself, ended by the first paint of its window.
_PAINT = """
import os, time
from PySide6.QtWidgets import QMainWindow

paint = QMainWindow.paintEvent

def paint_and_leave(window, event):
    paint(window, event)
    print(time.time(), flush=True)
    os._exit(0)

QMainWindow.paintEvent = paint_and_leave
from gd_studio.cli import main
main([])
"""


@dataclass
class Pair:
    """Seconds from the start of a process: to its first painted window, and to torch."""

    window: float
    torch: float


def measure(pairs: int) -> list[Pair]:
    """Let both take turns, after one turn that does not count."""
    results = [Pair(_seconds(_PAINT), _seconds(_IMPORT)) for _ in range(pairs + 1)]
    return results[1:]


def _seconds(program: str) -> float:
    begin = time.time()
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    return float(done.stdout.split()[-1]) - begin
