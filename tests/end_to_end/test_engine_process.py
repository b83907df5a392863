from __future__ import annotations

import os
import signal
import time
from typing import Any

import numpy as np
import pytest

from gd_studio.link.client import EngineClient, EngineLostError
from gd_studio.link.diagnosis import DiagnosisKind
from gd_studio.link.messages import (
    Answer,
    Ask,
    Diagnosed,
    Failed,
    Finished,
    FinishReason,
    LimitSpeed,
    Pause,
    Paused,
    Ready,
    Refusal,
    Resume,
    Resumed,
    Started,
    StartRun,
    Steps,
    Stop,
    TakeStep,
    Visit,
)
from gd_studio.link.questions import ShowPreview
from tests.helpers.experiments import circle_perceptron, linear_regression

FOREVER = {"epochs": 1_000_000_000}


@pytest.fixture
def engine():
    client = EngineClient()
    assert isinstance(client.receive(), Ready)
    yield client
    client.close()


def until(engine: EngineClient, kind: type) -> tuple[list, Any]:
    """Receive until an event of a kind comes: (what came before it, the event)."""
    before = []
    while not isinstance(event := engine.receive(), kind):
        before.append(event)
    return before, event


def test_a_run_begins_with_started_ends_with_finished_and_drops_no_step(engine) -> None:
    engine.send(StartRun(linear_regression()))
    events, finished = until(engine, Finished)

    assert isinstance(events[0], Started)
    assert all(isinstance(event, Steps) for event in events[1:])
    steps = np.concatenate([event.step for event in events[1:]])
    assert steps.tolist() == list(range(1, 1001))
    assert finished.reason is FinishReason.COMPLETED


def test_a_run_that_has_ended_is_diagnosed(engine) -> None:
    engine.send(StartRun(linear_regression(optimizer={"key": "sgd", "lr": 0.2}), run=5))
    _, finished = until(engine, Finished)
    between, diagnosed = until(engine, Diagnosed)

    assert between == []
    assert diagnosed.run == 5
    assert diagnosed.diagnosis.kind is DiagnosisKind.DIVERGED
    assert f"Diverged at step {finished.steps + 1}" in diagnosed.diagnosis.sentence


def test_a_run_that_is_begun_at_once_goes_before_the_diagnosis_of_the_last(engine) -> None:
    engine.send(StartRun(linear_regression(), run=1))
    engine.send(StartRun(linear_regression(training=FOREVER), run=2))
    _, first = until(engine, Finished)
    before, _ = until(engine, Steps)
    assert not any(isinstance(event, Diagnosed) for event in before)
    engine.send(Stop())
    until(engine, Finished)
    _, one = until(engine, Diagnosed)
    _, two = until(engine, Diagnosed)

    assert first.reason in (FinishReason.STOPPED, FinishReason.COMPLETED)
    assert (one.run, two.run) == (1, 2)


def test_a_visit_is_not_lost_while_a_run_is_diagnosed_and_neither_is_the_diagnosis(engine) -> None:
    experiment = linear_regression()
    engine.send(StartRun(experiment, run=1))
    until(engine, Finished)
    for step in (400, 2):
        engine.send(Visit(1, step, experiment, 1000))
    engine.send(StartRun(experiment, run=2))
    before, finished = until(engine, Finished)
    _, diagnosed = until(engine, Diagnosed)
    told = [*before, diagnosed]
    while not {1, 2} <= {event.run for event in told if isinstance(event, Diagnosed)}:
        told.append(engine.receive())

    assert finished.steps == 1000
    assert all(event.diagnosis.kind is None for event in told if isinstance(event, Diagnosed))


