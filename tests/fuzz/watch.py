"""What a process takes, by what the system says of it; nothing where it says nothing."""

from __future__ import annotations

from pathlib import Path


def resident(pid: int, *, alone: bool = False) -> float:
    """Return the megabytes that a process and those that it has started have in memory."""
    own = _status(pid, "VmRSS")
    return own if alone else own + sum(map(resident, _children(pid)))


def peak(pid: int) -> float:
    """Return the megabytes that a process has had in memory at most."""
    return _status(pid, "VmHWM")


def seconds(pid: int) -> float:
    """Return the seconds that a process has calculated for, those that it has started aside."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / 100


def _status(pid: int, name: str) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) / 1000 for line in lines if line.startswith(f"{name}:"))


def _children(pid: int) -> list[int]:
    try:
        threads = Path(f"/proc/{pid}/task").iterdir()
        return [
            int(child) for thread in threads for child in (thread / "children").read_text().split()
        ]
    except OSError:
        return []
