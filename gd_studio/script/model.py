"""The model: modules of torch.nn, or bare tensors and a function of them."""

from __future__ import annotations

from string import ascii_lowercase
from typing import Any

import numpy as np

from gd_studio.catalog import (
    Activation,
    Affine,
    Convolution,
    Flatten,
    Layer,
    Linear,
    MaxPool,
    Polynomial,
    ToImage,
)
from gd_studio.experiment import Experiment, ModelProblem
from gd_studio.script.errors import ScriptError
from gd_studio.script.text import Group, comment, expression, indented, lines_of, quoted, tuple_of

MOST_NUMBERS = 10_000
"""So many numbers are written out."""

_FILLS = {
    "xavier": "nn.init.xavier_uniform_({})",
    "kaiming": 'nn.init.kaiming_uniform_({}, nonlinearity="relu")',
    "normal": "nn.init.normal_({})",
    "uniform": "nn.init.uniform_({})",
    "zeros": "nn.init.zeros_({})",
}
_BARE = {"default": "torch.randn", "normal": "torch.randn", "uniform": "torch.rand"}


def is_module(problem: ModelProblem) -> bool:
    """Whether the model is made of modules, and not of bare tensors."""
    return not isinstance(problem.layers[0], Affine | Polynomial)


def write_model(experiment: Experiment, problem: ModelProblem) -> list[str]:
    """Return the lines that make the model."""
    lines = comment(f"Model: {problem.model.entry.label}")
    if is_module(problem):
        return lines + _module(experiment, problem)
    layer = problem.layers[0]
    lines += _tensors(experiment, problem)
    body = _polynomial(layer.degree) if isinstance(layer, Polynomial) else ["return x @ w + b"]
    names = ", ".join(experiment.layout.names)
    return [*lines, f"parameters = [{names}]", "def model(x):", *indented(body)]


def tensor_of(name: str, values: Any, *arguments: str, closing: str = ")") -> Group:
    """Return ``name`` and ``torch.tensor(values, …)`` after it; `values` may be nested lists.

    Raises
    ------
    ScriptError
        Where they are too many to write out.
    """
    array = np.asarray(values)
    if array.size > MOST_NUMBERS:
        raise ScriptError(
            f"There are {array.size:,} numbers to start from, which are too many to write out: "
            "let the seed draw them."
        )
    return Group(f"{name}torch.tensor(", [_nested(array.tolist()), *arguments], closing)


def dtype_of(experiment: Experiment) -> list[str]:
    """Return the argument that makes ``torch.tensor`` read numbers in the run's precision."""
    # float32 is what it makes of numbers by itself.
    return ["dtype=torch.float64"] if experiment.precision == "float64" else []


def _nested(values: Any) -> Group | str:
    if not isinstance(values, list):
        return repr(float(values))
    is_row = not any(isinstance(value, list) for value in values)
    return Group("[", [_nested(value) for value in values], "]", packed=is_row)


def _module(experiment: Experiment, problem: ModelProblem) -> list[str]:
    way = str(problem.model.settings.get("initialisation", "default"))
    given = experiment.initial_parameters
    converted = ["model.double()"] if experiment.precision == "float64" else []
    # What torch's own layers draw as they are made would change what is drawn after.
    skips = given is None and way not in ("default", "zeros")
    layers = [_layer(layer, skips) for layer in problem.layers]
    whole = layers[0] if len(layers) == 1 else Group("nn.Sequential(", layers)
    lines = lines_of(Group("model = ", [whole], ""))
    if len(lines) > 1:
        assert isinstance(whole, Group)
        lines = lines_of(Group(f"model = {whole.opening}", whole.items))
    if given is not None:
        tensors = [
            tensor_of(f"{quoted(name)}: ", given[name], *dtype_of(experiment))
            for name in experiment.layout.names
        ]
        lines += [*converted, *lines_of(Group("model.load_state_dict({", tensors, "})"))]
    else:
        lines += [*(_initialisation(way) if way != "default" else []), *converted]
    return [*lines, "model.to(device)"] if experiment.device != "cpu" else lines


def _initialisation(way: str) -> list[str]:
    fill = _FILLS[way].format("parameter")
    if way not in ("xavier", "kaiming"):
        return ["for parameter in model.parameters():", f"    {fill}"]
    return [
        "for parameter in model.parameters():",
        "    if parameter.dim() >= 2:  # weights; the rest are biases",
        f"        {fill}",
        "    else:",
        "        nn.init.zeros_(parameter)",
    ]


def _layer(layer: Layer, skips: bool) -> str:
    match layer:
        case Linear(inputs, outputs):
            name, arguments = "nn.Linear", f"{inputs}, {outputs}"
        case Convolution(inputs, outputs, kernel, padding):
            name = "nn.Conv2d"
            arguments = f"{inputs}, {outputs}, kernel_size={kernel}, padding={padding}"
        case MaxPool(size):
            return f"nn.MaxPool2d({size})"
        case ToImage(height, width):
            return f"nn.Unflatten(1, (1, {height}, {width}))"
        case Flatten():
            return "nn.Flatten()"
        case Activation(torch_name, _):
            return f"nn.{torch_name}()"
        case Affine() | Polynomial():
            raise TypeError("a model of bare tensors has no modules")
    return f"skip_init({name}, {arguments})" if skips else f"{name}({arguments})"


def _tensors(experiment: Experiment, problem: ModelProblem) -> list[str]:
    """The tensors of a model by hand, with the gradients that they want."""
    way = str(problem.model.settings.get("initialisation", "default"))
    given, layout = experiment.initial_parameters, experiment.layout
    device = ".to(device).requires_grad_()" if experiment.device != "cpu" else ""
    wants = [] if device else ["requires_grad=True"]
    # What is drawn is drawn in float32 and converted then; what is given is read as it is.
    converted, wanted = device, wants
    if experiment.precision == "float64":
        converted, wanted = f".double(){device or '.requires_grad_()'}", []
    lines: list[str] = []
    for name, shape in zip(layout.names, layout.shapes, strict=True):
        size = ", ".join(map(str, shape))
        arguments = ", ".join([size, *wanted])
        if given is not None:
            tensor = tensor_of(
                f"{name} = ", given[name], *dtype_of(experiment), *wants, closing=f"){device}"
            )
            lines += lines_of(tensor)
        elif way in ("xavier", "kaiming") and len(shape) >= 2:
            empty = _FILLS[way].format(f"torch.empty({size})")
            lines.append(f"{name} = {empty}{converted or '.requires_grad_()'}")
        else:
            lines.append(f"{name} = {_BARE.get(way, 'torch.zeros')}({arguments}){converted}")
    return lines


def _polynomial(degree: int) -> list[str]:
    letters = ascii_lowercase[: degree + 1]
    powers = [f"x**{degree - k}" if degree - k > 1 else "x" for k in range(degree)]
    terms = [f"{letter} * {power}" for letter, power in zip(letters, powers, strict=False)]
    unpacked = f"{tuple_of(letters)} = coefficients"
    return [unpacked, *expression("return ", " + ".join([*terms, letters[-1]]))]
