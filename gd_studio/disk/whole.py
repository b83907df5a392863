"""Files that are there whole or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from gd_studio.disk.regular import check_name

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


@contextlib.contextmanager
def whole_file(
    target: Path, place: Callable[[Path], None], mode: int = 0o666
) -> Iterator[BinaryIO]:
    """Open a temporary file beside `target`, which is gone where the ``with`` block fails.

    Parameters
    ----------
    place
        Moves the file to its place once it is whole.
    mode
        Who may read and write it, as far as the process's mask lets them.

    Raises
    ------
    OSError
        Where it cannot be made, written or moved.
    """
    check_name(target)
    # In the same folder: a file can only be moved in one go within a file system.
    temporary = target.with_name(f".{secrets.token_hex(8)}.tmp")
    # Not tempfile: its files can be read by their owner only, whatever the umask says.
    descriptor = os.open(temporary, _NEW, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        place(temporary)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


@contextlib.contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file that is called `path` once the ``with`` block succeeds, if nothing is by then.

    Only its user may read it.

    Raises
    ------
    FileExistsError
        Where something of that name is there, a link to nothing included.
    OSError
        Where it cannot be made or written.
    """
    with whole_file(path, lambda temporary: _move_to_free(temporary, path), 0o600) as file:
        yield file


def let_read(file: BinaryIO, source: os.stat_result) -> None:
    """Let `file` be read by whoever may read the file that it is a copy of, and by nobody else."""
    if not hasattr(os, "fchmod"):
        return
    own_group = os.fstat(file.fileno()).st_gid == source.st_gid
    everybody = source.st_mode & stat.S_IROTH
    group = stat.S_IRGRP if (source.st_mode & stat.S_IRGRP if own_group else everybody) else 0
    os.fchmod(file.fileno(), stat.S_IRUSR | stat.S_IWUSR | group | everybody)


def _move_to_free(temporary: Path, path: Path) -> None:
    # A move would replace what is there; an empty file is made only where nothing is.
    os.close(os.open(path, _NEW, 0o600))
    try:
        os.replace(temporary, path)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _sync_folder(folder: Path) -> None:
    """See to it that the file's new place outlives a loss of power."""
    if os.name != "posix":
        return
    # Some network file systems have no such thing, and a folder that may be written to need not be
    # readable; the file is in its place all the same.
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
