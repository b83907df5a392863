"""What a script prints at its end, and the parameters that it saves."""

from __future__ import annotations

from math import prod

from gd_studio.experiment import Experiment, FunctionProblem, ModelProblem
from gd_studio.script.epochs import is_evaluated
from gd_studio.script.function import point_of
from gd_studio.script.handles import Handles
from gd_studio.script.model import is_module
from gd_studio.script.names import names_of
from gd_studio.script.parts import Parts

_FEW = 12
"""Up to so many parameters are printed."""

_RIGHT = {
    "probabilities": "(model(x) > 0.5) == y",
    "numbers": "(model(x) > 0.5) == y",
    "logits": "(model(x) > 0) == y",
}


def write_ending(parts: Parts, handles: Handles) -> list[str]:
    """Return the last lines of the script."""
    experiment = parts[0].experiment
    match experiment.problem:
        case FunctionProblem() as function:
            lines = _of_function(parts, function)
        case ModelProblem() as problem:
            lines = _of_model(experiment, problem)
    return [
        *lines,
        "if len(sys.argv) > 1:",
        f"    torch.save({handles.saved}, sys.argv[1])",
    ]


def write_accuracy(problem: ModelProblem) -> list[str]:
    """Return the lines that define ``accuracy``; none for a regression."""
    task = problem.data_schema.task
    if task == "regression":
        return []
    right = _RIGHT[problem.loss.entry.takes]
    if task == "multi-class":
        right = "model(x).argmax(dim=1) == y"
    return [
        "@torch.inference_mode()",
        "def accuracy(x, y):",
        '    """The share of samples whose class is predicted."""',
        f"    return ({right}).float().mean().item()",
    ]


def _of_function(parts: Parts, problem: FunctionProblem) -> list[str]:
    variables, point = problem.resolved.formula.variables, point_of(parts, problem)
    if problem.n_starts == 1:
        return [
            'print(f"last loss: {loss.item():.6g}")',
            f'print("{", ".join(variables)} =", {point.numbers}.tolist())',
        ]
    return [
        "with torch.no_grad():",
        f"    losses = {point.value}",
        "lowest = losses.argmin()",
        f'print("lowest at {", ".join(variables)} =", position[lowest].tolist())',
        'print(f"its loss: {losses[lowest].item():.6g}")',
    ]


def _of_model(experiment: Experiment, problem: ModelProblem) -> list[str]:
    names = names_of(problem)
    lines = []
    titles = [("train", *names.parts[0]), *(("test", *part) for part in names.parts[1:])]
    if is_evaluated(experiment, problem):
        lines += [f'print(f"{title} loss: {{evaluate({x}, {y}):.6g}}")' for title, x, y in titles]
    else:
        lines.append('print(f"last loss: {loss.item():.6g}")')
    if problem.data_schema.task != "regression":
        lines += [
            f'print(f"{title} accuracy: {{accuracy({x}, {y}):.4g}}")' for title, x, y in titles
        ]
    shapes = [shape for layer in problem.layers for shape in layer.parameters.values()]
    if sum(map(prod, shapes)) > _FEW:
        return lines
    if is_module(problem):
        return [
            *lines,
            "for name, parameter in model.named_parameters():",
            "    print(name, parameter.tolist())",
        ]
    names_by_hand = problem.layers[0].parameters
    return [*lines, *(f'print("{name}", {name}.tolist())' for name in names_by_hand)]
