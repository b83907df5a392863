"""What is not a regular file, or has no possible name: every reader refuses it at once."""

from __future__ import annotations

import contextlib
import io
import os
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gd_studio.catalog.purchase import PURCHASE
from gd_studio.cli import main
from gd_studio.disk import regular
from gd_studio.engine.data.load import load_table
from gd_studio.engine.tables import TableProblem, inspect_table, read_table
from gd_studio.files import FileProblem, load_experiment, read_bytes, read_safetensors

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="pipes and sockets have no names there"),
    # Before a reader refused a pipe, it waited for somebody to write into it.
    pytest.mark.timeout(20),
]

Capture = pytest.CaptureFixture[str]
Reader = Callable[[str], object]

READERS: dict[str, Reader] = {
    "an experiment": load_experiment,
    "a model": read_safetensors,
    "a state dict": lambda path: read_bytes(path, 1000),
    "a table that is looked at": lambda path: inspect_table(path, lambda _: None, lambda: False),
    "a table that is read": lambda path: read_table(path, PURCHASE),
    "a table of an experiment": lambda path: load_table(path, PURCHASE, lambda: False),
}

HOSTILE = (
    "a pipe",
    "a link to a pipe",
    "a socket",
    "a device without end",
    "a folder",
    "a link to nothing",
    "a link to itself",
    "a name too long",
    "a folder that is a file",
    "a zero byte",
    "half a character",
    "nothing",
)


@contextlib.contextmanager
def made(kind: str, folder: Path) -> Iterator[str]:
    """Make something that nobody can read, and return its path."""
    path = folder / "it"
    match kind:
        case "a pipe":
            os.mkfifo(path)
        case "a link to a pipe":
            os.mkfifo(folder / "pipe")
            path.symlink_to(folder / "pipe")
        case "a socket":
            with socket.socket(socket.AF_UNIX) as server, contextlib.chdir(folder):
                server.bind("it")  # an address has 107 characters at most
        case "a device without end":
            path.symlink_to("/dev/zero")
        case "a folder":
            path.mkdir()
        case "a link to nothing":
            path.symlink_to(folder / "nothing")
        case "a link to itself":
            path.symlink_to(path)
        case "a name too long":
            path = folder / ("x" * 300)
        case "a folder that is a file":
            path.write_text("")
            path = path / "below"
        case "a zero byte":
            path = folder / "a\0b"
        case "half a character":
            path = folder / "\ud83d"
        case "nothing":
            yield ""
            return
    yield str(path)


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("reader", READERS)
def test_every_reader_says_in_a_sentence_what_it_cannot_read(
    tmp_path: Path, reader: str, kind: str
) -> None:
    with made(kind, tmp_path) as path, pytest.raises((FileProblem, TableProblem)) as problem:
        READERS[reader](path)
    assert str(problem.value)


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("a pipe", "cannot be read: it is a pipe, not a file"),
        ("a link to a pipe", "cannot be read: it is a pipe, not a file"),
        ("a socket", "cannot be read: it is a socket or a device, not a file"),
        ("a device without end", "cannot be read: it is a device, not a file"),
        ("a folder", "cannot be read: it is a folder, not a file"),
        ("a link to nothing", "does not exist"),
        ("a name too long", "cannot be read: file name too long"),
        ("a zero byte", "cannot be read: no file can have such a name"),
        ("half a character", "cannot be read: no file can have such a name"),
    ],
)
def test_the_sentence_says_what_it_is(tmp_path: Path, kind: str, sentence: str) -> None:
    with made(kind, tmp_path) as path, pytest.raises(FileProblem) as problem:
        load_experiment(path)
    assert problem.value.sentence == sentence


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("command", ["run", "export"])
def test_the_command_line_says_it_too(
    capsys: Capture, tmp_path: Path, command: str, kind: str
) -> None:
    with made(kind, tmp_path) as path:
        assert main([command, path]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("gd-studio: ")
    assert printed.err.count("\n") == 1


def test_a_file_that_calls_itself_regular_and_makes_its_reader_wait_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some of the kernel's files do, as /proc/kmsg; here a pipe that is taken for a file."""
    monkeypatch.setattr(regular, "_other_than_a_file", lambda mode: "")
    with made("a pipe", tmp_path) as path, contextlib.closing(open_both_ways(path)):
        with pytest.raises(FileProblem, match=r"cannot be read: it makes its reader wait$"):
            read_bytes(path, 1000)
        with pytest.raises(TableProblem, match=r"cannot be read: it makes its reader wait$"):
            read_table(path, PURCHASE)


def open_both_ways(path: str) -> io.FileIO:
    """Open a pipe so that it is not at its end while nobody writes."""
    return io.FileIO(os.open(path, os.O_RDWR))
