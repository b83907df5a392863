"""Letting an engine run an experiment to its end."""

from __future__ import annotations

import contextlib
import sys
from concurrent.futures import Future, ThreadPoolExecutor

from tqdm import tqdm

from gd_studio.cli.errors import InputError
from gd_studio.cli.interrupts import Interrupts
from gd_studio.foreign_text import bare, on_one_line
from gd_studio.link.client import EngineClient
from gd_studio.link.messages import Diagnosed, Failed, RunEvent, StartRun, Steps, Stop
from gd_studio.recording import Run

_POLL = 0.1
"""Seconds between looks for Ctrl-C; on Windows nothing else would let it through."""


class RunFailedError(Exception):
    """The engine could not run the experiment; the message has its traceback."""


def follow(this: Run, client: EngineClient, interrupts: Interrupts, *, shown: bool) -> None:
    """Run `this` to its end, which Ctrl-C brings about, and hear what is wrong with it.

    Parameters
    ----------
    client
        An engine that is idle.
    shown
        Whether to show a bar that fills.

    Raises
    ------
    InputError
        Where the data cannot be had.
    RunFailedError, EngineLostError
        Where the run could not go on to an end.
    KeyboardInterrupt
        Where it was interrupted twice, or before it had any data.
    """
    client.send(StartRun(this.experiment))
    # Events are read on another thread: an interrupt in the middle of one would lose its rest.
    with ThreadPoolExecutor(1) as threads:
        following = threads.submit(_receive, this, client, shown)
        try:
            _wait(following, client, interrupts)
        except KeyboardInterrupt:
            client.kill()  # or the thread would go on reading
            raise
    if this.failed is not None:
        raise _failure(this.failed, interrupts)


def _wait(following: Future[None], client: EngineClient, interrupts: Interrupts) -> None:
    asked = False
    while True:
        with contextlib.suppress(TimeoutError):
            return following.result(_POLL)
        if interrupts.came and not asked:
            client.send(Stop())
            asked = True


def _receive(this: Run, client: EngineClient, shown: bool) -> None:
    """Hand the engine's events to the run until it is over and diagnosed."""
    # Up to its first event the number of steps is not known.
    # The bar draws with what is spelled out of everything else that is printed.
    where, name = bare(sys.stderr), on_one_line(this.name)
    with tqdm(desc=name, file=where, unit="step", leave=False, disable=not shown) as bar:
        while not this.is_over:
            event = client.receive()
            assert isinstance(event, RunEvent)
            this.receive(event)
            if bar.total != this.total_steps:
                bar.reset(this.total_steps)
            if isinstance(event, Steps):
                bar.set_postfix(loss=f"{event.loss[-1]:.6g}", refresh=False)
                bar.update(len(event.step))
    if this.failed is None:
        diagnosed = client.receive()
        assert isinstance(diagnosed, Diagnosed)
        this.diagnosis = diagnosed.diagnosis


def _failure(failed: Failed, interrupts: Interrupts) -> BaseException:
    """What the end of a run that has failed means to whoever gave the command."""
    if failed.detail:
        return RunFailedError(f"{failed.message}\n{failed.detail}")
    if interrupts.came:
        return KeyboardInterrupt()
    # A sentence for the user: a file is missing, or does not hold what the experiment says.
    return InputError([failed.message])
