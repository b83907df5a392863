"""What the crash log says after processes that really crash, and what it never says."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import gd_studio
from gd_studio import __version__, crash_log
from gd_studio.crash_log.frames import within
from gd_studio.link.client import EngineClient, EngineLostError
from gd_studio.link.messages import Ask, Failed, Ready, Refusal, StartRun
from gd_studio.link.questions import ShowPreview

SECRET = "secret-7261"
"""Stands in messages, arguments, the environment, and the names of folders and of a function."""

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="what signals do")

IN_MAIN = "fail()"
IN_A_THREAD = "import threading; t = threading.Thread(target=fail); t.start(); t.join()"
IN_A_FINALISER = "a = Failing(); del a"
NATIVELY = "import ctypes; ctypes.string_at(0)"

PROGRAM = f"""
import sys
from gd_studio import cli
from gd_studio.broken import Failing, fail, open_nothing

def {SECRET.replace("-", "_")}(argv):
    {{crash}}
    return 0

cli._dispatch = {SECRET.replace("-", "_")}
{{before}}
sys.exit(cli.main())
"""

BROKEN = f"""
def fail():
    raise ZeroDivisionError("in {SECRET}.csv")

def open_nothing():
    try:
        open("/{SECRET}/nothing.csv")
    except OSError as error:
        raise ValueError("{SECRET}") from error

def recurse():
    recurse()

