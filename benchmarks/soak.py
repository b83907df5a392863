"""How much memory a long run takes, a step: ``python -m benchmarks.soak``; Linux only.

A run of plain descent on a function of two variables in the window, shown offscreen at 1440 × 900
with its plots live. Window and engine are told what they take by the kernel, as resident size; what
they have to show for it are the columns of the recording and what the status bar calls History.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gd_studio.desktop.app import create_application
from gd_studio.desktop.look.theme import ThemeKeeper
from gd_studio.desktop.main_window import MainWindow
from gd_studio.desktop.screenshots import settle, wait_until
from gd_studio.experiment import Experiment
from gd_studio.experiment.training import MOST_STEPS

SECONDS = 600.0
"""How long the run goes on."""

_WARM_UP = 0.2
"""The share of that in which buffers and caches may fill without counting."""

_SAMPLES = 20
"""How often the sizes are looked at."""

_MOST_OF_THE_WINDOW = 60.0
"""Bytes a step that the window may grow by, of which its columns are 40."""

_MOST_OF_THE_ENGINE = 1.1
"""By how many times its snapshots the engine may grow."""


@dataclass(frozen=True)
class Sizes:
    """What there is at a moment of the run, in bytes.

    Attributes
    ----------
    steps
        How many steps have been recorded.
    window, engine
        The resident size of each process.
    columns
        What the recording's columns hold.
    history
        What the snapshots take, as the status bar says.
    """

    steps: int
    window: int
    engine: int
    columns: int
    history: int


@dataclass(frozen=True)
class Growth:
    """Bytes a step, on a line through several moments: pages come by the two megabytes."""

    steps: int
    window: float
    engine: float
    columns: float
    history: float

    @classmethod
    def over(cls, found: Sequence[Sizes]) -> Growth:
        """Return what has come from the first to the last of some moments, two at least."""
        steps = [sizes.steps for sizes in found]
        rows = [(s.window, s.engine, s.columns, s.history) for s in found]
        slopes, _ = np.polyfit(steps, np.array(rows, dtype=np.float64), 1)
        return cls(steps[-1] - steps[0], *slopes.tolist())

    @property
    def is_small(self) -> bool:
        """Whether both processes keep to what they may."""
        return (
            self.window <= _MOST_OF_THE_WINDOW and self.engine <= _MOST_OF_THE_ENGINE * self.history
        )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="default 600")
    options = parser.parse_args()
    # A window nobody has used; and what it remembers is not the user's.
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CONFIG_HOME"] = folder
        growth = measure(options.seconds)
    print(
        f"{growth.steps:,} steps after the first {_WARM_UP:.0%} of the time; bytes a step:\n"
        f"window   {growth.window:6.1f}   (goal: at most {_MOST_OF_THE_WINDOW:g}), "
        f"of which its columns {growth.columns:.1f}\n"
        f"engine   {growth.engine:6.1f}   (goal: at most {_MOST_OF_THE_ENGINE:g} of History), "
        f"of which History {growth.history:.1f}"
    )
    return 0 if growth.is_small else 1


def measure(seconds: float) -> Growth:
    """Let a run go on for so long; raises ``TimeoutError`` where it does not begin."""
    application = create_application()
    keeper = ThemeKeeper(application, "light")
    window = MainWindow(_experiment(), keeper)
    window.resize(1440, 900)
    window.show()
    wait_until(lambda: window.is_ready)
    window.actions_of_window["run"].trigger()
    found = []
    for sizes in _watch(window, seconds):
        print(
            f"{sizes.steps:>12,} steps   window {sizes.window / 1e6:7.1f} MB, "
            f"columns {sizes.columns / 1e6:7.1f}   engine {sizes.engine / 1e6:7.1f} MB, "
            f"History {sizes.history / 1e6:6.1f}",
            flush=True,
        )
        found.append(sizes)
    window.trainer.stop()
    wait_until(lambda: window.trainer.active is None)
    window.close()
    window.deleteLater()
    keeper.deleteLater()
    settle(0.1)
    return Growth.over(found[round(_WARM_UP * _SAMPLES) :])


def _experiment() -> Experiment:
    """Plain descent along Rosenbrock's valley, for longer than anybody waits."""
    return Experiment.parse(
        {
            "problem": {
                "kind": "function",
                "function": {"key": "rosenbrock"},
                "starts": [[-1.2, 1.7]],
            },
            "optimizer": {"key": "sgd", "lr": 1e-4},
            "training": {"steps": MOST_STEPS},
        }
    )


def _watch(window: MainWindow, seconds: float) -> Iterator[Sizes]:
    """Look at the sizes `_SAMPLES` times, and once before; the window lives on in between."""
    wait_until(lambda: bool(window.table.rows) and window.table.rows[-1].run.steps > 0)
    begin = time.monotonic()
    for sample in range(_SAMPLES + 1):
        settle(max(0.0, begin + seconds * sample / _SAMPLES - time.monotonic()))
        run = window.table.rows[-1].run
        engine = window.trainer.worker.engine_pid
        assert run.recording is not None
        assert engine is not None
        yield Sizes(
            steps=run.steps,
            window=_resident(os.getpid()),
            engine=_resident(engine),
            columns=run.recording.nbytes,
            history=run.snapshot_bytes,
        )


def _resident(process: int) -> int:
    status = Path(f"/proc/{process}/status").read_text()
    found = re.search(r"^VmRSS:\s+(\d+) kB$", status, re.MULTILINE)
    assert found is not None
    return 1024 * int(found[1])


if __name__ == "__main__":
    sys.exit(main())
