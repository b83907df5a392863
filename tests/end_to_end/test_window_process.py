"""The window in a process of its own, as a user has it."""

from __future__ import annotations

import os
import subprocess
import sys

_TRAIN_BY_THE_BUTTON = """
import sys
from PySide6.QtCore import QTimer
from gd_studio.desktop import app

window = None

class Driven(app.MainWindow):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.timer = QTimer(self)
        self.timer.timeout.connect(self.drive)
        self.timer.start(50)
        self.has_begun = False

    def drive(self):
        if self.is_ready and not self.has_begun:
            self.has_begun = True
            self.actions_of_window["run"].trigger()
        elif self.has_begun and self.trainer.active is None:
            self.timer.stop()
            run = self.table.rows[0].run
            weight, bias = run.finished.parameters.tolist()
            torch = [name for name in sys.modules if name.split(".")[0] == "torch"]
            engine = [name for name in sys.modules if name.startswith("gd_studio.engine")]
            print(run.steps, weight, bias, torch or "none", engine or "none")
            self.close()

app.MainWindow = Driven
sys.exit(app.open_window())
"""


def test_the_window_trains_and_its_process_never_imports_torch(tmp_path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _TRAIN_BY_THE_BUTTON],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_CONFIG_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    steps, weight, bias, torch, engine = done.stdout.split()
    assert steps == "1000"
    assert abs(float(weight) - 1.9552937746047974) < 1e-5 * 1.96
    assert abs(float(bias) - 1.2207869291305542) < 1e-5 * 1.23
    assert torch == "none"
    assert engine == "none"
