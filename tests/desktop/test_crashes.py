"""What the window says when something unexpected happens to it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from types import SimpleNamespace

import pytest

from gd_studio import crash_log
from gd_studio.desktop.crashes import Crashes
from gd_studio.desktop.notice import Notice

# Two timers: one whose slot always fails, and one that looks at the window and closes it.
_FAIL_IN_SLOTS = """
import sys
from PySide6.QtCore import QTimer
from gd_studio import cli
from gd_studio.desktop import app

class Failing(app.MainWindow):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.failures = 0
        self.timer = QTimer(self, interval=20)
        self.timer.timeout.connect(self.fail)
        self.opened.connect(self.timer.start)

    def fail(self):
        self.failures += 1
        if self.failures == 5:
            self.timer.stop()
            QTimer.singleShot(100, self.look)
        raise LookupError("in my secret.csv")

    def look(self):
        print(self.notice.isVisible(), self.notice.text)
        self.close()

app.MainWindow = Failing
sys.argv[1:] = []
sys.exit(cli.main())
"""


@pytest.fixture(autouse=True)
def _state(tmp_path, monkeypatch) -> None:
    for variable in ("XDG_STATE_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(variable, str(tmp_path))


@pytest.fixture
def notice(qtbot):
    notice = Notice()
    qtbot.addWidget(notice)
    return notice


@pytest.fixture
def clock(monkeypatch) -> list[float]:
    """The time, in seconds, as its one item."""
    clock = [1000.0]
    fake = SimpleNamespace(monotonic=lambda: clock[0])
    monkeypatch.setattr("gd_studio.desktop.crashes.time", fake)
    return clock


def test_an_exception_in_a_slot_is_told_in_the_window_logged_and_printed(tmp_path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _FAIL_IN_SLOTS],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_CONFIG_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert done.stderr.count("LookupError: in my secret.csv") == 5
    told = done.stdout.splitlines()
    assert len(told) == 1
    assert told[0].startswith("True Something in GD Studio went wrong.")
    assert told[0].endswith(str(crash_log.path()))
    log = crash_log.path().read_text()
    assert log.count("LookupError") == 1
    assert "PySide6 6." in log
    assert "secret" not in log
    assert [file.name for file in crash_log.path().parent.iterdir()] == ["crash.log"]


def test_it_is_told_once_in_a_while_and_not_in_every_frame(qtbot, notice, clock) -> None:
    crashes = Crashes(notice)
    said = []
    for clock[0] in (1000.0, 1000.1, 1059.0, 1061.0, 1062.0):
        crashes.happened.emit()
        said.append(notice.text != "")
        notice.clear()

    assert said == [True, False, False, True, False]


def test_it_leaves_what_else_is_said_and_does_not_pile_up(qtbot, notice, clock) -> None:
    crashes = Crashes(notice)
    notice.say("exam.csv was not opened.")
    for clock[0] in (0.0, 100.0, 200.0):
        crashes.happened.emit()

    lines = notice.text.splitlines()
    assert lines[0] == "exam.csv was not opened."
    assert len(lines) == 2
    assert "went wrong" in lines[1]


def test_without_a_log_none_is_promised(qtbot, notice, clock) -> None:
    Crashes(notice).happened.emit()

    assert "went wrong" in notice.text
    assert "crash log" not in notice.text


def test_a_crash_of_another_thread_is_told_too(qtbot, notice, clock) -> None:
    crashes = Crashes(notice)
    with crash_log.listening(crashes.happened.emit):
        thread = threading.Thread(target=lambda: crash_log.record(OverflowError()))
        thread.start()
        thread.join()
        assert notice.text == ""  # only the window's own thread touches the window
        qtbot.waitUntil(lambda: "went wrong" in notice.text)
    assert str(crash_log.path()) in notice.text
