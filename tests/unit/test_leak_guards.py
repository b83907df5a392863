"""The guards of tests/conftest.py can fail: each is given a test that must not pass.

The tests below run in a pytest of their own, with this project's conftest and settings.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).parents[2]

INNER = """
import logging, multiprocessing, os, subprocess, sys, threading, warnings
from pathlib import Path
import hypothesis, pytest
from PySide6.QtCore import QSettings, QThread, QTimer
from PySide6.QtWidgets import QWidget

kept, endings = [], []

def teardown_module():
    for end in endings:
        end()

def start_thread():
    wake = threading.Event()
    endings.append(wake.set)
    threading.Thread(target=wake.wait, name="forgotten", daemon=True).start()
    return wake

def sleep_long():
    return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])

def test_thread():
    start_thread()

def test_thread_that_was_there_before_is_not_reported_again():
    pass

def test_thread_that_ends_soon():
    threading.Timer(0.1, lambda: None).start()

def test_qthread():
    thread = QThread()
    kept.append(thread)
    endings.extend([thread.quit, thread.wait])
    thread.start()

class Worker(QThread):
    def run(self):
        threading.current_thread()  # makes Python know of it, for ever

def test_qthread_that_ends():
    thread = Worker()
    thread.start()
    assert thread.wait(5000)

def test_process():
    kept.append(sleep_long())

def test_process_is_gone_after_the_report():
    kept[-1].wait(5)

def test_process_nobody_waited_for():
    pid = os.posix_spawn("/bin/true", ["true"], {})

def test_process_that_is_waited_for():
    with sleep_long() as child:
        child.kill()

def test_multiprocessing():
    process = multiprocessing.get_context("spawn").Process(target=print)
    process.start()  # starts the resource tracker as well, which stays
    process.join()

def test_timer(qapp):
    timer = QTimer()
    kept.append(timer)
    endings.append(timer.stop)
    timer.start(100_000)

def test_timer_that_is_dropped(qapp):
    QTimer().start(100_000)

def test_log():
    logging.getLogger("gd_studio.inner").warning("out of cheese")

def test_log_below_warning():
    logging.getLogger("gd_studio.inner").info("all is well")

@pytest.mark.expects_log
def test_log_expected(caplog):
    logging.getLogger("gd_studio.inner").error("as planned")
    assert "as planned" in caplog.text

@pytest.mark.expects_log
def test_log_expected_but_not_looked_at():
    pass

def test_exception_in_a_thread():
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()

def test_exception_in_a_destructor():
    class Thing:
        def __del__(self):
            raise ValueError("too late")
    Thing()

def test_warning():
    warnings.warn("old")

def test_file_left_open(tmp_path):
    (tmp_path / "file").open("w")

def test_qt_warning(qapp):
    from PySide6.QtCore import qWarning
    qWarning("something is odd")

def test_widget_outside_the_desktop_tests(qtbot):
    kept.append(QWidget())

@hypothesis.given(hypothesis.strategies.integers())
def test_hypothesis(number):
    assert number == number

def test_home():
    home = Path.home()
    assert home.name.startswith("gd-studio-tests-")
    assert home in Path(QSettings("somebody", "something").fileName()).parents
    for name in ("CONFIG", "CACHE", "DATA", "STATE"):
        assert home in Path(os.environ[f"XDG_{name}_HOME"]).parents
"""

DESKTOP = """
import pyqtgraph
from PySide6.QtWidgets import QComboBox, QMainWindow, QWidget

kept = []

def test_widget(qapp):
    kept.append(QWidget())
    kept[-1].setWindowTitle("forgotten")

def test_widget_that_is_closed(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()

def test_window_with_plots(qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    window.setCentralWidget(pyqtgraph.PlotWidget())
    window.centralWidget().plot([1, 2, 3])
    window.setMenuWidget(QComboBox())
    with qtbot.waitExposed(window):
        window.show()
    window.raise_()
    window.activateWindow()
    window.grab()

def test_widget_in_a_cycle(qapp):
    widget = QWidget()
    widget.myself = widget
"""

MUST_FAIL = {
    "test_thread": "the test left the thread <Thread(forgotten",
    "test_qthread": "the test left the running thread <PySide6.QtCore.QThread",
    "test_process": "time.sleep(600)",
    "test_process_nobody_waited_for": "ended, but nobody has waited for it",
    "test_timer": "the test left the active timer <PySide6.QtCore.QTimer",
    "test_log": "WARNING gd_studio.inner: out of cheese",
    "test_log_expected_but_not_looked_at": "does not look at caplog",
    "test_exception_in_a_thread": "ZeroDivisionError",
    "test_exception_in_a_destructor": "too late",
    "test_warning": "UserWarning: old",
    "test_file_left_open": "ResourceWarning",
    "test_qt_warning": "something is odd",
    "test_widget": "forgotten",
}


@pytest.fixture(scope="module")
def complaints(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the inner pytest says about each test; empty where it passed."""
    folder = tmp_path_factory.mktemp("inner")
    conftest = (ROOT / "tests/conftest.py").read_text()
    # What is left here never goes, so there is no need to wait long for it.
    conftest += "\nimport tests.helpers.leaks\ntests.helpers.leaks.GRACE_SECONDS = 0.3\n"
    (folder / "conftest.py").write_text(conftest)
    (folder / "test_inner.py").write_text(INNER)
    (folder / "desktop").mkdir()
    (folder / "desktop/test_desktop.py").write_text(DESKTOP)
    command = [sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml")]
    command += [f"--rootdir={folder}", "--junit-xml=report.xml", "-p", "no:cacheprovider", "."]
    run = subprocess.run(
        command,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    report = folder / "report.xml"
    assert report.exists(), run.stdout + run.stderr
    found: dict[str, str] = {}
    for case in ElementTree.parse(report).iter("testcase"):
        parts = [*case.iter("failure"), *case.iter("error")]
        text = "".join(f"{part.get('message')}\n{part.text}" for part in parts)
        found[case.get("name", "")] = found.get(case.get("name", ""), "") + text
    return found


@pytest.mark.parametrize("name", MUST_FAIL)
def test_a_guard_fails_the_test(complaints: dict[str, str], name: str) -> None:
    assert MUST_FAIL[name] in complaints[name]


def test_the_guards_leave_the_others_alone(complaints: dict[str, str]) -> None:
    wrongly = {name: text for name, text in complaints.items() if text and name not in MUST_FAIL}
    assert wrongly == {}
    assert len(complaints) > len(MUST_FAIL) + 10
