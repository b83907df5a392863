"""A table's copy beside its script: only a table is copied, and nothing else is ever touched."""

from __future__ import annotations

import os
import stat
import sys
import tracemalloc
from pathlib import Path

import pytest

from gd_studio.catalog import Table, TableColumn
from gd_studio.engine.tables import TableCancelled, TableProblem, copy_table, source

TABLE = Table(
    columns=(
        TableColumn("x"),
        TableColumn("colour", kind="category", categories=("red", "green")),
        TableColumn("remark", kind="ignore"),
        TableColumn("y"),
    ),
    target="y",
    task="regression",
)

# With all that the bytes of a table may have and its cells do not show.
CONTENT = (
    b"\xef\xbb\xbfx;colour;remark;y\r\n"
    b'1; red ;"a;\r\nb";2\r\n\r\n?;green;;1e3\r\n' + "3;red;größer;4".encode()
)

posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "theirs" / "people.csv"
    path.parent.mkdir()
    path.write_bytes(CONTENT)
    return path


@pytest.fixture
def to(tmp_path: Path) -> Path:
    path = tmp_path / "ours" / "script-data.csv"
    path.parent.mkdir()
    return path


def copy(file: Path, to: Path) -> bool:
    return copy_table(str(file), TABLE, str(to), lambda _: None, lambda: False)


def beside(to: Path) -> list[str]:
    return sorted(path.name for path in to.parent.iterdir())


@pytest.mark.parametrize("piece", [40, 1 << 21])
def test_a_table_is_copied_to_the_byte(
    file: Path, to: Path, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    monkeypatch.setattr(source, "_PIECE", piece)
    assert copy(file, to)
    assert to.read_bytes() == file.read_bytes() == CONTENT
    assert beside(to) == [to.name]


def test_the_same_content_stays_as_it_is_and_any_other_is_refused(file: Path, to: Path) -> None:
    to.write_bytes(CONTENT)
    os.utime(to, (1, 1))
    assert not copy(file, to)
    assert to.stat().st_mtime == 1
    for other in (CONTENT[:-1], CONTENT + b"\n", CONTENT.replace(b"red", b"rad"), b""):
        to.write_bytes(other)
        with pytest.raises(TableProblem, match=r"script-data.csv is there already with other con"):
            copy(file, to)
        assert to.read_bytes() == other
    assert beside(to) == [to.name]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"root:x:0:0:root:/root:/bin/sh\n", "single column"),
        (b"x,colour,remark\n1,red,a\n", "missing: 'y'"),
        (b"x,colour,remark,y,z\n1,red,a,1,1\n", "unexpected: 1"),
        (b"x,colour,remark,y\n1,red,a,no\n", "row 1 of the column 'y' is no number"),
        (
            b"x,colour,remark,y\n1,blue,a,1\n",
            "row 1 of the column 'colour' is none of its categories",
        ),
        (b"x,colour,remark,y\n1,red,a,1\n1,red\n", "row 2 has 2 cells"),
        (b"x,colour,remark,y\n1,red,\xff,1\n", "line 2 of the file is not UTF-8"),
        (b"x,colour,remark,y\n1,red,\0,1\n", "zero bytes"),
        (b"x,colour,remark,y\n", "no row below it"),
        (b"", "the file is empty"),
    ],
)
def test_what_is_not_the_table_is_not_copied(
    file: Path, to: Path, content: bytes, sentence: str
) -> None:
    file.write_bytes(content)
    with pytest.raises(TableProblem, match=rf"^people.csv: .*{sentence}"):
        copy(file, to)
    assert beside(to) == []


def test_a_table_that_goes_wrong_late_leaves_nothing(
    file: Path, to: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "_PIECE", 100)
    file.write_bytes(b"x,colour,remark,y\n" + b"1,red,a,1\n" * 1000 + b"1,red,a,one\n")
    with pytest.raises(TableProblem, match="row 1001 of the column 'y'"):
        copy(file, to)
    assert beside(to) == []


