"""The samples: drawn, made or read, then split and standardised."""

from __future__ import annotations

from gd_studio.catalog import Bundled, Evenly, Generated, Shipped, Spirals, Table, Uniform
from gd_studio.experiment import Experiment, ModelProblem, TableData
from gd_studio.script.names import Names, names_of
from gd_studio.script.recipes import write_evenly, write_spirals, write_uniform
from gd_studio.script.tables import file_name, write_filling, write_table
from gd_studio.script.text import call, comment, number


def write_data(experiment: Experiment, problem: ModelProblem) -> list[str]:
    """Return the lines that make tensors of the samples."""
    names = names_of(problem)
    origin = None if isinstance(problem.dataset, TableData) else problem.dataset.entry.origin
    is_recipe = isinstance(origin, Uniform | Evenly | Spirals)
    table = _table(problem)
    lines = comment(f"Data: {label_of(problem)}") + _samples(experiment, problem, names)
    if is_recipe:
        lines += _drawn_in_precision(experiment, problem, names)
    lines += _split(problem, names)
    if table is not None and table.missing != "drop":
        lines += write_filling(table, names)
    if problem.standardise:
        lines.append(f"scaler = StandardScaler().fit({names.x_train})")
    dtype = f"dtype=torch.{experiment.precision}"
    for x, y in names.parts:
        if problem.standardise:
            lines.append(f"{x} = torch.tensor(scaler.transform({x}), {dtype})")
        elif not is_recipe:
            lines.append(f"{x} = torch.tensor({x}, {dtype})")
        if not is_recipe:
            lines.append(f"{y} = {_target_tensor(problem, y, dtype)}")
    if experiment.device != "cpu":
        lines += [f"{x}, {y} = {x}.to(device), {y}.to(device)" for x, y in names.parts]
    return lines


def _drawn_in_precision(experiment: Experiment, problem: ModelProblem, names: Names) -> list[str]:
    """Return the lines that convert what was drawn, which is always in float32."""
    array = ".numpy()" if problem.standardise else ""
    if experiment.precision == "float64":
        return [f"{names.x}, {names.y} = {names.x}.double(){array}, {names.y}.double()"]
    if not problem.standardise:
        return []
    about = comment("The scaler is to calculate in double precision.")
    return [*about, f"{names.x} = {names.x}.double(){array}"]


def _table(problem: ModelProblem) -> Table | None:
    if isinstance(problem.dataset, TableData):
        return problem.dataset.table
    origin = problem.dataset.entry.origin
    return origin.table if isinstance(origin, Shipped) else None


def label_of(problem: ModelProblem) -> str:
    """Return what the data set is called."""
    if isinstance(problem.dataset, TableData):
        return file_name(problem.dataset.path)
    return problem.dataset.entry.label


def _samples(experiment: Experiment, problem: ModelProblem, names: Names) -> list[str]:
    if isinstance(problem.dataset, TableData):
        return write_table(problem.dataset.table, names, shipped=False)
    settings = problem.dataset.settings
    match problem.dataset.entry.origin:
        case Uniform() as recipe:
            return write_uniform(recipe, settings, names)
        case Evenly() as recipe:
            return write_evenly(recipe, settings, names)
        case Spirals() as recipe:
            return write_spirals(recipe, settings, names)
        case Generated(function, arguments):
            given = [f"{name}={value!r}" for name, value in arguments(settings).items()]
            # scikit-learn takes seeds of 32 bits.
            seed = f"random_state={experiment.seed % 2**32}"
            return call(f"{names.x}, {names.y} = {function}(", *given, seed)
        case Bundled(function, divisor):
            lines = [f"{names.x}, {names.y} = {function}(return_X_y=True)"]
            return lines if divisor == 1 else [*lines, f"{names.x} = {names.x} / {number(divisor)}"]
        case Shipped(_, table):
            return write_table(table, names, shipped=True)


def _split(problem: ModelProblem, names: Names) -> list[str]:
    split = problem.split
    if split is None:
        return []
    arguments = [names.x, names.y, f"test_size={split.test!r}", f"random_state={split.seed}"]
    if split.stratified:
        arguments.append(f"stratify={names.y}")
    parts = f"{names.x_train}, {names.x_test}, {names.y_train}, {names.y_test}"
    return call(f"{parts} = train_test_split(", *arguments)


def _target_tensor(problem: ModelProblem, y: str, dtype: str) -> str:
    """Codes for many classes, else a column of numbers."""
    if problem.data_schema.task == "multi-class":
        return f"torch.tensor({y}, dtype=torch.int64)"
    return f"torch.tensor({y}, {dtype}).view(-1, 1)"
