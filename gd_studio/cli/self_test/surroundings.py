"""A place for all that is written while something is tried out."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from gd_studio.cli.errors import InputError

_PLACES = (
    *("TMPDIR", "TEMP", "TMP"),
    *("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"),
    *("APPDATA", "LOCALAPPDATA"),
    "MPLCONFIGDIR",
)
"""Where programs keep what they remember and what they need for a moment."""


@contextlib.contextmanager
def surroundings() -> Iterator[Path]:
    """Yield a folder that is gone afterwards, with all that is in it.

    Processes that are started meanwhile have their settings, caches and temporary files in it too.
    """
    before = {name: os.environ.get(name) for name in _PLACES}
    try:
        tempfile.gettempdir()
    except OSError as error:
        raise InputError(["--self-test: there is no folder for temporary files"]) from error
    # Windows may hold files of a process that was ended a moment ago: no reason to fail.
    with tempfile.TemporaryDirectory(prefix="gd-studio-", ignore_cleanup_errors=True) as folder:
        os.environ.update(dict.fromkeys(_PLACES, folder))
        try:
            yield Path(folder)
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value
