"""The command as it is installed, ``gd-studio run FILE --set …``, in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from random import Random

from tests.fuzz.kinds import assignments, experiments

PATIENCE = 90.0
"""It loads torch twice, on a machine that has other things to do."""

_LIMIT = 60.0
_LONG = (b"samples", b"batch", b"epochs", b"steps", b"max_", b"hidden", b"channels", b"changes")
"""What can make a run long that is right."""

_SHORT = (
    b'{"problem": {"kind": "function", "function": {"key": "rosenbrock"}},'
    b' "optimizer": {"key": "sgd", "lr": 0.001}, "training": {"steps": 3}}'
)


def make(random: Random) -> bytes:
    """Return an experiment, and after a line of zeros assignments, a line each."""
    experiment = experiments.make(random)
    if random.randrange(3):
        # Most experiments are refused: those that are not say more of what comes after.
        experiment = _SHORT
    lines = assignments.make(random).split(b"\n")[1:] if random.randrange(3) else []
    return b"\n".join((experiment.replace(b"\n", b" "), b"0000", *lines))


def attempt(content: bytes, folder: Path) -> bool:
    """Run the command; it may refuse, but not break."""
    experiment, _, lines = content.partition(b"\n0000\n")
    path = folder / "input.gdstudio"
    path.write_bytes(experiment)
    command = [sys.executable, _launcher(folder), "run", path.name, "--quiet"]
    for line in lines.split(b"\n"):
        text = line.decode("utf-8", "surrogateescape").replace("\0", "")
        if not any(name in line for name in _LONG):
            command += ["--set", text]
    command += ["--set", "training.steps=3" if b"rosenbrock" in experiment else "training.epochs=1"]
    process = subprocess.Popen(
        command,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        start_new_session=True,  # so that its engine can be ended with it
    )
    try:
        _, told = process.communicate(timeout=_LIMIT)
    except subprocess.TimeoutExpired:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.communicate()
        raise
    text = told.decode("utf-8", "replace")
    assert "Traceback" not in text, text
    assert process.returncode in (0, 2), f"exit status {process.returncode}: {text}"
    return process.returncode == 0


def _launcher(folder: Path) -> str:
    """Write what pip makes of the command, in a folder of its own; return where."""
    path = folder / "bin" / "gd-studio"
    if not path.exists():
        path.parent.mkdir()
        path.write_text(
            "import sys\n"
            "from gd_studio.cli import main\n"
            "if __name__ == '__main__':\n"
            "    sys.exit(main())\n"
        )
    return str(path)
