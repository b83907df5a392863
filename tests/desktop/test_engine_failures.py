"""What the window hears of engines that fail, without an engine: workers are made to speak."""

from __future__ import annotations

import numpy as np
import pytest

from gd_studio.desktop.runs.table import RunTable
from gd_studio.desktop.runs.trainer import Trainer
from gd_studio.desktop.scout import Scout
from gd_studio.desktop.studio import Studio
from gd_studio.link.messages import Refusal
from gd_studio.link.questions import MapLandscape
from gd_studio.recording import RunState
from tests.helpers.experiments import linear_regression


@pytest.fixture
def scout(qapp):
    return Scout()


def ask(scout: Scout) -> list[str]:
    """Ask for a map whose asker only tidies up after a refusal, as the landscape does."""
    heard: list[str] = []
    question = MapLandscape(
        linear_regression(), np.zeros(2, np.float32), (0, 1), ((0, 1), (0, 1)), (2, 2)
    )
    scout.ask("landscape", question, lambda _: None, heard.append)
    return heard


def test_a_question_that_ends_in_a_bug_is_told_whoever_asked_it(scout) -> None:
    told: list[str] = []
    scout.refused.connect(told.append)
    heard = ask(scout)
    scout.worker.answered.emit(Refusal(1, "ZeroDivisionError: oh", "Traceback: …"))

    assert heard == ["ZeroDivisionError: oh"]
    assert len(told) == 1
    assert "ZeroDivisionError: oh" in told[0]


def test_a_question_that_has_no_answer_is_told_to_its_asker_alone(scout) -> None:
    told: list[str] = []
    scout.refused.connect(told.append)
    heard = ask(scout)
    scout.worker.answered.emit(Refusal(1, "it is damaged"))

    assert heard == ["it is damaged"]
    assert told == []


def test_a_scout_that_gives_up_is_told(scout) -> None:
    told: list[str] = []
    scout.refused.connect(told.append)
    scout.worker.gave_up.emit("the engine does not start: exit status 3")

    assert len(told) == 1
    assert "does not start: exit status 3" in told[0]
    assert "plots" in told[0]


def test_a_training_engine_that_gives_up_promises_nothing(scout) -> None:
    trainer = Trainer()
    studio = Studio(trainer, scout, RunTable())
    studio.set_colours(("#2f7fd6",))
    told: list[str] = []
    studio.spoke.connect(told.append)
    trainer.run(linear_regression())
    run = trainer.active
    trainer.worker.gave_up.emit("the engine does not start: exit status 3")

    assert run.state is RunState.FAILED
    assert "started again" not in run.failed.message
    assert "exit status 3" in run.failed.message
    trainer.worker.gave_up.emit("the engine does not start: exit status 3")
    assert len(told) == 1
    assert "being started again" not in told[0]


def test_a_question_that_an_engine_died_of_twice_is_not_asked_a_third_time(scout) -> None:
    heard = ask(scout)
    scout.worker.lost.emit("signal 9")
    assert heard == []
    assert not scout.is_idle
    scout.worker.lost.emit("signal 9")

    assert len(heard) == 1
    assert "signal 9" in heard[0]
    assert scout.is_idle
