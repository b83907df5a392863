"""The log's file: where it is, and how an entry gets into it."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from gd_studio.crash_log.versions import system

_MOST_BYTES = 256 * 1024


def path() -> Path:
    """Return where the log is; there is no file before there is something in it."""
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA", "")
        folder = Path(local) if local else _home() / "AppData" / "Local"
        return folder / "GD Studio" / "crash.log"
    if sys.platform == "darwin":
        return _home() / "Library" / "Logs" / "GD Studio" / "crash.log"
    state = os.environ.get("XDG_STATE_HOME", "")
    folder = Path(state) if os.path.isabs(state) else _home() / ".local" / "state"
    return folder / "gd-studio" / "crash.log"


def _home() -> Path:
    try:
        return Path.home()
    except RuntimeError:  # a user that the system does not know, as in a container
        import tempfile

        return Path(tempfile.gettempdir())


def append(when: float, versions: str, body: str) -> None:
    """Add an entry about what crashed then; raises ``OSError`` where it cannot be written."""
    log = path()
    log.parent.mkdir(parents=True, exist_ok=True)
    day = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(when))
    with log.open("ab") as file:
        file.write(f"{day}\n{versions}, {system()}\n{body}\n\n".encode(errors="backslashreplace"))
    if log.stat().st_size > _MOST_BYTES:
        _shorten(log)


def _shorten(log: Path) -> None:
    """Keep the newest entries."""
    newest = log.read_bytes()[-_MOST_BYTES:]
    _, _, whole = newest.partition(b"\n\n")
    shorter = log.with_name(f"{log.name}.{os.getpid()}")
    shorter.write_bytes(whole)
    shorter.replace(log)
