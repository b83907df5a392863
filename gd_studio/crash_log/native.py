"""Native crashes: the files that `faulthandler` writes, and what becomes of them."""

from __future__ import annotations

import contextlib
import faulthandler
import os
import sys
from pathlib import Path

from gd_studio.crash_log.file import append, path
from gd_studio.crash_log.frames import cleaned
from gd_studio.crash_log.versions import versions

_PREFIX = "native-"


class NativeFile:
    """The file that `faulthandler` of this process writes to; none, where it cannot be made.

    Folders that are made for it go with it, unless something else is in them by then.
    """

    def __init__(self) -> None:
        self._file: int | None = None
        self._path = path().with_name(f"{_PREFIX}{os.getpid()}.txt")
        folder = self._path.parent
        self._folders = [folder, *(above for above in folder.parents if not above.exists())]
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            how = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | getattr(os, "O_BINARY", 0)
            self._file = os.open(self._path, how, 0o600)
            os.write(self._file, f"{versions()}\n".encode())
            faulthandler.enable(self._file)

    def close(self) -> None:
        """Remove it: the process has come to its end."""
        if self._file is None:
            return
        faulthandler.disable()
        os.close(self._file)
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
    first, _, dump = file.read_text(errors="replace").partition("\n")
    written = file.stat().st_mtime
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
