"""The log's file: where it is, and how an entry gets into it."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from gd_studio.crash_log.versions import system
from gd_studio.disk import make_own_folder, open_own

_MOST_BYTES = 256 * 1024


def path() -> Path:
    """Return where the log is; there is no file before there is something in it."""
    return _folder() / "crash.log"


def _folder() -> Path:
    try:
        if sys.platform == "win32":
            local = os.environ.get("LOCALAPPDATA", "")
            folder = Path(local) if local else Path.home() / "AppData" / "Local"
            return folder / "GD Studio"
        if sys.platform == "darwin":
            return Path.home() / "Library" / "Logs" / "GD Studio"
        state = os.environ.get("XDG_STATE_HOME", "")
        folder = Path(state) if os.path.isabs(state) else Path.home() / ".local" / "state"
        return folder / "gd-studio"
    except RuntimeError:  # a user that the system does not know, as in a container
        return _folder_of_nobody()


def _folder_of_nobody() -> Path:
    """Return a folder for who has no home; in a place for all, each user has one of another name.

    Where there is no such place either, nothing can be made in what is returned.
    """
    import tempfile

    name = f"gd-studio-{os.getuid()}" if hasattr(os, "getuid") else "gd-studio"
    try:
        return Path(tempfile.gettempdir()) / name
    except OSError:
        return Path(os.devnull) / name


def append(when: float, versions: str, body: str) -> None:
    """Add an entry about what crashed then; raises ``OSError`` where it cannot be written."""
    log = path()
    make_own_folder(log.parent)
    day = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(when))
    with open_own(log, "ab") as file:
        file.write(f"{day}\n{versions}, {system()}\n{body}\n\n".encode(errors="backslashreplace"))
        size = os.fstat(file.fileno()).st_size
    if size > _MOST_BYTES:
        _shorten(log)


def _shorten(log: Path) -> None:
    """Keep the newest entries."""
    with open_own(log, "rb") as file:
        file.seek(-_MOST_BYTES, os.SEEK_END)
        newest = file.read(_MOST_BYTES)
    _, _, whole = newest.partition(b"\n\n")
    shorter = log.with_name(f"{log.name}.{os.getpid()}")
    with open_own(shorter, "wb") as file:
        file.write(whole)
    shorter.replace(log)