def test_pausing_stepping_and_resuming_change_nothing_about_the_numbers(engine) -> None:
    experiment = circle_perceptron(training={"epochs": 400})
    engine.send(StartRun(experiment))
    _, undisturbed = until(engine, Finished)

    engine.send(StartRun(experiment, paused=True))
    until(engine, Paused)
    engine.send(TakeStep())
    before, _ = until(engine, Paused)
    # What is wrong with the run before is found out while this one holds.
    steps = [event.step.tolist() for event in before if isinstance(event, Steps)]
    assert steps == [[1]]
    engine.send(TakeStep(count=5))
    before, _ = until(engine, Paused)
    steps = [event.step.tolist() for event in before if isinstance(event, Steps)]
    assert steps == [[2, 3, 4, 5, 6]]
    engine.send(Resume())
    until(engine, Resumed)
    engine.send(Pause())
    engine.send(Resume())
    _, finished = until(engine, Finished)

    assert finished.steps == 400
    assert np.array_equal(finished.parameters, undisturbed.parameters)


def test_a_stopped_run_keeps_its_steps(engine) -> None:
    engine.send(StartRun(linear_regression(training=FOREVER)))
    _, first = until(engine, Steps)
    engine.send(Stop())
    events, finished = until(engine, Finished)

    assert finished.reason is FinishReason.STOPPED
    last = [first, *(event for event in events if isinstance(event, Steps))][-1]
    assert finished.steps == last.step[-1]
    assert np.array_equal(finished.parameters, last.parameters[-1])


def test_the_speed_limit_holds_and_can_be_changed_while_running(engine) -> None:
    engine.send(StartRun(linear_regression(training=FOREVER), steps_per_second=20))
    until(engine, Steps)
    begin, steps = time.monotonic(), 0
    while time.monotonic() - begin < 1.0:
        event = engine.receive()
        steps += len(event.step)
        assert len(event.step) <= 3
    assert 10 <= steps <= 30
    engine.send(LimitSpeed(None))
    begin = time.monotonic()
    while time.monotonic() - begin < 0.5:
        event = engine.receive()
    assert len(event.step) > 3


def test_questions_are_answered_while_a_run_is_going(engine) -> None:
    engine.send(StartRun(linear_regression(training=FOREVER)))
    until(engine, Steps)
    engine.send(Ask(7, ShowPreview(circle_perceptron())))
    _, answer = until(engine, Answer)

    assert answer.number == 7
    assert answer.value.features.shape == (100, 2)


def test_a_question_that_has_no_answer_is_refused_and_the_engine_lives(engine) -> None:
    from gd_studio.link.questions import DecodeModel

    engine.send(Ask(1, DecodeModel(b"nonsense")))
    _, refusal = until(engine, Refusal)
    engine.send(StartRun(linear_regression(training={"epochs": 1})))
    _, finished = until(engine, Finished)

    assert "not safe to load" in refusal.message
    assert finished.steps == 1


def test_a_device_that_is_not_there_fails_the_run_and_not_the_engine(engine) -> None:
    engine.send(StartRun(linear_regression(device="mps")))
    _, failed = until(engine, Failed)
    engine.send(StartRun(linear_regression(training={"epochs": 3})))
    _, finished = until(engine, Finished)

    assert failed.message
    assert finished.steps == 3


def test_an_engine_that_is_killed_is_noticed_with_how_it_ended(engine) -> None:
    engine.send(StartRun(linear_regression(training=FOREVER)))
    until(engine, Steps)
    os.kill(engine.pid, signal.SIGKILL)

    with pytest.raises(EngineLostError, match="signal 9"):
        until(engine, Finished)


def test_closing_in_the_middle_of_a_run_takes_less_than_a_second() -> None:
    client = EngineClient()
    client.receive()
    client.send(StartRun(circle_perceptron(training=FOREVER)))
    until(client, Steps)
    pid = client.pid
    begin = time.monotonic()
    client.close()

    assert time.monotonic() - begin < 1.0
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_device_that_is_not_here_is_told_in_a_sentence_and_is_no_crash(engine) -> None:
    engine.send(StartRun(linear_regression(device="cuda:99")))
    _, failed = until(engine, Failed)

    assert failed.message == "this computer has no device 'cuda:99': choose another"
    assert failed.detail == ""
