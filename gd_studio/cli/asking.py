"""Asking an engine a single question."""

from __future__ import annotations

from typing import Any

from gd_studio.cli.errors import InputError
from gd_studio.link.client import EngineClient
from gd_studio.link.messages import Answer, Ask, Progress, Refusal
from gd_studio.link.questions import Question


class QuestionFailedError(Exception):
    """The engine could not answer, by a fault of its own; the message has its traceback."""


def ask(client: EngineClient, question: Question) -> Any:
    """Ask an engine that is idle, and return its answer.

    Raises
    ------
    InputError
        Where there is no answer, for a reason that is for the user to put right.
    QuestionFailedError
        Where the engine could not answer.
    EngineLostError
        Where it is gone.
    """
    client.send(Ask(1, question))
    while isinstance(event := client.receive(), Progress):
        pass
    match event:
        case Answer(_, value):
            return value
        case Refusal(_, message, ""):
            raise InputError([message])
        case Refusal(_, message, detail):
            raise QuestionFailedError(f"{message}\n{detail}")
    raise AssertionError(f"an answer was awaited, and this came: {event}")
