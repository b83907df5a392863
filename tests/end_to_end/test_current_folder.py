"""What lies in the current folder beside a stranger's experiment is never executed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gd_studio.files import load_example, save_experiment
from tests.helpers.command import COMMAND, INSTALLED
from tests.helpers.traps import Traps

SCRIPT = [str(INSTALLED or Path(sys.executable).with_name("gd-studio"))]

COMMANDS = (
    ("run", "theirs.gdstudio", "--out", "results"),
    ("export", "theirs.gdstudio", "--script", "theirs.py"),
    ("list", "devices"),
    pytest.param(("--self-test",), marks=pytest.mark.long),
)

_OPEN_AND_TRAIN = """
import sys
from PySide6.QtCore import QTimer
from gd_studio.desktop import app

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
            self.close()

if __name__ == "__main__":
    app.MainWindow = Driven
    sys.exit(app.open_window())
"""


@pytest.fixture
def folder(tmp_path) -> Path:
    """A folder with a stranger's experiment in it."""
    folder = tmp_path / "downloads"
    folder.mkdir()
    experiment = load_example("linear-regression")
    training = experiment.training.model_copy(update={"epochs": 3})
    save_experiment(folder / "theirs.gdstudio", experiment.replace(training=training))
    return folder


def _start(command: list[str], folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    # A PYTHONPATH of the tests' own may name folders from where they are.
    path = os.pathsep.join(map(os.path.abspath, filter(None, sys.path)))
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": path, **variables},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )


def _loaded_by_python_itself(folder: Path) -> set[str]:
    """Ask which modules Python has loaded before it comes to the first line of ``python -m``."""
    (folder / "first.py").write_text("import sys\nprint(*sys.modules)\n")
    done = _start([sys.executable, "-m", "first"], folder)
    return {name.partition(".")[0] for name in done.stdout.split()}


@pytest.mark.parametrize("arguments", COMMANDS)
def test_the_command_executes_nothing_in_the_current_folder(arguments, folder, tmp_path) -> None:
    traps = Traps(folder, tmp_path / "sprung")

    done = _start([*SCRIPT, *arguments], folder)

    assert traps.sprung == []
    assert done.returncode == 0, done.stderr


@pytest.mark.source
@pytest.mark.parametrize("arguments", COMMANDS)
def test_python_m_executes_nothing_there_from_our_first_line_on(
    arguments, folder, tmp_path
) -> None:
    (tmp_path / "empty").mkdir()
    traps = Traps(folder, tmp_path / "sprung", but=_loaded_by_python_itself(tmp_path / "empty"))

    done = _start([sys.executable, "-m", "gd_studio", *arguments], folder)

    assert traps.sprung == []
    assert done.returncode == 0, done.stderr


@pytest.mark.source
def test_the_window_executes_nothing_there(folder, tmp_path) -> None:
    traps = Traps(folder, tmp_path / "sprung")
    (tmp_path / "drive.py").write_text(_OPEN_AND_TRAIN)

    done = _start([sys.executable, str(tmp_path / "drive.py")], folder)

    assert traps.sprung == []
    assert done.returncode == 0, done.stderr


def test_no_settings_of_other_programs_are_read_there(folder) -> None:
    # matplotlib would read it, and wait for ever for somebody to write into it.
    os.mkfifo(folder / "matplotlibrc")

    done = _start([*COMMAND, "run", "theirs.gdstudio", "--out", "results"], folder)

    assert done.returncode == 0, done.stderr
    assert (folder / "results" / "loss.png").is_file()


def test_engines_tell_no_other_program_where_to_look_for_modules(monkeypatch) -> None:
    from gd_studio.link.safe_path import safe_path

    for before in (None, "", "0"):
        if before is None:
            monkeypatch.delenv("PYTHONSAFEPATH", raising=False)
        else:
            monkeypatch.setenv("PYTHONSAFEPATH", before)
        with safe_path():
            assert os.environ["PYTHONSAFEPATH"] == "1"
        assert os.environ.get("PYTHONSAFEPATH") == before
