"""Files of the program's own, in a folder where nobody else can put things."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO, Literal

_READ = os.O_RDONLY
_APPEND = os.O_WRONLY | os.O_CREAT | os.O_APPEND
_WRITE = os.O_WRONLY | os.O_CREAT

_CAREFUL = 0
for _name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"):
    _CAREFUL |= getattr(os, _name, 0)

_OTHERS_MAY_WRITE = stat.S_IWGRP | stat.S_IWOTH


def make_own_folder(folder: Path) -> None:
    """Make `folder`, for its user alone, where it is missing.

    Raises
    ------
    OSError
        Where it cannot be made, or what is there is not the user's own.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    check_own_folder(folder)


def check_own_folder(folder: Path) -> None:
    """Raise ``OSError`` where `folder` is a link, somebody else's, or open to others' writing."""
    state = os.lstat(folder)
    if not stat.S_ISDIR(state.st_mode):
        raise OSError(errno.ENOTDIR, "it is no folder", os.fspath(folder))
    # On Windows a folder has the permissions of the one that it is in, which is the user's.
    if os.name == "posix" and (
        state.st_uid != os.geteuid() or stat.S_IMODE(state.st_mode) & _OTHERS_MAY_WRITE
    ):
        raise OSError(errno.EPERM, "it is not the user's own", os.fspath(folder))


def open_own(path: Path, mode: Literal["rb", "ab", "wb"]) -> BinaryIO:
    """Open a file in the user's own folder; one that is made can be read by the user alone.

    Nothing is kept in between: what is written is in the file, whatever becomes of the process.

    Raises
    ------
    OSError
        Where it cannot be opened, or is a link or anything else but a regular file, or the folder
        is not the user's own.
    """
    check_own_folder(path.parent)
    how = {"rb": _READ, "ab": _APPEND, "wb": _WRITE}[mode]
    descriptor = os.open(path, how | _CAREFUL, 0o600)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "it is no file", os.fspath(path))
        if mode == "wb":
            os.ftruncate(descriptor, 0)
        return os.fdopen(descriptor, mode, buffering=0)
    except BaseException:
        os.close(descriptor)
        raise
