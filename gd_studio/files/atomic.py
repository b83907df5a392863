"""Writing a file whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from gd_studio.files.errors import FileProblem, StrPath, reason


def write_atomically(path: StrPath, content: bytes | str) -> None:
    """Write `content` to `path`, text as UTF-8; after a failure the file is what it was before.

    Raises
    ------
    FileProblem
        Where it cannot be written.
    """
    with replacing(path) as file:
        file.write(content.encode() if isinstance(content, str) else content)


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
        target = Path(os.path.realpath(path))
        _refuse_what_cannot_be_replaced(target)
        # In the same folder: a file can only be moved in one go within a file system.
        temporary = target.with_name(f".{secrets.token_hex(8)}.tmp")
        try:
            # Not tempfile: its files can be read by their owner only, whatever the umask says.
            with temporary.open("xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            if target.exists():
                temporary.chmod(target.stat().st_mode & 0o7777)
            os.replace(temporary, target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        _sync_folder(target.parent)
    except OSError as error:
        raise FileProblem(path, f"cannot be written: {reason(error)}") from error


def _refuse_what_cannot_be_replaced(target: Path) -> None:
    """Refuse what a move would replace and an ordinary write would not."""
    if target.exists():
        if not target.is_file():
            raise OSError(errno.EINVAL, "it is a folder or a device, not a file")
        if not os.access(target, os.W_OK):
            raise OSError(errno.EACCES, os.strerror(errno.EACCES))


def _sync_folder(folder: Path) -> None:
    """See to it that the file's new place outlives a loss of power."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        # Some network file systems have no such thing; the file is in its place all the same.
        with contextlib.suppress(OSError):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
