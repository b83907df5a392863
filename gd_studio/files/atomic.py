"""Writing a file whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from gd_studio.disk import check_name, whole_file
from gd_studio.files.errors import FileProblem, StrPath, reason


def write_atomically(path: StrPath, content: bytes | str) -> None:
    """Write `content` to `path`, text as UTF-8; after a failure the file is what it was before.

    Raises
    ------
    FileProblem
        Where it cannot be written.
    """
    try:
        encoded = content.encode() if isinstance(content, str) else content
    except UnicodeEncodeError as error:  # as of a path that is no text, which the system allows
        sentence = "cannot be written: a name in it is not UTF-8"
        raise FileProblem(path, sentence) from error
    with replacing(path) as file:
        file.write(encoded)


@contextlib.contextmanager
def replacing(path: StrPath) -> Iterator[BinaryIO]:
    """Open a temporary file that takes the place of `path` where the ``with`` block succeeds.

    A symbolic link stays one, and its target is replaced. A new file gets the permissions that
    any new file gets; one that is overwritten keeps its own.

    Raises
    ------
    FileProblem
        Where it cannot be written.
    """
    try:
        target = _target(path)
        with whole_file(target, lambda temporary: _replace(temporary, target)) as file:
            yield file
    except OSError as error:
        raise FileProblem(path, f"cannot be written: {reason(error)}") from error


def _target(path: StrPath) -> Path:
    """Return what is to be replaced; refuse what a move would and an ordinary write would not."""
    check_name(path)
    target = Path(os.path.realpath(path))
    if target.exists():
        if not target.is_file():
            raise OSError(errno.EINVAL, "it is a folder or a device, not a file")
        if not os.access(target, os.W_OK):
            raise OSError(errno.EACCES, os.strerror(errno.EACCES))
    return target


def _replace(temporary: Path, target: Path) -> None:
    if target.exists():
        temporary.chmod(target.stat().st_mode & 0o7777)
    os.replace(temporary, target)
