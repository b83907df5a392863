"""The training loop: leaner than the usual one, with the same bits.

One flat tensor for all parameters, the optimizer's bare step, and rows copied instead of lists
appended.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sized
from dataclasses import dataclass
from math import isfinite

import torch

from gd_studio.engine.course import Course
from gd_studio.engine.diagnosis import Finish
from gd_studio.engine.problems import FunctionTask
from gd_studio.engine.recorder import Recorder


@dataclass(frozen=True)
class Taken:
    """What became of some steps.

    Attributes
    ----------
    count
        How many were taken; a row of each is in the recorder.
    finish
        Why the run is over after them, where it is.
    diverged
        Whether the loss of the next one is not finite.
    """

    count: int
    finish: Finish | None = None
    diverged: bool = False


def take_steps(
    course: Course,
    recorder: Recorder,
    taken: int,
    most: int,
    deadline: float,
    interruptions: Sized = (),
) -> Taken:
    """Take up to `most` steps after the first `taken`, within one phase of the run.

    Parameters
    ----------
    deadline
        When to stop, as ``time.perf_counter`` tells it; one step is taken in any case.
    interruptions
        Stops as soon as there are any.
    """
    loop = _from_one_start if course.starts is None else _from_many_starts
    # A loop may be left by an exception while gradients are switched off.
    with torch.enable_grad():
        return loop(course, recorder, taken, most, deadline, interruptions)


def _from_one_start(
    course: Course,
    rows: Recorder,
    taken: int,
    most: int,
    deadline: float,
    interruptions: Sized,
) -> Taken:
    """The loop itself. Names are local because looking them up is a tenth of a step."""
    flat, task, stepper = course.flat, course.task, course.stepper
    zero_grad, compute_loss = flat.gradients.zero_, task.loss
    step, needs_loss, group = stepper.take, stepper.needs_loss, stepper.group
    add_noise = course.noise.add if course.noise.scale else None
    clip, schedules, watches = course.clip, course.schedules, course.watches
    advance = _advance(course)
    losses, rates = rows.losses, rows.rates
    parameters, new_parameters = rows.parameters.target, rows.parameters.source
    gradients, new_gradients = rows.gradients.target, rows.gradients.source
    memory, stride = rows.memory.pairs, rows.memory.stride
    # What backward() would make anew at every step: d loss / d loss.
    one = (torch.ones((), dtype=flat.values.dtype, device=flat.values.device),)
    # What loss.backward() calls after checks that cannot fail here.
    backward = torch.autograd.Variable._execution_engine.run_backward
    set_grad_enabled, now = torch._C._set_grad_enabled, time.perf_counter
    if not schedules:
        rates[:most] = group["lr"]
    count = 0
    while count < most:
        zero_grad()
        try:
            loss = compute_loss()
        except RuntimeError:
            # Some losses refuse what is not finite instead of passing it on.
            if task.is_finite():
                raise
            return Taken(count, diverged=True)
        value = loss.item()
        if not isfinite(value):
            return Taken(count, diverged=True)
        backward((loss,), one, False, False, (), allow_unreachable=True, accumulate_grad=True)
        set_grad_enabled(False)
        if add_noise is not None:
            add_noise()
        gradients[count] = new_gradients
        if clip is not None:
            clip()
        if needs_loss:
            step(value)
        else:
            step()
        if schedules:
            rates[count] = group["lr"]
        if advance is not None:
            advance(value)
        set_grad_enabled(True)
        parameters[count] = new_parameters
        losses[count] = value
        count += 1
        if memory and not (taken + count) % stride:
            for target, source in memory:
                target[count - 1] = source
        if watches:
            finish = course.watch(taken + count, value, rows.gradients, count - 1)
            if finish is not None:
                return Taken(count, finish)
        if now() >= deadline or interruptions:
            break
    return Taken(count)


def _from_many_starts(
    course: Course,
    rows: Recorder,
    taken: int,
    most: int,
    deadline: float,
    interruptions: Sized,
) -> Taken:
    """The same loop, in which a start that diverges stays where it was, and the rest go on."""
    starts, task, stepper = course.starts, course.task, course.stepper
    assert starts is not None
    assert isinstance(task, FunctionTask)
    advance = _advance(course)
    count = 0
    while count < most:
        course.flat.gradients.zero_()
        losses = task.losses()
        losses.sum().backward()
        if course.noise.scale:
            course.noise.add()
        starts.before_step(losses.detach(), taken + count + 1)
        if not starts.any_alive:
            return Taken(count, diverged=True)
        mean_loss = starts.mean_loss
        rows.losses[count] = mean_loss
        rows.rates[count] = stepper.group["lr"]
        rows.gradients.target[count] = rows.gradients.source
        with torch.no_grad():
            if course.clip is not None:
                course.clip()
            stepper.take()
            if advance is not None:
                advance(mean_loss)
        starts.after_step(taken + count + 1)
        rows.parameters.target[count] = rows.parameters.source
        count += 1
        if not (taken + count) % rows.memory.stride:
            rows.memory.record(count - 1)
        if course.watches:
            finish = course.watch(taken + count, mean_loss, rows.gradients, count - 1)
            if finish is not None:
                return Taken(count, finish)
        if time.perf_counter() >= deadline or interruptions:
            break
    return Taken(count)


def _advance(course: Course) -> Callable[[float], None] | None:
    """Return what moves the schedules on after each step; ``None`` where nothing does."""
    if not course.schedules or course.schedules_epochs:
        return None
    first, *others = course.schedules

    def advance(loss: float) -> None:
        first.advance(loss)
        for schedule in others:
            schedule.advance(loss)

    return advance