class Failing:
    def __del__(self):
        fail()
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Somebody's home, in which the program is installed: with a part that does not work."""
    home = tmp_path / SECRET
    packages = home / "venv" / "site-packages"
    shutil.copytree(
        Path(gd_studio.__file__).parent,
        packages / "gd_studio",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    (packages / "gd_studio" / "broken.py").write_text(BROKEN)
    for variable in ("XDG_STATE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(variable, str(home / "state"))
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("PYTHONPATH", str(packages))
    return home


def start(
    home: Path, crash: str, *options: str, before: str = "", ending: str = ""
) -> subprocess.CompletedProcess[str]:
    program = home / "program.py"
    program.write_text(PROGRAM.format(crash=crash, before=before) + ending)
    return subprocess.run(
        [sys.executable, *options, str(program), SECRET],
        cwd=home,
        env={**os.environ, "GD_STUDIO_TEST": SECRET},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def entries() -> list[list[str]]:
    """The log's entries, a list of lines each."""
    log = crash_log.path()
    return [e.splitlines() for e in log.read_text().split("\n\n") if e] if log.exists() else []


def test_an_exception_at_the_end_of_the_command_line_is_logged_by_its_frames(home) -> None:
    before = time.time()
    done = start(home, IN_MAIN)
    after = time.time()

    assert done.returncode == 1
    assert f"ZeroDivisionError: in {SECRET}.csv" in done.stderr  # Python's own, as ever
    [[day, head, *body]] = entries()
    written = time.mktime(time.strptime(day, "%Y-%m-%d %H:%M:%S UTC")) - time.timezone
    assert int(before) <= written <= after
    python = ".".join(map(str, sys.version_info[:3]))
    assert re.fullmatch(rf"GD Studio {re.escape(__version__)}, Python {python}, [\w./()+ -]+", head)
    assert body == [
        "ZeroDivisionError",
        *frames_of_main(done.stderr),
        "  elsewhere",  # the test's own program is no part of GD Studio
        "  gd_studio/broken.py, line 3, fail",
    ]


def frames_of_main(traceback: str) -> list[str]:
    """The frames in ``cli/__init__.py``, as Python printed them."""
    found = re.findall(r'cli/__init__.py", line (\d+), in (\w+)', traceback.replace("\\", "/"))
    assert found
    return [f"  gd_studio/cli/__init__.py, line {line}, {name}" for line, name in found]


@pytest.mark.parametrize("crash", [IN_A_THREAD, IN_A_FINALISER])
def test_what_no_caller_sees_is_logged_and_printed(home, crash) -> None:
    done = start(home, crash)

    assert done.returncode == 0
    assert f"ZeroDivisionError: in {SECRET}.csv" in done.stderr
    [[_, _, kind, *frames]] = entries()
    assert kind == "ZeroDivisionError"
    assert frames[-1] == "  gd_studio/broken.py, line 3, fail"


def test_an_exception_is_logged_with_what_it_came_of(home) -> None:
    start(home, "open_nothing()")

    [[_, _, *body]] = entries()
    at = body.index("came of FileNotFoundError")
    assert body[0] == "ValueError"
    assert body[at - 1] == "  gd_studio/broken.py, line 9, open_nothing"
    assert body[at + 1 :] == ["  gd_studio/broken.py, line 7, open_nothing"]


def test_an_endless_recursion_is_logged_by_both_its_ends(home) -> None:
    start(home, "from gd_studio.broken import recurse; recurse()")

    [[_, _, kind, *frames]] = entries()
    assert kind == "RecursionError"
    assert len(frames) == 61
    assert frames[0].startswith("  gd_studio/cli/__init__.py")
    assert re.fullmatch(r"  … \d{3} more", frames[30])
    assert set(frames[31:]) == {"  gd_studio/broken.py, line 12, recurse"}


def test_a_native_crash_is_in_the_log_once_somebody_looks(home) -> None:
    done = start(home, NATIVELY)
    assert done.returncode != 0
    assert entries() == []
    for _ in range(2):
        crash_log.collect()

    [[_, head, *body]] = entries()
    assert head.startswith(f"GD Studio {__version__}, Python ")
    if sys.platform != "win32":
        assert body[0] == "Fatal Python error: Segmentation fault"
    at = body.index("Current thread (most recent call first):")
    assert re.fullmatch(r"  ctypes/__init__\.py, line \d+, string_at", body[at + 1])
    assert body[at + 2] == "  elsewhere"
    assert body[at + 3].startswith("  gd_studio/cli/__init__.py, line ")
    assert [file.name for file in crash_log.path().parent.iterdir()] == ["crash.log"]


def test_the_next_start_looks_for_native_crashes(home) -> None:
    start(home, NATIVELY)
    start(home, "pass")

    assert len(entries()) == 1


@pytest.mark.parametrize(
    "crash", [IN_MAIN, IN_A_THREAD, IN_A_FINALISER, "open_nothing()", NATIVELY]
)
def test_the_log_says_nothing_about_its_user(home, crash) -> None:
    start(home, crash)
    crash_log.collect()

    assert len(entries()) == 1
    text = crash_log.path().read_text()
    assert SECRET not in text
    assert SECRET.replace("-", "_") not in text
    assert "csv" not in text
    assert str(home.parent.parent) not in text
    # Nothing in it is a path from a root, of whatever system.
    assert not re.search(r'(?:^|[\s"(])(?:/|~|[A-Za-z]:)', re.sub(r"\d\d:\d\d:\d\d", "", text))


@pytest.mark.parametrize(
    "end", ["pass", "raise KeyboardInterrupt", "sys.exit(3)", "cli.parse_arguments(['--help'])"]
)
def test_without_a_crash_nothing_is_made(home, end) -> None:
    start(home, end)

    assert not (home / "state").exists()


def test_wrong_input_is_no_crash(home) -> None:
    done = start(home, "raise cli.InputError(['that is wrong'])")

    assert (done.returncode, done.stderr) == (2, "gd-studio: that is wrong\n")
    assert entries() == []


@pytest.mark.parametrize(("crash", "code"), [(IN_MAIN, 1), (IN_A_THREAD, 0)])
def test_a_log_that_cannot_be_written_hides_no_crash(home, crash, code) -> None:
    (home / "state").write_text("a file, where a folder has to be")
    done = start(home, crash)

    assert done.returncode == code
    assert done.stderr.count(f"ZeroDivisionError: in {SECRET}.csv") == 1
    assert done.stderr.count("Traceback") == 1


@pytest.mark.parametrize("crash", [IN_MAIN, IN_A_THREAD, IN_A_FINALISER])
def test_a_program_without_a_console_logs_all_the_same(home, crash) -> None:
    done = start(home, crash, before="sys.stderr = None")

    assert done.stderr == ""
    [[_, _, kind, *_]] = entries()
    assert kind == "ZeroDivisionError"


def test_who_asked_python_for_native_crashes_on_the_console_has_them_there(home) -> None:
    done = start(home, NATIVELY, "-X", "faulthandler")
    crash_log.collect()

    assert "most recent call first" in done.stderr
    assert entries() == []


@POSIX
def test_the_file_of_a_process_that_lives_is_left_alone_and_that_of_a_killed_one_goes(
    home,
) -> None:
    wait = (
        "import sys; from gd_studio import crash_log\n"
        "with crash_log.Watch(): print('ready', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", wait], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout.readline() == b"ready\n"
        crash_log.collect()
        files = [file.name for file in crash_log.path().parent.iterdir()]
        process.kill()
    crash_log.collect()

    assert files == [f"native-{process.pid}.txt"]
    assert list(crash_log.path().parent.iterdir()) == []


def test_the_log_keeps_its_newest_entries_whole(home) -> None:
    for number in range(6000):
        crash_log.record(type(f"Failure{number}", (Exception,), {})())

    size = crash_log.path().stat().st_size
    assert 200_000 < size <= 256 * 1024
    kept = entries()
    assert all(re.match(r"\d{4}-\d\d-\d\d .* UTC", entry[0]) for entry in kept)
    last = kept[-1][2]
    assert last.endswith(".Failure5999")
    assert len(kept) == len({entry[2] for entry in kept}) < 6000
    assert [file.name for file in crash_log.path().parent.iterdir()] == ["crash.log"]


def test_what_comes_up_again_and_again_is_logged_once_and_heard_each_time(home) -> None:
    heard: list[int] = []
    with crash_log.listening(lambda: heard.append(len(entries()))):
        for _ in range(3):
            with contextlib.suppress(KeyError):
                try:
                    raise KeyError("again")
                except KeyError as error:
                    crash_log.record(error)
                    raise
    crash_log.record(KeyError("when nobody listens"))

    assert heard == [1, 1, 1]
    assert [entry[2] for entry in entries()] == ["KeyError", "KeyError"]


# --- engines ----------------------------------------------------------------------------------


@pytest.fixture
def engine(home) -> Iterator[EngineClient]:
    client = EngineClient()
    yield client
    client.close()


def test_what_an_engine_reports_as_a_bug_is_logged(engine) -> None:
    assert isinstance(engine.receive(), Ready)
    engine.send(Ask(1, ShowPreview(SECRET)))  # type: ignore[arg-type]
    refusal = engine.receive()
    engine.send(StartRun(SECRET))  # type: ignore[arg-type]
    failed = engine.receive()

    assert isinstance(refusal, Refusal)
    assert isinstance(failed, Failed)
    details = refusal.detail, failed.detail
    for (_, head, kind, *frames), detail in zip(entries(), details, strict=True):
        assert re.search(r", torch \d+\.\d+\.\d", head)
        assert detail.splitlines()[-1].startswith(kind)
        assert len(frames) == detail.count('  File "')
        assert all(re.match(r"  gd_studio/engine/[\w/]+\.py, line \d+, ", f) for f in frames)
    assert SECRET not in crash_log.path().read_text()


@POSIX
def test_a_native_crash_of_an_engine_is_in_the_log_when_it_is_told(engine) -> None:
    assert isinstance(engine.receive(), Ready)
    os.kill(engine.pid, signal.SIGSEGV)
    with pytest.raises(EngineLostError, match=f"signal {signal.SIGSEGV.value}"):
        engine.receive()
    engine.close()

    [[_, _, *body]] = entries()
    assert body[0] == "Fatal Python error: Segmentation fault"
    assert any(line.startswith("  gd_studio/engine/") for line in body)
    assert SECRET not in "".join(body)


def test_an_engine_that_ends_as_asked_leaves_nothing(engine, home) -> None:
    assert isinstance(engine.receive(), Ready)
    engine.close()

    assert list((home / "state").rglob("*.*")) == []


# --- paths ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "part"),
    [
        ("/home/anna/gd/gd_studio/desktop/app.py", "gd_studio/desktop/app.py"),
        ("/home/anna/gd_studio/gd_studio/cli/run.py", "gd_studio/cli/run.py"),
        (r"C:\Users\Anna\gd\gd_studio\cli\run.py", "gd_studio/cli/run.py"),
        ("/home/anna/v/lib/python3.12/site-packages/torch/optim/sgd.py", "torch/optim/sgd.py"),
        (r"C:\Users\Anna\v\Lib\site-packages\torch\optim\sgd.py", "torch/optim/sgd.py"),
        ("/home/anna/gd_studio/.venv/lib/python3.12/site-packages/numpy/x.py", "numpy/x.py"),
        ("/home/anna/.pyenv/versions/3.12.1/lib/python3.12/threading.py", "threading.py"),
        ("/usr/lib/python3/dist-packages/numpy/x.py", "numpy/x.py"),
        ("<frozen importlib._bootstrap>", "<frozen importlib._bootstrap>"),
        ("<string>", "<string>"),
        ("pandas/_libs/index.pyx", "pandas/_libs/index.pyx"),
        ("/home/anna/exam.py", None),
        ("/home/anna/exam.pyx", None),
        ("exam.py", None),
        ("/home/anna/gd_studio/.venv/bin/gd-studio", None),
        ("<anna's exam.py>", None),
        ("", None),
    ],
)
def test_of_a_file_only_the_part_within_the_program_is_told(file, part) -> None:
    assert within(file) == part


def test_files_of_an_installer_are_told_from_its_folder_on(monkeypatch) -> None:
    monkeypatch.setattr(sys, "_MEIPASS", "/home/anna/gd-studio/_internal", raising=False)
    assert within("/home/anna/gd-studio/_internal/torch/_ops.py") == "torch/_ops.py"
    assert within("multiprocessing/spawn.py") == "multiprocessing/spawn.py"
    assert within("/home/anna/exam.py") is None


@pytest.mark.parametrize(
    ("platform", "variables", "place"),
    [
        ("linux", {}, "/home/anna/.local/state/gd-studio/crash.log"),
        ("linux", {"XDG_STATE_HOME": "/var/anna"}, "/var/anna/gd-studio/crash.log"),
        ("linux", {"XDG_STATE_HOME": "."}, "/home/anna/.local/state/gd-studio/crash.log"),
        ("darwin", {}, "/home/anna/Library/Logs/GD Studio/crash.log"),
        ("win32", {"LOCALAPPDATA": "/local"}, "/local/GD Studio/crash.log"),
        ("win32", {}, "/home/anna/AppData/Local/GD Studio/crash.log"),
    ],
)
@POSIX
def test_the_log_lies_where_each_system_keeps_such_things(
    monkeypatch, platform, variables, place
) -> None:
    for variable in ("XDG_STATE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(variable, raising=False)
    for variable, value in {"HOME": "/home/anna", **variables}.items():
        monkeypatch.setenv(variable, value)
    monkeypatch.setattr(sys, "platform", platform)

    assert str(crash_log.path()) == place
