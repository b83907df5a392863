"""From an experiment to its script."""

from __future__ import annotations

from pathlib import Path

from gd_studio import __version__
from gd_studio.catalog import Shipped
from gd_studio.catalog.resources import resources
from gd_studio.experiment import Experiment, FunctionProblem, ModelProblem, TableData
from gd_studio.script.batches import is_nested, moves_of, steps_per_epoch, write_batches
from gd_studio.script.data import label_of, write_data
from gd_studio.script.descending import write_descent
from gd_studio.script.ending import write_accuracy, write_ending
from gd_studio.script.epochs import is_evaluated, write_evaluate, write_restore
from gd_studio.script.errors import ScriptError
from gd_studio.script.fitting import write_fit
from gd_studio.script.function import write_function, write_starts
from gd_studio.script.handles import Handles, handles_of
from gd_studio.script.imports import imports_of
from gd_studio.script.model import write_model
from gd_studio.script.names import names_of
from gd_studio.script.optimizers import schedules_of, write_optimizer
from gd_studio.script.parts import Parts, parts_of
from gd_studio.script.reference import write_references
from gd_studio.script.schedules import write_schedule
from gd_studio.script.tables import DATA
from gd_studio.script.text import docstring, joined, quoted


def write_script(experiment: Experiment, run: str = "") -> str:
    """Write `experiment` as a plain PyTorch script that ends with the same parameters.

    On the same machine and with the same torch they are the same bit for bit. Run with the name
    of a file, the script saves them there with ``torch.save``, by the names of the layout.

    Parameters
    ----------
    experiment
        One run: of several variations, one of `Experiment.runs`.
    run
        What the run is called among several.

    Raises
    ------
    ScriptError
        Where no script can be written.
    """
    if experiment.variations:
        raise ScriptError(f"These are {len(experiment.variations)} runs: choose one of them.")
    parts = parts_of(experiment)
    first = parts[0].experiment
    handles = handles_of(parts)
    match experiment.problem:
        case FunctionProblem() as function:
            sections = _sections_of_function(parts, function, handles)
        case ModelProblem() as problem:
            sections = _sections_of_model(parts, problem, handles)
    references = write_references(parts)
    body = joined(
        [
            *references,
            _setup(first),
            *(section for section in sections if section),
            write_ending(parts, handles),
        ]
    )
    blank = ["", ""] if references else [""]
    lines = [*docstring(*_about(experiment, run)), "", *imports_of(body), *blank, *body]
    return "\n".join(lines) + "\n"


def needed_data(experiment: Experiment) -> TableData | Path | None:
    """Return what has to lie beside the script, by the name that :func:`data_beside` gives it.

    A table of somebody's own, or a file that comes with GD Studio, or nothing.
    """
    if not isinstance(experiment.problem, ModelProblem):
        return None
    dataset = experiment.problem.dataset
    if isinstance(dataset, TableData):
        return dataset
    origin = dataset.entry.origin
    return resources() / "data" / origin.file if isinstance(origin, Shipped) else None


def _about(experiment: Experiment, run: str) -> list[str]:
    title = experiment.title or _subject(experiment)
    beside = (
        f" It reads a table, which lies beside it by its own name with {DATA} in the place of .py."
        if needed_data(experiment) is not None
        else ""
    )
    return [
        f"{title}: {run}" if run else title,
        *(paragraph for paragraph in experiment.notes.split("\n\n") if paragraph.strip()),
        f"Run it with Python; given the name of a file, it saves the parameters there.{beside} "
        f"Made by GD Studio {__version__}, where the same experiment ends with the same "
        "parameters, bit for bit.",
    ]


def _subject(experiment: Experiment) -> str:
    """Say what an experiment without a title is about."""
    match experiment.problem:
        case FunctionProblem() as function:
            subject = function.function.entry.label
        case ModelProblem() as problem:
            subject = f"{label_of(problem)}, {problem.model.entry.label}"
    return f"{subject}: {experiment.optimizer.entry.label}"


def _setup(experiment: Experiment) -> list[str]:
    lines = ["torch.set_num_threads(1)  # several threads would add numbers up in another order"]
    problem = experiment.problem
    if isinstance(problem, ModelProblem) or not problem.starts:
        lines.append(f"torch.manual_seed({experiment.seed})")
    if experiment.device != "cpu":
        lines.append(f"device = {quoted(experiment.device)}")
    return lines


def _sections_of_function(
    parts: Parts, problem: FunctionProblem, handles: Handles
) -> list[list[str]]:
    return [
        write_function(problem),
        write_starts(parts, problem),
        *_optimizer(parts, handles),
        *write_descent(parts, problem, handles),
    ]


def _sections_of_model(parts: Parts, problem: ModelProblem, handles: Handles) -> list[list[str]]:
    experiment, names = parts[0].experiment, names_of(problem)
    optimizer = _optimizer(parts, handles)
    sections = [
        write_data(experiment, problem),
        write_model(experiment, problem),
        *write_batches(parts, names),
    ]
    if is_nested(parts) and any("steps_per_epoch" in line for lines in optimizer for line in lines):
        size = experiment.training.batch_size
        sections.append([f"steps_per_epoch = {steps_per_epoch(size, names)}"])
    sections += optimizer
    if is_evaluated(experiment, problem):
        sections.append(write_evaluate(problem))
    return [
        *sections,
        write_accuracy(problem),
        *write_fit(parts, problem, handles),
        write_restore(experiment.training, handles),
    ]


def _optimizer(parts: Parts, handles: Handles) -> list[list[str]]:
    """Return the sections that make the optimizer and its schedule."""
    experiment = parts[0].experiment
    schedule = write_schedule(experiment, moves_of(parts, 0), schedules_of(experiment))
    return [write_optimizer(experiment, handles), *schedule]
