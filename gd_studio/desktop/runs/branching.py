"""What would branch off a run, and whether it can: functions of what there is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from gd_studio.desktop.runs.change_words import in_full
from gd_studio.experiment import (
    Experiment,
    ExperimentError,
    changed_values,
    fixed_differences,
)
from gd_studio.recording import Run

_WORDS = {
    "initial_parameters": "the start",
    "problem": "the problem",
    "training.epochs": "the number of epochs",
    "training.steps": "the number of steps",
}
"""What a field is called that no run can change on its way, where it is not called by its name."""


@dataclass(frozen=True)
class Branching:
    """A branch that can be made, or what is in its way.

    Attributes
    ----------
    experiment
        That of the branch; ``None`` where there can be none.
    values
        What is changed where it begins.
    sentence
        What it would be; or why there can be none.
    """

    sentence: str
    experiment: Experiment | None = None
    values: dict[str, Any] = field(default_factory=dict)


def branching(run: Run | None, wanted: Experiment | None) -> Branching:
    """Say how a run would branch that goes on as `wanted`, from the step `run` is looked at."""
    if run is None or run.recording is None:
        return Branching("Choose a run to branch from")
    if wanted is None:
        return Branching("The panels hold no experiment")
    after = run.step_shown
    if fixed := fixed_differences(run.experiment, wanted):
        return Branching(f"Not from {run.name}: {differ(fixed)}")
    if after >= run.ends_at:
        return Branching(f"{run.name} ends at step {after:,}: look at an earlier step to branch")
    present = run.experiment.at(after)
    # Where the panels hold what the run began as, they ask for nothing new, whatever has been
    # changed on its way.
    is_same = wanted.changes == run.experiment.changes and not changed_values(
        run.experiment, wanted
    )
    values = {} if is_same else changed_values(present, wanted)
    if not values:
        return Branching("Change the learning rate, say, to branch off with it")
    try:
        experiment = run.experiment.branch(after, values)
    except ExperimentError as error:
        return Branching(f"Not from step {after:,} of {run.name}: {error.problems[0]}")
    words = in_full(values, experiment.at(after))
    is_going = run.position is None and not run.is_over
    where = "as it is now" if is_going else f"at step {after:,}"
    return Branching(f"Branch off {run.name} {where}, with {words}", experiment, values)


def differ(paths: tuple[str, ...]) -> str:
    """Say that fields differ which no run can change on its way."""
    words = [_WORDS.get(path, "the " + path.rpartition(".")[2].replace("_", " ")) for path in paths]
    return f"{words[0]} is another one, which cannot change on the way of a run"
