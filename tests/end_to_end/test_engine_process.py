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
    Inspect,
    LimitSpeed,
    NotVisited,
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
    Visited,
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


def test_a_branch_that_is_over_where_it_begins_is_finished_and_diagnosed(engine) -> None:
    experiment = linear_regression(training={"epochs": 1, "batch_size": 10})
    engine.send(StartRun(experiment, run=1))
    _, first = until(engine, Diagnosed)
    # Five steps are an epoch of batches of 20, and of half the batches of 10.
    branch = experiment.branch(5, {"training.batch_size": 20})
    for run, paused in ((2, False), (3, True)):
        engine.send(StartRun(branch, run=run, parent=1, after=5, paused=paused))
        begun, finished = until(engine, Finished)
        between, diagnosed = until(engine, Diagnosed)

        assert [type(event) for event in begun] == [Started]
        assert (begun[0].after, begun[0].total_steps) == (5, 5)
        assert (finished.reason, finished.steps) == (FinishReason.COMPLETED, 5)
        assert finished.final.keys() >= {"train_loss", "grad_norm", "lr"}
        assert (between, diagnosed.run) == ([], run)
    engine.send(StartRun(branch, run=4))
    _, straight = until(engine, Finished)

    assert first.run == 1
    assert finished.detail == straight.detail
    assert finished.final == straight.final
    assert finished.parameters.tobytes() == straight.parameters.tobytes()


def test_a_branch_that_is_over_where_it_begins_can_be_stopped_on_its_way_there(engine) -> None:
    experiment = linear_regression(training={"epochs": 2_000, "batch_size": 10})
    branch = experiment.branch(19_990, {"training.batch_size": 100}).branch(
        19_991, {"optimizer.lr": 0.02}
    )
    engine.send(StartRun(branch, run=2, after=19_991))
    engine.send(Stop())
    _, finished = until(engine, Finished)

    assert finished.steps == 19_991
    engine.send(StartRun(linear_regression(), run=3))
    before, finished = until(engine, Finished)
    assert finished.steps == 1000
    assert not any(isinstance(event, Failed | NotVisited) for event in before)


def test_a_visit_that_fails_on_its_way_leaves_the_run_that_is_going_alone(engine) -> None:
    # Its factor has no value at a step that is not among those which are tried beforehand.
    formula = {"key": "lambda", "formula": "1 / (t - 2345)**2"}
    broken = linear_regression(training={"steps": 5000}, schedule=formula)
    engine.send(StartRun(linear_regression(training=FOREVER), run=1))
    until(engine, Steps)
    engine.send(Visit(2, 3000, broken, 3000))
    before, not_visited = until(engine, NotVisited)
    engine.send(Inspect(2))
    until(engine, Steps)
    engine.send(Stop())
    between, finished = until(engine, Finished)

    assert not_visited.run == 2
    assert "learning-rate schedule" in not_visited.message
    assert not any(isinstance(event, Failed) for event in (*before, *between))
    assert finished.reason is FinishReason.STOPPED


def test_a_visit_of_what_cannot_be_begun_is_told_and_ends_nothing(engine) -> None:
    engine.send(StartRun(linear_regression(training=FOREVER), run=1))
    until(engine, Steps)
    engine.send(Visit(2, 30, linear_regression(device="cuda:99"), 100))
    before, not_visited = until(engine, NotVisited)
    until(engine, Steps)

    assert not_visited.run == 2
    assert "cuda:99" in not_visited.message
    assert not any(isinstance(event, Failed) for event in before)


def test_a_run_that_was_let_go_and_is_run_again_for_a_visit_is_diagnosed_as_it_ended(
    engine,
) -> None:
    experiment = linear_regression(optimizer={"key": "sgd", "lr": 0.2})
    for run in (1, 2):
        engine.send(StartRun(experiment, paused=True, run=run, snapshot_bytes=1))
        until(engine, Paused)
        engine.send(TakeStep(10))
        until(engine, Paused)
        if run == 1:
            engine.send(Stop())
            _, expected = until(engine, Diagnosed)
    engine.send(StartRun(linear_regression(training=FOREVER), run=3, snapshot_bytes=1))
    until(engine, Started)
    until(engine, Steps)  # which make the engine let run 2 go
    engine.send(Visit(2, 1, experiment, 10))
    until(engine, Visited)
    engine.send(Stop())
    _, diagnosed = until(engine, Diagnosed)

    assert diagnosed.run == 2
    assert diagnosed.diagnosis == expected.diagnosis


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
