"""Opening a file to read it, where it is one: no pipe, no device, no folder."""

from __future__ import annotations

import errno
import io
import os
import stat
from typing import Any

StrPath = str | os.PathLike[str]

_MEGABYTE = 1_000_000

# A pipe would be waited for, and a terminal might become this process's own.
_HOW = os.O_RDONLY
for _name in ("O_NONBLOCK", "O_NOCTTY", "O_BINARY"):
    _HOW |= getattr(os, _name, 0)


def open_regular(path: StrPath) -> io.BufferedReader:
    """Open the regular file at `path`, or the one that a link there leads to, to read it.

    This never waits: what is no regular file is refused at once, and so is each attempt to read
    from a file that would have its reader wait.

    Raises
    ------
    OSError
        Where it cannot be opened, is no regular file, or has a name that none can have.
    """
    descriptor = _open(path)
    try:
        if other := _other_than_a_file(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, f"it is {other}, not a file", os.fspath(path))
        return io.BufferedReader(_Unwaiting(descriptor))
    except BaseException:
        os.close(descriptor)
        raise


def read_regular(path: StrPath, most: int) -> bytes:
    """Read the regular file at `path` whole, which has at most `most` bytes.

    Raises
    ------
    OSError
        As :func:`open_regular`, and where the file is larger.
    """
    with open_regular(path) as file:
        content = file.read(most + 1)
    if len(content) > most:
        sentence = f"it is larger than {most / _MEGABYTE:g} MB, the most that is read"
        raise OSError(errno.EFBIG, sentence, os.fspath(path))
    return content


class _Unwaiting(io.FileIO):
    """A file that says so where there is nothing to read yet; a buffer would take it for its end.

    The kernel has files that call themselves regular and are read like a pipe.
    """

    def readinto(self, buffer: Any) -> int:
        count = super().readinto(buffer)
        if count is None:
            raise OSError(errno.EAGAIN, "it makes its reader wait")
        return count


def _open(path: StrPath) -> int:
    check_name(path)
    try:
        return os.open(path, _HOW)
    except OSError as error:
        if error.errno == errno.ENXIO:  # what has no other end, and no way to be looked at
            sentence = "it is a socket or a device, not a file"
            raise OSError(errno.ENXIO, sentence, os.fspath(path)) from error
        raise


def check_name(path: StrPath) -> None:
    """Raise ``OSError`` where no file can be called so."""
    try:
        is_possible = b"\0" not in os.fsencode(path)
    except UnicodeEncodeError:
        is_possible = False
    if not is_possible:  # it has a zero byte, or half a character
        raise OSError(errno.EINVAL, "no file can have such a name", os.fspath(path))


def _other_than_a_file(mode: int) -> str:
    """Say what it is, where it is no regular file."""
    if stat.S_ISREG(mode):
        return ""
    if stat.S_ISDIR(mode):
        return "a folder"
    return "a pipe" if stat.S_ISFIFO(mode) else "a device"
