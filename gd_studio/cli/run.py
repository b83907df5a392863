"""Running an experiment without a window."""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from tqdm import tqdm

from gd_studio.cli.errors import InputError
from gd_studio.cli.output import prepare_folder, write_output
from gd_studio.cli.reading import change, read_experiment
from gd_studio.files import FileProblem
from gd_studio.link.client import EngineClient
from gd_studio.link.environment import Environment
from gd_studio.link.messages import Finished, Ready, RunEvent, StartRun, Steps, Stop
from gd_studio.recording import Run

_POLL = 0.1
"""Seconds between looks for Ctrl-C; on Windows nothing else would let it through."""

_FEW = 4
"""Up to this many parameters are printed."""


class RunFailedError(Exception):
    """The engine could not run the experiment; the message has its traceback."""


def run(name: str, assignments: Sequence[str], out: Path | None, *, quiet: bool) -> int:
    """Run the example or file called `name`; return the exit status.

    Parameters
    ----------
    assignments
        Fields to set before, ``path=value`` each.
    out
        The folder that the results are written to; ``None`` for nowhere.
    quiet
        Whether to print nothing.

    Raises
    ------
    InputError
        Where anything that was given is wrong; nothing has been run or written then.
    RunFailedError, EngineLostError
        Where the run could not go on to an end.
    """
    experiment = change(read_experiment(name), assignments)
    with contextlib.closing(EngineClient()) as client:
        ready = client.receive()
        assert isinstance(ready, Ready)
        _check_device(experiment.device, ready.environment)
        if out is not None:
            prepare_folder(out)
        this = Run(experiment, experiment.title or name)
        # To be asked to end is no reason to lose what there is.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        client.send(StartRun(experiment))
        finished = _finish(this, client, shown=sys.stderr.isatty() and not quiet)
        written = _write(out, this, ready.environment, client) if out is not None else []
    if not quiet:
        print(_summary(this, finished))
        if written:
            print(f"Written to {out}: {', '.join(written)}.")
    return 0


def _write(out: Path, this: Run, environment: Environment, client: EngineClient) -> list[str]:
    try:
        return write_output(out, this, environment, client)
    except FileProblem as problem:
        raise InputError([str(problem)]) from problem


def _check_device(key: str, environment: Environment) -> None:
    """Refuse a device that is not there; the engine knows which are."""
    usable = [device.key for device in environment.devices if device.available]
    # torch takes "cuda" for the first of them.
    if key in usable or f"{key}:0" in usable:
        return
    reasons = [d.reason for d in environment.devices if d.key == key.partition(":")[0] and d.reason]
    why = f": {reasons[0]}" if reasons else ""
    raise InputError([f"device: there is no '{key}' here{why}; there is {', '.join(usable)}"])


def _finish(this: Run, client: EngineClient, *, shown: bool) -> Finished:
    """Let a run that has been started come to its end; Ctrl-C brings it about."""
    # Events are read on another thread: an interrupt in the middle of one would lose its rest.
    with ThreadPoolExecutor(1) as threads:
        following = threads.submit(_follow, this, client, shown)
        try:
            _wait(following)
        except KeyboardInterrupt:
            client.send(Stop())
            try:
                _wait(following)
            except KeyboardInterrupt:
                client.kill()  # or the thread would go on reading
                raise
    if this.failed is not None:
        raise RunFailedError(f"{this.failed.message}\n{this.failed.detail}")
    assert this.finished is not None
    return this.finished


def _wait(following: Future[None]) -> None:
    while True:
        with contextlib.suppress(TimeoutError):
            return following.result(_POLL)


def _follow(this: Run, client: EngineClient, shown: bool) -> None:
    """Hand the engine's events to the run until it is over."""
    with tqdm(total=this.total_steps, unit="step", leave=False, disable=not shown) as bar:
        while not this.is_over:
            event = client.receive()
            assert isinstance(event, RunEvent)
            this.receive(event)
            if isinstance(event, Steps):
                bar.set_postfix(loss=f"{event.loss[-1]:.6g}", refresh=False)
                bar.update(len(event.step))


def _summary(this: Run, finished: Finished) -> str:
    lines = [finished.detail, f"Steps: {finished.steps:,} in {finished.seconds:.3g} s."]
    # Of several starts each has a loss of its own, "loss[3]"; those are for the file.
    told = {name: value for name, value in finished.final.items() if "[" not in name}
    numbers = ", ".join(f"{name} {value:.6g}" for name, value in told.items())
    if numbers:
        lines.append(f"At the end: {numbers}.")
    labels = this.experiment.layout.labels
    if len(labels) <= _FEW:
        pairs = zip(labels, finished.parameters.tolist(), strict=True)
        lines.append(f"Parameters: {', '.join(f'{label} {value:.6g}' for label, value in pairs)}.")
    return "\n".join(lines)
