"""Files that the system hands over, in a process of its own: there is one application in each."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from gd_studio.files import save_experiment
from tests.helpers.experiments import circle_perceptron, function, linear_regression

_HAND_OVER = """
import json, sys
from PySide6.QtCore import QCoreApplication, QTimer, QUrl
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QDialog
from gd_studio.desktop import app

earlier, early, late, wrong, last = sys.argv[1:]
told = {}

def hand_over(file):
    # As Qt does on macOS: posted to the application, and delivered by its loop.
    application = QCoreApplication.instance()
    application.postEvent(application, QFileOpenEvent(file))
    application.sendPostedEvents(application)

class Driven(app.MainWindow):
    def __init__(self, *arguments):
        hand_over(earlier)
        hand_over(early)
        super().__init__(*arguments)
        self.opened.connect(self.drive)

    def drive(self):
        self.tell("early")
        self.showMinimized()
        hand_over(late)
        self.tell("late")
        hand_over(wrong)
        self.tell("wrong")
        hand_over(QUrl("https://gd-studio.example/experiment"))
        self.tell("address")
        self.dialog = QDialog(self)
        self.dialog.open()
        hand_over(last)
        # Longer than it takes to look again, so that the dialog is seen to hold the file up.
        QTimer.singleShot(500, self.end_dialog)

    def end_dialog(self):
        self.tell("dialog")
        self.documents.opened.connect(self.end)
        self.dialog.close()

    def end(self):
        self.tell("last")
        print(json.dumps(told))
        self.close()

    def tell(self, moment):
        told[moment] = {
            "title": self.windowTitle(),
            "experiment": self.panels.experiment().to_json(),
            "said": self.notice.text,
            "minimised": self.isMinimized(),
        }

app.MainWindow = Driven
sys.exit(app.open_window())
"""

EARLIER = function(title="Handed over first")
EARLY = linear_regression(title="Handed over before the window")
LATE = circle_perceptron(title="Handed over to the window")
LAST = function(title="Handed over while there is a dialog")


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What the window holds and says after each file."""
    folder = tmp_path_factory.mktemp("handed over")
    files = []
    for name, experiment in (
        ("earlier.gdstudio", EARLIER),
        ("early.json", EARLY),
        ("Späte Übung.gdstudio", LATE),
        ("wrong.gdstudio", None),
        ("last.gdstudio", LAST),
    ):
        file = folder / name
        files.append(str(file))
        if experiment is None:
            file.write_text("{")
        else:
            save_experiment(file, experiment)
    done = subprocess.run(
        [sys.executable, "-c", _HAND_OVER, *files],
        env={**os.environ, "XDG_CONFIG_HOME": str(folder)},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_file_that_comes_before_the_window_is_opened_in_it(told) -> None:
    assert told["early"]["experiment"] == EARLY.to_json()
    assert told["early"]["title"].startswith(EARLY.title)
    assert told["early"]["said"] == ""


def test_a_file_that_comes_later_takes_the_place_of_what_the_window_holds(told) -> None:
    assert told["late"]["experiment"] == LATE.to_json()
    assert told["late"]["title"].startswith(LATE.title)


def test_a_window_that_is_minimised_comes_back_with_the_file(told) -> None:
    assert not told["late"]["minimised"]


def test_a_wrong_file_is_said_in_the_window_and_changes_nothing(told) -> None:
    assert "wrong.gdstudio was not opened" in told["wrong"]["said"]
    assert told["wrong"]["experiment"] == LATE.to_json()


def test_what_is_no_file_is_left_alone(told) -> None:
    assert told["address"] == told["wrong"]


def test_a_file_waits_until_a_dialog_is_closed(told) -> None:
    assert told["dialog"]["experiment"] == LATE.to_json()
    assert told["last"]["experiment"] == LAST.to_json()
