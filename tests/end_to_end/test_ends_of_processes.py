"""How processes of the program end that are asked to, or are killed: nothing is lost."""

from __future__ import annotations

import contextlib
import csv
import json
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gd_studio.link.client import EngineClient
from gd_studio.link.messages import Ready
from tests.helpers.command import COMMAND, under_way
from tests.helpers.listening import listening

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise there")

ENDLESS = ("--set", "training.epochs=1000000000")
FILES = {
    "experiment.json",
    "history.csv",
    "landscape.png",
    "loss.png",
    "model.safetensors",
    "result.json",
}


@pytest.fixture(autouse=True)
def _listening() -> Iterator[None]:
    with listening():
        yield


def result_of(folder: Path) -> dict[str, Any]:
    """Return the result in `folder`, which has to agree with its history."""
    result: dict[str, Any] = json.loads((folder / "result.json").read_text())
    with (folder / "history.csv").open(newline="") as file:
        assert len(list(csv.DictReader(file))) == result["steps"] > 0
    return result


def engines_of(process: subprocess.Popen[str]) -> list[int]:
    """Return the process ids of the engines that `process` has started."""
    threads = Path(f"/proc/{process.pid}/task").glob("*/children")
    children = [child for thread in threads for child in thread.read_text().split()]
    return [
        int(child)
        for child in children
        if b"resource_tracker" not in Path(f"/proc/{child}/cmdline").read_bytes()
    ]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=["TERM", "HUP"])
@pytest.mark.parametrize("send", [os.kill, os.killpg], ids=["process", "group"])
def test_a_run_that_is_asked_to_end_is_stopped_with_everything_written(
    send, number, tmp_path
) -> None:
    out = tmp_path / "out"
    with under_way("run", "linear-regression", "--out", str(out), *ENDLESS) as process:
        send(process.pid, number)
        printed, _ = process.communicate(timeout=60)

    assert process.returncode == 0
    assert "Stopped after" in printed
    assert {path.name for path in out.iterdir()} == FILES
    assert result_of(out)["finish"] == "stopped"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["TERM", "INT"])
def test_who_asks_the_process_and_then_its_group_asks_once(number, tmp_path) -> None:
    # As `timeout` does it.
    out = tmp_path / "out"
    with under_way("run", "linear-regression", "--out", str(out), *ENDLESS) as process:
        os.kill(process.pid, number)
        time.sleep(0.01)  # or the system makes one of the two
        os.killpg(process.pid, number)
        process.communicate(timeout=60)

    assert process.returncode == 0
    assert result_of(out)["finish"] == "stopped"


def test_a_run_that_is_to_outlive_its_terminal_does(tmp_path) -> None:
    out = tmp_path / "out"
    arguments = ("run", "linear-regression", "--out", str(out), *ENDLESS)
    with under_way(*arguments, before=["env", "--ignore-signal=HUP"]) as process:
        os.killpg(process.pid, signal.SIGHUP)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=1)
        os.killpg(process.pid, signal.SIGTERM)
        process.communicate(timeout=60)

    assert result_of(out)["finish"] == "stopped"


def test_a_run_whose_engine_is_killed_leaves_its_steps_and_a_sentence(tmp_path) -> None:
    out, shown = tmp_path / "out", bytearray()
    arguments = ("run", "linear-regression", "--out", str(out), *ENDLESS)
    with under_way(*arguments, shown=shown) as process:
        (engine,) = engines_of(process)
        os.kill(engine, signal.SIGKILL)
        printed, _ = process.communicate(timeout=60)

    told = shown.decode()
    assert process.returncode == 1
    assert "Traceback" not in told
    assert ": the engine process was ended by signal 9.\r\n" in told
    result = result_of(out)
    assert result["finish"] == "failed"
    assert "signal 9" in result["detail"]
    assert result["final"]["train_loss"] > 0
    assert {path.name for path in out.iterdir()} == FILES - {"landscape.png"}
    assert str(out) in printed


def test_of_several_runs_those_are_kept_that_were_before_the_engine_was_killed(tmp_path) -> None:
    out = tmp_path / "out"
    settings = ("--set", "training.epochs=100000000")
    with under_way("run", "batch-variants", "--out", str(out), *settings) as process:
        (engine,) = engines_of(process)
        os.kill(engine, signal.SIGKILL)
        printed, _ = process.communicate(timeout=60)

    assert process.returncode == 1
    assert "Stopped: 2 of 3 runs were not begun." in printed
    (run,) = json.loads((out / "result.json").read_text())["runs"]
    assert (run["name"], run["finish"]) == ("Full batch", "failed")
    assert result_of(out / run["folder"])["finish"] == "failed"
    assert (out / "comparison.png").exists()


@contextlib.contextmanager
def _engine() -> Iterator[EngineClient]:
    client = EngineClient()
    try:
        yield client
    finally:
        client.close()


@pytest.mark.parametrize("wait", [0.0, 0.3], ids=["at once", "while it loads"])
def test_an_engine_leaves_it_to_its_client_what_a_signal_means(wait) -> None:
    with _engine() as client:
        time.sleep(wait)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            os.kill(client.pid, number)
        assert isinstance(client.receive(), Ready)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            os.kill(client.pid, number)
        assert client.is_alive


@pytest.mark.parametrize("most", [5, 12, 20, 47])
def test_too_few_files_that_may_be_open_are_told_in_a_sentence(most, tmp_path) -> None:
    command = shlex.join([*COMMAND, "run", "linear-regression", "--set", "training.epochs=2"])
    done = subprocess.run(
        ["bash", "-c", f"ulimit -n {most}; exec {command}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        f"gd-studio: only {most} files may be open at once here, and GD Studio needs 48:"
        " see 'ulimit -n'"
    ]


_OPEN = """
import sys
from gd_studio.desktop import app

class Driven(app.MainWindow):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.trainer.engine_ready.connect(lambda _: print("ready", flush=True))

if __name__ == "__main__":
    app.MainWindow = Driven
    sys.exit(app.open_window())
"""


@pytest.mark.parametrize(
    "number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=["INT", "TERM", "HUP"]
)
def test_the_window_closes_in_good_order_when_it_is_asked_to_end(number, tmp_path) -> None:
    (tmp_path / "drive.py").write_text(_OPEN)
    window = subprocess.Popen(
        [sys.executable, str(tmp_path / "drive.py")],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_CONFIG_HOME": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert window.stdout is not None
        assert window.stdout.readline() == "ready\n"
        engines = engines_of(window)
        os.killpg(window.pid, number)
        _, errors = window.communicate(timeout=60)
    finally:
        window.kill()
        window.communicate()

    assert window.returncode == 0, errors
    assert "Traceback" not in errors
    assert engines
    assert not any(Path(f"/proc/{engine}").exists() for engine in engines)
    # What it remembers of itself it writes when it closes.
    assert "geometry" in next(tmp_path.rglob("*.conf")).read_text()
