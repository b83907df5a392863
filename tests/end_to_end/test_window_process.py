"""The window in a process of its own, as a user has it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from gd_studio.experiment.experiment import FORMAT
from gd_studio.files import load_example, save_experiment

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


_TELL = """
import sys
from PySide6.QtCore import QTimer
from gd_studio.cli import main
from gd_studio.desktop import app

class Driven(app.MainWindow):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.opened.connect(self.tell)

    def tell(self):
        print(self.windowTitle(), self.notice.text, self.notice.isVisible(), sep="|")
        # After the beat in which the window has learned that it is open.
        QTimer.singleShot(0, self.close)

app.MainWindow = Driven
sys.exit(main(sys.argv[1:]))
"""


def told(*arguments: str, folder: Path) -> list[str]:
    """Return the title of the window that a command opens, its notice, and whether that shows."""
    done = subprocess.run(
        [sys.executable, "-c", _TELL, *arguments],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_CONFIG_HOME": str(folder)},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.rstrip("\n").split("|")


def test_open_shows_a_file_wherever_it_is_and_whatever_it_is_called(tmp_path) -> None:
    (tmp_path / "ein Ordner").mkdir()
    name = "ein Ordner/50 % größer.gdstudio"
    save_experiment(tmp_path / name, load_example("circle-perceptron"))
    for file in (name, str(tmp_path / name)):
        title = "Circle perceptron[*] – GD Studio"
        assert told("open", file, folder=tmp_path) == [title, "", "False"]


def test_open_says_in_the_window_what_is_wrong_with_a_file(tmp_path) -> None:
    newer = {**json.loads(load_example("digits").to_json()), "format": FORMAT + 1}
    (tmp_path / "new er.gdstudio").write_text(json.dumps(newer))
    for name, why in (
        ("new er.gdstudio", "it was made by a newer GD Studio "),
        ("missing.gdstudio", "it does not exist."),
        (".", "it cannot be read: "),
    ):
        title, notice, is_visible = told("open", name, folder=tmp_path)
        assert title == "Linear regression[*] – GD Studio"
        assert notice.startswith(f"{(tmp_path / name).name} was not opened: {why}")
        assert is_visible == "True"
