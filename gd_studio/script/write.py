"""From an experiment to its script."""

from __future__ import annotations

from pathlib import Path

from gd_studio import __version__
from gd_studio.catalog import Shipped
from gd_studio.catalog.resources import resources
from gd_studio.experiment import Experiment, FunctionProblem, ModelProblem, TableData
from gd_studio.script.batches import write_batches
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
from gd_studio.script.steps import write_optimizer
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
    handles = handles_of(experiment)
    match experiment.problem:
        case FunctionProblem() as function:
            parts = _parts_of_function(experiment, function, handles)
        case ModelProblem() as problem:
            parts = _parts_of_model(experiment, problem, handles)
    body = joined([_setup(experiment), *parts, write_ending(experiment, handles)])
    lines = [*docstring(*_about(experiment, run)), "", *imports_of(body), "", *body]
    return "\n".join(lines) + "\n"


def needed_files(experiment: Experiment) -> tuple[Path, ...]:
    """Return the files that have to lie beside the script: a table, where there is one."""
    if not isinstance(experiment.problem, ModelProblem):
        return ()
    dataset = experiment.problem.dataset
    if isinstance(dataset, TableData):
        return (Path(dataset.path),)
    origin = dataset.entry.origin
    return (resources() / "data" / origin.file,) if isinstance(origin, Shipped) else ()


def _about(experiment: Experiment, run: str) -> list[str]:
    title = experiment.title or _subject(experiment)
    files = [path.name for path in needed_files(experiment)]
    beside = f" It reads {files[0]}, which has to lie beside it." if files else ""
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


def _parts_of_function(
    experiment: Experiment, problem: FunctionProblem, handles: Handles
) -> list[list[str]]:
    return [
        write_function(problem),
        write_starts(experiment, problem),
        write_optimizer(experiment, handles),
        write_descent(experiment, problem, handles),
    ]


def _parts_of_model(
    experiment: Experiment, problem: ModelProblem, handles: Handles
) -> list[list[str]]:
    parts = [
        write_data(experiment, problem),
        write_model(experiment, problem),
        write_optimizer(experiment, handles),
        write_batches(experiment, names_of(problem)),
    ]
    if is_evaluated(experiment, problem):
        parts.append(write_evaluate(problem))
    return [
        *parts,
        write_accuracy(problem),
        write_fit(experiment, problem, handles),
        write_restore(experiment.training, handles),
    ]
