"""Changing an experiment from the command line: ``optimizer.lr=0.1``."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from gd_studio.experiment.errors import ExperimentError, FieldProblem
from gd_studio.experiment.experiment import Experiment


def assign(experiment: Experiment, assignments: Iterable[str]) -> Experiment:
    """Return `experiment` with fields changed.

    Parameters
    ----------
    assignments
        ``path=value`` each; a value is read as JSON, and as text where it is none. See
        `change_fields` for what paths mean.

    Raises
    ------
    ExperimentError
        Where a path names no field (with the nearest right one), or a value does not fit.
    """
    pairs = [assignment.partition("=") for assignment in assignments]
    malformed = [path for path, equals, _ in pairs if not equals]
    if malformed:
        raise ExperimentError(
            tuple(FieldProblem(path, "give a value, as path=value") for path in malformed)
        )
    return experiment.with_values({path.strip(): _value(text) for path, _, text in pairs})


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):  # no JSON, or nested too deeply for a value of anything
        return text
