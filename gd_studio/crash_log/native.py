"""Native crashes: the files that `faulthandler` writes, and what becomes of them."""

from __future__ import annotations

import contextlib
import faulthandler
import os
import sys
from pathlib import Path
from typing import BinaryIO

from gd_studio.crash_log.file import append, path
from gd_studio.crash_log.frames import cleaned
from gd_studio.crash_log.versions import versions
from gd_studio.disk import make_own_folder, open_own

_PREFIX = "native-"

_MOST_BYTES = 1_000_000
"""What is read of a dump; one of many threads has some ten thousand."""


class NativeFile:
    """The file that `faulthandler` of this process writes to; none, where it cannot be made.

    Folders that are made for it go with it, unless something else is in them by then.
    """

    def __init__(self) -> None:
        self._file: BinaryIO | None = None
        self._path = path().with_name(f"{_PREFIX}{os.getpid()}.txt")
        folder = self._path.parent
        self._folders = [folder, *(f for f in folder.parents if not os.path.exists(f))]
        with contextlib.suppress(OSError):
            make_own_folder(folder)
            self._file = open_own(self._path, "wb")
            self._file.write(f"{versions()}\n".encode())
            faulthandler.enable(self._file)

    def close(self) -> None:
        """Remove it: the process has come to its end."""
        if self._file is None:
            return
        faulthandler.disable()
        self._file.close()
        with contextlib.suppress(OSError):
            self._path.unlink()
            for folder in self._folders:
                folder.rmdir()  # which it does only where it is empty


def collect() -> None:
    """Move what native crashes have left into the log."""
    with contextlib.suppress(OSError):
        for file in sorted(path().parent.glob(f"{_PREFIX}*.txt")):
            with contextlib.suppress(OSError, ValueError):
                _collect(file, int(file.stem.removeprefix(_PREFIX)))


def _collect(file: Path, process: int) -> None:
    with open_own(file, "rb") as opened:
        written = os.fstat(opened.fileno()).st_mtime
        text = opened.read(_MOST_BYTES).decode(errors="replace")
    first, _, dump = text.replace("\r\n", "\n").partition("\n")
    if dump or not _lives(process):
        # First of all: who removes it, logs it. On Windows nobody can while its process lives.
        file.unlink()
    if dump:
        append(written, first, cleaned(dump))


def _lives(process: int) -> bool:
    """Whether there is such a process; on Windows, where asking would end it, not."""
    if sys.platform == "win32":
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # somebody else's
    return True
