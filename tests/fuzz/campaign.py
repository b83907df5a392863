"""The loop: an input is made and tried, what becomes of it is judged and counted."""

from __future__ import annotations

import contextlib
import hashlib
import multiprocessing
import os
import re
import shutil
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.fuzz import watch
from tests.fuzz.worker import INPUT, serve
from tests.helpers.traps import Traps

MOST_MEGABYTES = 2000.0
_TIRED = 1000.0  # megabytes of a worker that is replaced when it has nothing to do
_LOADING = 60.0  # seconds
_OFTEN = 0.02  # seconds between looks at it


@dataclass(frozen=True)
class Finding:
    """An input that should not have done what it did."""

    kind: str
    what: str
    content: bytes

    @property
    def cause(self) -> str:
        """What it has in common with others: the last line, and where it was."""
        places = re.findall(r'File ".*?([^/"]+)", line (\d+)', self.what)
        last = re.sub(r"\d+|'.*'", "…", self.what.strip().splitlines()[-1])[:80]
        return f"{self.kind}: {last} {places[-1] if places else ''}"


@dataclass
class Tally:
    """How many inputs of a kind there were, and what came of them."""

    accepted: int = 0
    refused: int = 0
    findings: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0


class Workers:
    """One worker at a time; a context that ends it."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="gd-studio-fuzz-"))
        self._traps = Traps(self.folder, self.folder / "executed")
        self._process: Any = None
        self._connection: Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end()
        shutil.rmtree(self.folder, ignore_errors=True)

    def attempt(self, module: str, seed: str, content: bytes | None) -> Finding | bool:
        """Try an input, made with `seed` where it is not given; say whether it was accepted."""
        kind = module.rpartition(".")[2]
        connection = self._ready()
        connection.send((module, seed, content))
        answer, what, is_lost = None, "", True
        try:
            # Loading what a kind needs, and making an input, is no part of trying it.
            what = self._watch(connection, _LOADING)
            patience = None if what else connection.recv()
            if isinstance(patience, float):
                what = self._watch(connection, patience)
                answer = None if what else connection.recv()
                is_lost = bool(what)
            else:
                what = f"no input was made: {what or patience}"
        except (EOFError, OSError):
            what = f"the process died: exit status {self._exit_code()}"
        what = self._executed() or what or (answer if isinstance(answer, str) else "")
        if not what and watch.peak(self._process.pid) > MOST_MEGABYTES:
            what, is_lost = f"it took {watch.peak(self._process.pid):,.0f} MB", True
        tried = content
        if tried is None:
            tried = (self.folder / INPUT).read_bytes() if (self.folder / INPUT).exists() else b""
        if is_lost or watch.resident(self._process.pid, alone=True) > _TIRED:
            self.end()
        return Finding(kind, what, tried) if what else bool(answer)

    def _executed(self) -> str:
        """Say which traps were sprung; empty where none was. They are set again."""
        names = self._traps.take()
        return f"{', '.join(names)} of the folder was executed" if names else ""

    def end(self) -> None:
        """End the worker and what it has started."""
        if self._process is None:
            return
        if hasattr(os, "killpg"):
            with contextlib.suppress(OSError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        self._process.join()
        self._connection.close()
        self._process = None

    def _ready(self) -> Connection:
        if self._process is None:
            context = multiprocessing.get_context("spawn")
            self._connection, theirs = context.Pipe()
            self._process = context.Process(target=serve, args=(theirs, str(self.folder)))
            self._process.start()
            theirs.close()
            self._connection.recv()
        assert self._connection is not None
        return self._connection

    def _watch(self, connection: Connection, patience: float) -> str:
        """Wait for an answer; say what it was that did not end well."""
        pid, begin = self._process.pid, time.monotonic()
        calculated = watch.seconds(pid)
        while not connection.poll(_OFTEN):
            if (megabytes := watch.resident(pid)) > MOST_MEGABYTES:
                return f"it took {megabytes:,.0f} MB"
            # The machine may be busy: what counts is what the process itself has had.
            waited = time.monotonic() - begin
            if watch.seconds(pid) - calculated > patience or waited > 4 * patience:
                return f"it did not end within {patience:.0f} seconds"
        return ""

    def _exit_code(self) -> Any:
        self._process.join(1)
        return self._process.exitcode


def run(
    kinds: Sequence[str], seed: int, seconds: float, out: Path
) -> tuple[dict[str, Tally], list[Finding]]:
    """Try inputs of all `kinds`, modules by name, for some time.

    The first input for each cause is written to `out`.
    """
    tallies = {kind: Tally() for kind in kinds}
    findings: dict[str, Finding] = {}
    end = time.monotonic() + seconds
    with Workers() as workers:
        for kind in kinds:
            workers.attempt(kind, "warm-up", None)
        for kind, number in _turns(tallies, end):
            tally, begin = tallies[kind], time.monotonic()
            found = workers.attempt(kind, f"{seed} {kind} {number}", None)
            tally.seconds += time.monotonic() - begin
            if isinstance(found, Finding):
                tally.findings[found.cause] += 1
                if found.cause not in findings:
                    findings[found.cause] = found
                    write(found, out)
            elif found:
                tally.accepted += 1
            else:
                tally.refused += 1
    return tallies, list(findings.values())


def write(finding: Finding, out: Path) -> Path:
    """Write the input of a finding, and beside it what it did; return where."""
    out.mkdir(parents=True, exist_ok=True)
    path = out / f"{finding.kind}-{hashlib.sha256(finding.content).hexdigest()[:12]}.bin"
    path.write_bytes(finding.content)
    again = f"make fuzz ARGS='--replay {path}'"
    path.with_suffix(".txt").write_text(f"{finding.what}\n\n{again}\n", errors="backslashreplace")
    return path


def _turns(tallies: dict[str, Tally], end: float) -> Iterator[tuple[str, int]]:
    """Yield kinds in turn, the one that has had the least time next, with the numbers of inputs."""
    counts: Counter[str] = Counter()
    while time.monotonic() < end:
        kind = min(tallies, key=lambda name: tallies[name].seconds)
        yield kind, counts[kind]
        counts[kind] += 1
