"""Time to the first painted window against the time of ``import torch``, each in a new process."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass

_IMPORT = "import time; import torch; print(time.time())"
_PAINT = """
import time
from PySide6.QtCore import QObject, QEvent
from gd_studio.desktop import app
from gd_studio.desktop.main_window import MainWindow

class Window(MainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        print(time.time(), flush=True)
        import os
        os._exit(0)

app.MainWindow = Window
app.open_window()
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
