"""``gd-studio --self-test``, as whoever has installed GD Studio runs it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

import gd_studio
from gd_studio.catalog.resources import resources
from gd_studio.cli.self_test import self_test
from gd_studio.cli.self_test.checks import Check
from tests.helpers import trials
from tests.helpers.command import COMMAND

_EVERY_CHECK = 6


def run_self_test(
    command: list[str], home: Path, folder: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run it as somebody whose home is empty."""
    remembered = ("XDG_", "APPDATA", "LOCALAPPDATA", "MPLCONFIGDIR", "QT_QPA_PLATFORM")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(remembered)}
    temporary = home / "tmp"
    temporary.mkdir(parents=True)
    environment |= dict.fromkeys(("HOME", "USERPROFILE"), str(home))
    environment |= dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(temporary))
    return subprocess.run(
        [*command, "--self-test"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.long
@pytest.mark.timeout(300)
def test_it_passes_and_leaves_nothing_behind(tmp_path: Path) -> None:
    settings = tmp_path / ".config" / "GD Studio" / "GD Studio.conf"
    settings.parent.mkdir(parents=True)
    settings.write_text("[General]\ntheme=dark\n")
    done = run_self_test(COMMAND, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    *checks, last = done.stdout.splitlines()
    assert len(checks) == _EVERY_CHECK
    for line in checks:
        assert re.fullmatch(r"ok   .+ \(\d+\.\d s\)", line), line
    assert last == f"self-test passed: {_EVERY_CHECK} checks"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [settings]
    assert settings.read_text() == "[General]\ntheme=dark\n"
    assert list((tmp_path / "tmp").iterdir()) == []


def test_what_is_broken_fails_by_name_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "copy"
    leave_out = shutil.ignore_patterns("__pycache__")
    package = shutil.copytree(Path(gd_studio.__file__).parent, copy / "gd_studio", ignore=leave_out)
    shutil.copytree(resources(), copy / "resources", ignore=leave_out)
    (copy / "resources" / "examples" / "digits.json").unlink()
    (copy / "resources" / "examples" / "pictures" / "overfitting.png").write_text("torn")
    (package / "engine" / "process.py").write_text("import os; os._exit(3)")
    (package / "engine" / "reference" / "newton.py").unlink()

    # From where it is started, no process would take it before an installed one.
    monkeypatch.setenv("PYTHONPATH", str(copy))
    done = run_self_test([sys.executable, "-m", "gd_studio"], tmp_path / "home", copy)
    assert done.returncode == 1, done.stdout + done.stderr
    *checks, last = done.stdout.splitlines()
    assert last == f"self-test failed: {_EVERY_CHECK} of {_EVERY_CHECK} checks"
    there, *runs, scripts, window = checks
    assert there.startswith("FAIL examples, pictures")
    assert "there is no example digits" in there
    assert "there is no picture" in there
    assert "overfitting.png" in there
    examples = ("two-dimensional-landscape", "circle-perceptron", "softmax-iris")
    for line, example in zip(runs, examples, strict=True):
        assert line.startswith(f"FAIL the example {example} ")
        assert line.endswith("FailureError: the engine process ended with exit status 3")
    assert scripts.startswith("FAIL scripts ")
    assert "FileNotFoundError" in scripts
    assert "newton.py" in scripts
    assert window.startswith("FAIL the window ")
    assert "exit status 3" in window


@pytest.mark.source
def test_each_check_is_told_and_one_that_fails_takes_no_other_along(
    capfd: pytest.CaptureFixture[str],
) -> None:
    kinds = (trials.complains, trials.raises, trials.dies, trials.passes)
    before = dict(os.environ)
    assert self_test([Check(kind.__name__, kind) for kind in kinds], limit=60) == 1
    printed = capfd.readouterr()
    assert re.sub(r"\d+\.\d s", "0.0 s", printed.out).splitlines() == [
        "FAIL complains: the sky is green; so is the sea",
        "FAIL raises: LookupError: no such thing",
        "FAIL dies: its process ended with exit status 3",
        "ok   passes (0.0 s)",
        "self-test failed: 3 of 4 checks",
    ]
    assert "as blue" in printed.err  # where whoever mends it finds all of it
    assert dict(os.environ) == before
    assert self_test([Check("passes", trials.passes)], limit=60) == 0
    assert capfd.readouterr().out.endswith("self-test passed: 1 checks\n")


@pytest.mark.skipif(sys.platform == "win32", reason="whether a process lives is asked otherwise")
@pytest.mark.source
def test_what_hangs_is_ended_with_all_that_it_has_started(
    capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    from gd_studio.cli.self_test.trial import attempt

    assert attempt(trials.hangs, tmp_path, limit=4) == "it took longer than 4 seconds"
    child = int((tmp_path / trials.PID).read_text())
    deadline = time.monotonic() + 10
    while is_there(child) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not is_there(child)


def is_there(pid: int) -> bool:
    """Whether a process runs; one that is dead and that nobody has waited for does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"
