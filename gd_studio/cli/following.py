"""Letting an engine run an experiment to its end."""

from __future__ import annotations

import contextlib
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
from tqdm import tqdm

from gd_studio.cli.errors import FailureError, InputError
from gd_studio.cli.interrupts import Interrupts
from gd_studio.foreign_text import bare, on_one_line
from gd_studio.link.client import EngineClient, EngineLostError
from gd_studio.link.messages import (
    Diagnosed,
    Finished,
    FinishReason,
    RunEvent,
    StartRun,
    Steps,
    Stop,
)
from gd_studio.recording import Run

_POLL = 0.1
"""Seconds between looks for Ctrl-C; on Windows nothing else would let it through."""


def follow(this: Run, client: EngineClient, interrupts: Interrupts, *, shown: bool) -> None:
    """Run `this` to its end, which being asked to end brings about, and hear what is wrong with it.

    Where the engine fails or is lost on the way, the run ends as failed, with the steps that there
    are.

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
    FailureError
        Where the engine failed or was lost before the first step.
    KeyboardInterrupt
        Where it was interrupted twice, or before it had any data.
    """
    begin = time.monotonic()
    # Events are read on another thread: an interrupt in the middle of one would lose its rest.
    with ThreadPoolExecutor(1) as threads:
        try:
            client.send(StartRun(this.experiment))
            following = threads.submit(_receive, this, client, shown)
            _wait(following, client, interrupts)
        except EngineLostError as error:
            _keep_what_there_is(this, str(error), time.monotonic() - begin)
        except KeyboardInterrupt:
            client.kill()  # or the thread would go on reading
            raise
    if this.failed is None:
        return
    if this.failed.detail:
        why = f"the engine failed: {this.failed.message}"
        _keep_what_there_is(this, why, time.monotonic() - begin)
        return
    if interrupts.came:
        raise KeyboardInterrupt
    # A sentence for the user: a file is missing, or does not hold what the experiment says.
    raise InputError([this.failed.message])


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


def has_failed(run: Run) -> bool:
    """Whether a run ended because its engine failed or was lost."""
    return run.finished is not None and run.finished.reason is FinishReason.FAILED


def _keep_what_there_is(this: Run, why: str, seconds: float) -> None:
    """End a run whose engine says no more; one that is over, and undiagnosed, stays as it is."""
    if this.finished is not None:
        return
    recording = this.recording
    if recording is None or not len(recording):
        raise FailureError(f"{this.name}: {why}")
    steps, recorded = len(recording), int(recording.parameter_steps[-1])
    detail = f"Failed after step {steps:,}: {why}."
    if recorded < steps:
        detail = f"{detail} The parameters are those after step {recorded:,}."
    last = {"train_loss": recording.loss, "grad_norm": recording.grad_norm, "lr": recording.lr}
    final = {name: float(column[-1]) for name, column in last.items()}
    parameters = np.array(recording.latest)
    this.finished = Finished(FinishReason.FAILED, detail, steps, seconds, parameters, final)
