"""What is wrong with an experiment: every problem at once, each with its field."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from gd_studio.foreign_text import half_of_a_character

Place = tuple[str | int, ...]
"""The path of a field, from the object that is being validated."""

Misfit = tuple[Place, str, Any]
"""The place of a field, a sentence, and what was given."""


_MOST_PROBLEMS = 100


@dataclass(frozen=True)
class FieldProblem:
    """One thing that is wrong: the path of the field (``"optimizer.lr"``) and a sentence."""

    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.field}: {self.message}" if self.field else self.message


class ExperimentError(ValueError):
    """An experiment that does not hold.

    ``problems`` has everything that is wrong with it, up to a hundred things: a stranger's file
    can have a million, and nobody reads on.
    """

    def __init__(self, problems: tuple[FieldProblem, ...]) -> None:
        if len(problems) > _MOST_PROBLEMS:
            rest = len(problems) - _MOST_PROBLEMS
            more = FieldProblem("", f"there are {rest:,} more things wrong")
            problems = (*problems[:_MOST_PROBLEMS], more)
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


def misfit(*wrong: Misfit) -> ValidationError:
    """Return one validation error for several fields.

    Raised inside a validator, its places become part of the places of the object around it.
    """
    details = [
        InitErrorDetails(
            type=PydanticCustomError("misfit", "{sentence}", {"sentence": sentence}),
            loc=place,
            input=value,
        )
        for place, sentence, value in wrong
    ]
    return ValidationError.from_exception_data("experiment", details)


def field_problems(error: ValidationError) -> Iterable[FieldProblem]:
    """From pydantic's errors to sentences with the fields' paths."""
    for detail in error.errors(include_url=False):
        place = list(detail["loc"])
        # Pydantic puts the kind of problem that was tried into the place; the file has it not.
        if place[0:1] == ["problem"] and place[1:2] in (["function"], ["model"]):
            del place[1]
        # So it does with the kind of data set.
        if place[0:2] == ["problem", "dataset"] and place[2:3] in (["built-in"], ["table"]):
            del place[2]
        elif place[0:1] == ["dataset"] and place[1:2] in (["built-in"], ["table"]):
            del place[1]
        yield FieldProblem(".".join(map(str, place)), _sentence(detail))


def _sentence(detail: Any) -> str:
    match detail["type"]:
        case "misfit":
            return str(detail["ctx"]["sentence"])
        case "extra_forbidden" | "unexpected_keyword_argument":
            return "there is no such field"
        case "missing":
            return "is missing"
        case "value_error":
            return str(detail["ctx"]["error"])
        case "union_tag_not_found" | "union_tag_invalid":
            return 'needs a "kind", which is "function" or "model"'
        case "model_type" | "model_attributes_type":
            return "has to be an object"
        case "dataclass_type" if detail["ctx"]["class_name"] == "TableColumn":
            return f'has to be an object with a name, as {{"name": {_name(detail["input"])}}}'
        case "dataclass_type":
            return "has to be an object"
        case "tuple_type" if detail["loc"] == ("variations",):
            return "has to be a list of runs, each with a name and changes"
        case "tuple_type" if detail["loc"] == ("changes",):
            return f"has to be a list of changes, each with after and values{_not(detail['input'])}"
        case "too_short" if "changes" in detail["loc"]:
            return "has to name a field at least"
        case "tuple_type" if "schedules" in detail["loc"]:
            return f"has to be a list of schedules{_not(detail['input'])}"
        case "tuple_type" if "table" in detail["loc"]:
            return f"has to be a list{_not(detail['input'])}"
        case "dict_type":
            return f"has to be an object{_not(detail['input'])}"
        case "tuple_type":
            return "has to be a list: of points for the starts, of numbers for a point"
        case "string_pattern_mismatch" if detail["loc"] == ("device",):
            return f"has to be cpu, cuda, cuda:0 or mps, not {json.dumps(detail['input'])}"
        case "literal_error" if detail["loc"] == ("precision",):
            return f"has to be float32 or float64{_not(detail['input'])}"
        case "int_type":
            return f"has to be a whole number{_not(detail['input'])}"
        case "float_type":
            return f"has to be a number{_not(detail['input'])}"
        case "bool_type":
            return f"has to be true or false{_not(detail['input'])}"
        case "string_unicode":  # of a part that is made alone; an experiment looks for it first
            return half_of_a_character(detail["input"])
        case "string_type":
            return f"has to be text{_not(detail['input'])}"
        case _:
            sentence = detail["msg"].replace("Input should be", "has to be", 1)
            sentence = sentence[0].lower() + sentence[1:]
            return f"{sentence}{_not(detail['input'])}"


def _name(value: Any) -> str:
    """What a column is called in an example of one."""
    return json.dumps(value if isinstance(value, str) and len(value) <= 60 else "…")


def _not(value: Any) -> str:
    """Say what was given, where it is short."""
    if isinstance(value, str | int | float | bool) and len(str(value)) <= 60:
        return f", not {json.dumps(value)}"
    return ""