def test_a_copy_that_is_no_longer_wanted_leaves_nothing(
    file: Path, to: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "_PIECE", 100)
    file.write_bytes(b"x,colour,remark,y\n" + b"1,red,a,1\n" * 1000)
    asked: list[int] = []

    def cancelled() -> bool:
        asked.append(len(beside(to)))
        return len(asked) > 5

    with pytest.raises(TableCancelled):
        copy_table(str(file), TABLE, str(to), lambda _: None, cancelled)
    assert asked == [1] * 6  # it was being written
    assert beside(to) == []


def test_memory_stays_small_however_long_the_table_is(
    file: Path, to: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "_PIECE", 10_000)
    copy(file, to)  # loads pandas
    to.unlink()
    peaks = []
    for rows in (10_000, 100_000):
        file.write_bytes(b"x,colour,remark,y\n" + b"12345,red,abcdefghij,6789\n" * rows)
        tracemalloc.start()
        copy(file, to)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        to.unlink()
    assert peaks[1] < peaks[0] + 100_000  # and not by the 2.3 MB that are more to copy


@posix
@pytest.mark.timeout(20)
def test_pipes_devices_and_folders_are_not_copied_and_not_compared(file: Path, to: Path) -> None:
    for kind, make in {
        "a pipe": os.mkfifo,
        "a device": lambda path: os.symlink("/dev/zero", path),
        "a folder": os.mkdir,
    }.items():
        hostile = file.with_name(kind)
        make(hostile)
        with pytest.raises(TableProblem, match=f"it is {kind}, not a file"):
            copy(hostile, to)
        assert beside(to) == []
        make(to)
        with pytest.raises(TableProblem, match=f"script-data.csv cannot be made: it is {kind}"):
            copy(file, to)
        to.rmdir() if kind == "a folder" else to.unlink()


@posix
def test_a_link_where_the_copy_is_to_be_is_never_written_through(
    file: Path, to: Path, tmp_path: Path
) -> None:
    precious = tmp_path / "precious"
    for content in ("mine", None):
        if content is not None:
            precious.write_text(content)
        else:
            precious.unlink()
        to.symlink_to(precious)
        with pytest.raises(TableProblem):
            copy(file, to)
        assert (precious.read_text() if precious.exists() else None) == content
        to.unlink()


@posix
def test_what_appears_while_the_copy_is_made_is_not_replaced(
    file: Path, to: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def progress(_: float) -> None:
        to.write_text("somebody's")

    with pytest.raises(TableProblem, match="is there already with other content"):
        copy_table(str(file), TABLE, str(to), progress, lambda: False)
    assert to.read_text() == "somebody's"
    assert beside(to) == [to.name]


@posix
@pytest.mark.parametrize(
    ("theirs", "ours"),
    [(0o644, 0o644), (0o640, 0o640), (0o600, 0o600), (0o400, 0o600), (0o777, 0o644)],
)
def test_the_copy_is_no_more_readable_than_the_table(
    file: Path, to: Path, theirs: int, ours: int
) -> None:
    to.parent.chmod(0o700)
    file.chmod(theirs)
    os.chown(file, -1, os.stat(to.parent).st_gid)  # as the copy's own will be
    copy(file, to)
    assert stat.S_IMODE(to.stat().st_mode) == ours


@posix
def test_another_group_may_not_read_the_copy(
    file: Path, to: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.chmod(0o640)
    real = os.fstat

    def of_another_group(descriptor: int) -> os.stat_result:
        state = real(descriptor)
        if state.st_ino != os.stat(file).st_ino:
            return state
        return os.stat_result((*state[:5], state.st_gid + 1, *state[6:]))

    monkeypatch.setattr(os, "fstat", of_another_group)
    copy(file, to)
    assert stat.S_IMODE(to.stat().st_mode) == 0o600


def test_a_full_disk_is_said_of_the_copy(
    file: Path, to: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(TableProblem, match=r"copy script-data.csv cannot be made: No space le"):
        copy(file, to)
    assert beside(to) == []
