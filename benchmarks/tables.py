"""How the event loop fares while a table of a million rows is read."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QSettings

from benchmarks.training import DelayMeter
from gd_studio.desktop.dialogs.table import TableDialog
from gd_studio.desktop.look.theme import ThemeKeeper
from gd_studio.desktop.main_window import MainWindow
from gd_studio.desktop.screenshots import settle, wait_until
from gd_studio.files import load_example

ROWS, COLUMNS = 1_000_000, 20
_AT_ONCE = 10_000


@dataclass
class Reading:
    """Seconds until the columns were known, and the event loop's delays in milliseconds."""

    seconds: float
    delays: np.ndarray


def measure(application: Any) -> Reading:
    """Open the table's dialog in a window that has just been opened, as a user would."""
    QSettings("GD Studio", "GD Studio").clear()
    keeper = ThemeKeeper(application, "light")
    window = MainWindow(load_example("linear-regression"), keeper)
    window.resize(1440, 900)
    window.show()
    wait_until(lambda: window.is_ready)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "million.csv"
        _write(path)
        settle(3.0)
        meter = DelayMeter()
        meter.start()
        begin = time.perf_counter()
        dialog = TableDialog(path, window.scout, window)
        dialog.open()
        wait_until(lambda: dialog.table.isVisible())
        seconds = time.perf_counter() - begin
        settle(0.5)
        delays = meter.stop()
        dialog.reject()
    window.close()
    window.deleteLater()
    keeper.deleteLater()
    settle(0.1)
    return Reading(seconds, delays)


def _write(path: Path) -> None:
    """Write numbers with nine digits, a block repeated: writing is not what is measured."""
    block = np.random.default_rng(0).normal(size=(_AT_ONCE, COLUMNS))
    text = "".join(",".join(f"{value:.8f}" for value in row) + "\n" for row in block)
    with path.open("w") as file:
        file.write(",".join(f"x{i}" for i in range(COLUMNS)) + "\n")
        for _ in range(ROWS // _AT_ONCE):
            file.write(text)
