"""How much memory something takes, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_MEASURE = """
import sys

def peak():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1000

{prepare}
before = peak()
{act}
print(f"{{peak() - before:.0f}}")
"""


def megabytes_of(prepare: str, act: str, *arguments: str) -> float:
    """Return by how many megabytes `act` exceeds what `prepare` has taken at most.

    Both are Python, in a process of their own with `arguments`.
    """
    code = _MEASURE.format(prepare=prepare, act=act)
    root = Path(__file__).parents[2]
    child = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert child.returncode == 0, child.stderr
    return float(child.stdout)
