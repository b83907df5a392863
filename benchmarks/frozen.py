"""Time to the first painted window of the frozen program against that of the installed package.

    python -m benchmarks.frozen dist/gd-studio/gd-studio

Both take turns under Xvfb. What is on its screen is read from its memory, so that neither program
needs to know that it is timed.
"""

from __future__ import annotations

import argparse
import mmap
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

_SHAPE = (900, 1440)
_COLOURS = 16
"""A window has more than that from its first paint on; an empty screen has one."""

_PATIENCE = 60.0


class Screen:
    """A screen in memory, alone for one program.

    Attributes
    ----------
    name
        What ``DISPLAY`` has to be.
    """

    def __init__(self, name: str, memory: mmap.mmap) -> None:
        self.name = name
        self._memory = memory

    def is_painted(self) -> bool:
        """Whether something is drawn on it."""
        rows, columns = _SHAPE
        # The picture is at the end; before it is a header of a length of its own.
        size = 4 * rows * columns
        pixels = np.frombuffer(self._memory, np.uint32, offset=len(self._memory) - size)
        # Some of them, so that looking takes next to nothing from the program.
        return len(np.unique(pixels.reshape(_SHAPE)[::30, ::4] & 0xFFFFFF)) > _COLOURS


@contextmanager
def screen() -> Iterator[Screen]:
    """Have a screen for as long as the block lasts."""
    rows, columns = _SHAPE
    with tempfile.TemporaryDirectory() as folder:
        reader, writer = os.pipe()
        server = subprocess.Popen(
            [
                *("Xvfb", "-displayfd", str(writer), "-nolisten", "tcp", "-fbdir", folder),
                *("-screen", "0", f"{columns}x{rows}x24"),
            ],
            pass_fds=(writer,),
            stderr=subprocess.DEVNULL,
        )
        os.close(writer)
        try:
            with os.fdopen(reader) as pipe:
                name = f":{pipe.readline().strip()}"
            with (Path(folder) / "Xvfb_screen0").open("rb") as file:
                memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            yield Screen(name, memory)
        finally:
            server.terminate()
            server.wait()


def seconds_to_paint(command: list[str]) -> float:
    """Start `command` on an empty screen; return the seconds until a window is painted there.

    Raises
    ------
    TimeoutError
        Where there is none after a minute.
    """
    with screen() as shown, tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "DISPLAY": shown.name, "HOME": home, "XDG_CONFIG_HOME": home}
        # The window is to be on that screen, wherever else it could be.
        for other in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY"):
            environment.pop(other, None)
        begin = time.perf_counter()
        program = subprocess.Popen(command, env=environment)
        try:
            while not shown.is_painted():
                if program.poll() is not None or time.perf_counter() - begin > _PATIENCE:
                    raise TimeoutError(f"{command[0]} has painted no window")
                time.sleep(0.002)
            return time.perf_counter() - begin
        finally:
            program.terminate()
            program.wait()


def main() -> None:
    """Print the medians and their ratio."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.frozen", description=__doc__)
    parser.add_argument("frozen", help="the frozen program")
    parser.add_argument("--pairs", type=int, default=5, help="turns of each (default 5)")
    options = parser.parse_args()
    package = str(Path(sys.executable).with_name("gd-studio"))
    # After one turn that does not count.
    turns = [
        (seconds_to_paint([options.frozen]), seconds_to_paint([package]))
        for _ in range(options.pairs + 1)
    ][1:]
    frozen, installed = np.median(turns, axis=0)
    ratio = np.median([one / other for one, other in turns])
    print(
        f"first painted window, frozen / installed by pip   {ratio:.2f}   (goal: at most 1.5)   "
        f"{frozen:.2f} s / {installed:.2f} s, medians of {options.pairs} alternating pairs"
    )


if __name__ == "__main__":
    main()
