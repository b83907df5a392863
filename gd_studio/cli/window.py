"""Opening the window."""

from __future__ import annotations

import gc
import os
import socket
import sys
from pathlib import Path

from gd_studio.cli.errors import InputError
from gd_studio.cli.reading import read_experiment
from gd_studio.experiment import Experiment
from gd_studio.files import example_keys, outside_tables


def open_window(name: str | None) -> int:
    """Open the window, with the example or file called `name` in it; return its exit status.

    Raises
    ------
    InputError
        Where the file is wrong, or there is no screen; no window has opened then.
    """
    if name is None:
        return _open(None)
    # Where it wants to read something from elsewhere, the window asks.
    experiment = read_experiment(name, allow_outside=True)
    if name not in example_keys() and outside_tables(experiment, name):
        return _open(None, Path(name).absolute())
    return _open(experiment)


def open_file(name: str | None) -> int:
    """Open the window, as `open_window` does, and let it say what is wrong with the file.

    Raises
    ------
    InputError
        Where there is no screen.
    """
    if not name or name in example_keys():
        return open_window(name or None)
    return _open(None, Path(name).absolute())


def _open(experiment: Experiment | None, file: Path | None = None) -> int:
    """Open the window where there is a screen; raises `InputError` where there is none."""
    if not _has_screen():
        raise InputError(
            ["there is no display to open a window on; 'gd-studio run' trains without one"]
        )
    display = os.environ.get("DISPLAY", "")
    if _is_x_alone() and not _answers(display):
        raise InputError(
            [f"the display '{display}' does not answer; 'gd-studio run' trains without one"]
        )
    # Loading makes no garbage; looking for some would take a tenth of the time to the first paint.
    # The window turns this on again.
    gc.disable()
    # Here and not above: the other commands are there in a fifth of the time without Qt.
    from gd_studio.desktop.app import open_window as open_desktop

    return open_desktop(experiment, file)


def _is_x_alone() -> bool:
    """Whether Qt will turn to the X display, and abort the process where that is not there."""
    others = ("WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return sys.platform == "linux" and not any(os.environ.get(name) for name in others)


def _answers(display: str) -> bool:
    """Whether there is an X server on this computer's display, ``:0`` or ``:0.0``.

    One on another computer is taken to be there.
    """
    host, _, number = display.partition(":")
    if host not in ("", "unix"):
        return True
    place = f"/tmp/.X11-unix/X{number.partition('.')[0]}"
    for address in (place, f"\0{place}"):
        with socket.socket(socket.AF_UNIX) as server:
            if server.connect_ex(address) == 0:
                return True
    return False


def _has_screen() -> bool:
    """Whether Qt will find a display; without one it would abort the process."""
    if sys.platform != "linux":
        return True
    return any(os.environ.get(v) for v in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
