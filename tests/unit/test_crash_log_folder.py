"""Where the crash log lies: in a folder that is the user's own, or nowhere."""

from __future__ import annotations

import faulthandler
import os
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from gd_studio import crash_log
from gd_studio.crash_log.native import NativeFile

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="POSIX owners and permissions"),
    # Before a pipe was refused, the log waited for somebody to read what it wrote there.
    pytest.mark.timeout(20),
]

DUMP = "GD Studio 1\nFatal Python error: Segmentation fault\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the log, which is not there yet."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr(sys, "platform", "linux")
    return tmp_path / "state" / "gd-studio"


@pytest.fixture(autouse=True)
def _native_crashes_of_the_tests_themselves() -> Iterator[None]:
    """Turn pytest's own watch over native crashes on again; a `NativeFile` takes its place."""
    yield
    if not faulthandler.is_enabled():
        faulthandler.enable()


def crash(name: str) -> None:
    crash_log.record(type(name, (Exception,), {})())


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_what_is_made_is_for_its_user_alone(folder: Path) -> None:
    crash("One")
    native = NativeFile()
    (dump,) = folder.glob("native-*.txt")
    modes = mode(folder), mode(folder / "crash.log"), mode(dump)
    native.close()
    assert modes == (0o700, 0o600, 0o600)
    assert (folder / "crash.log").read_text().splitlines()[2].endswith(".One")


@pytest.mark.parametrize("others", [0o020, 0o002])
def test_in_a_folder_that_others_write_to_nothing_is_made_and_nothing_read(
    folder: Path, others: int
) -> None:
    folder.mkdir(parents=True)
    (folder / "native-1.txt").write_text(DUMP)
    folder.chmod(0o700 | others)
    crash("Two")
    crash_log.collect()
    NativeFile().close()
    assert [file.name for file in folder.iterdir()] == ["native-1.txt"]


def test_in_a_folder_of_somebody_else_nothing_is_made(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.mkdir(parents=True, mode=0o700)
    monkeypatch.setattr(os, "geteuid", lambda: folder.stat().st_uid + 1)
    crash("Three")
    NativeFile().close()
    assert list(folder.iterdir()) == []


def test_a_folder_that_is_a_link_is_not_followed(folder: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    folder.parent.mkdir()
    folder.symlink_to(elsewhere)
    crash("Four")
    NativeFile().close()
    assert list(elsewhere.iterdir()) == []


def test_files_that_are_links_are_not_followed(folder: Path, tmp_path: Path) -> None:
    folder.mkdir(parents=True, mode=0o700)
    precious = tmp_path / "precious"
    precious.write_text(DUMP)
    for name in ("crash.log", "native-1.txt", f"native-{os.getpid()}.txt"):
        (folder / name).symlink_to(precious)
    crash("Five")
    crash_log.collect()
    NativeFile().close()
    assert precious.read_text() == DUMP


def test_pipes_in_place_of_files_are_waited_for_by_nobody(folder: Path) -> None:
    folder.mkdir(parents=True, mode=0o700)
    for name in ("crash.log", "native-1.txt", f"native-{os.getpid()}.txt"):
        os.mkfifo(folder / name)
    crash("Six")
    crash_log.collect()
    NativeFile().close()
    assert sorted(file.name for file in folder.iterdir()) == sorted(
        ["crash.log", "native-1.txt", f"native-{os.getpid()}.txt"]
    )


def test_of_a_dump_without_end_the_beginning_is_logged(folder: Path) -> None:
    folder.mkdir(parents=True, mode=0o700)
    with (folder / "native-1.txt").open("w") as file:
        file.write(DUMP)
        file.truncate(1 << 40)  # a terabyte that takes no room
    crash_log.collect()
    assert "Fatal Python error: Segmentation fault" in (folder / "crash.log").read_text()
    assert not (folder / "native-1.txt").exists()


@pytest.mark.parametrize("state", ["/" + "x" * 300, "/dev/null", "/proc/1/x"])
def test_where_no_folder_can_be_made_the_program_goes_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", state)
    crash("Seven")
    crash_log.collect()
    NativeFile().close()


def test_who_has_no_home_has_a_folder_of_another_name_than_anybody_else(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import pwd  # which Windows lacks

    def unknown(_: object) -> None:
        raise KeyError("getpwuid(): uid not found")

    monkeypatch.delenv("HOME")
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.setattr(pwd, "getpwuid", unknown)
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))
    crash("Eight")
    assert crash_log.path() == tmp_path / f"gd-studio-{os.getuid()}" / "crash.log"
    assert mode(crash_log.path().parent) == 0o700
