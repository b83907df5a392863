"""From what a form holds to a part of an experiment, or to what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from gd_studio.experiment import FieldProblem
from gd_studio.experiment.errors import field_problems

Problems = tuple[FieldProblem, ...]

S = TypeVar("S", bound=BaseModel)


def build(spec: type[S], data: Mapping[str, Any]) -> tuple[S | None, Problems]:
    """Return the validated spec and no problems, or ``None`` and everything that is wrong."""
    try:
        return spec.model_validate(dict(data)), ()
    except ValidationError as error:
        return None, tuple(field_problems(error))


def under(prefix: str, problems: Iterable[FieldProblem] | Mapping[str, str]) -> Problems:
    """Return `problems` with their paths put under `prefix`."""
    if isinstance(problems, Mapping):
        problems = [FieldProblem(name, sentence) for name, sentence in problems.items()]
    return tuple(
        FieldProblem(".".join(filter(None, (prefix, problem.field))), problem.message)
        for problem in problems
    )


def below(prefix: str, problems: Iterable[FieldProblem]) -> Problems:
    """Return those problems that lie under `prefix`, with the rest of their paths."""
    found = within(prefix, problems)
    return tuple(FieldProblem(field, sentence) for field, sentence in found.items())


def within(prefix: str, problems: Iterable[FieldProblem]) -> dict[str, str]:
    """Return the sentences of those problems that lie under `prefix`, by the rest of the path."""
    return {
        problem.field.removeprefix(prefix).removeprefix("."): problem.message
        for problem in problems
        if problem.field == prefix or problem.field.startswith(f"{prefix}.") or not prefix
    }
