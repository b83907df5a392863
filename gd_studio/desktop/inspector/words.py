"""An inspection as formulas, sentences and rows of cells."""

from __future__ import annotations

import math
from types import SimpleNamespace

from gd_studio.desktop.inspector.cells import Cell, Entry, logarithmic_bars, numbers, signed_bars
from gd_studio.desktop.panels.choice_form import plain_formula
from gd_studio.desktop.panels.lines import mathematics
from gd_studio.desktop.plots.numbers import write_number
from gd_studio.link.inspection import Graph, Inspection, LayerStep, ParameterStep

Headings = tuple[str, ...]
Rows = list[tuple[Cell, ...]]

MEMORY_SYMBOLS = {
    "momentum_buffer": "b",
    "exp_avg": "m",
    "exp_avg_sq": "v",
    "max_exp_avg_sq": "v max",
    "exp_inf": "u",
    "mu_product": "Π",
    "sum": "s",
    "square_avg": "v",
    "acc_delta": "u",
    "grad_avg": "ḡ",
    "prev": "last g",
    "step_size": "s",
    "ax": "a",
    "eta": "η",
    "mu": "μ",
    "variance": "v",
    "row_var": "r",
    "col_var": "c",
}
"""What the formulas of the catalogue call what torch remembers by these names."""

_MOST_FEATURES = 4
_MOST_OUTPUTS = 4


def formula_html(formula: str) -> str:
    """A formula of the catalogue, in plain text, as mathematics."""
    return mathematics(plain_formula(SimpleNamespace(formula=formula), {}))


def write_shape(shape: tuple[int, ...]) -> str:
    """``10 × 2``; a single number is a scalar."""
    return " × ".join(str(length) for length in shape) or "scalar"


def is_function(inspection: Inspection) -> bool:
    """Whether the step is one down a function, which has no data."""
    return not inspection.predictions.size


def count_parameters(inspection: Inspection) -> int:
    """How many numbers the step changes."""
    if inspection.parameters:
        return len(inspection.parameters)
    return sum(math.prod(layer.shape) for layer in inspection.layers)


def sample_rows(inspection: Inspection) -> tuple[Headings, Rows]:
    """The samples of the batch: features, prediction, target and residual."""
    features, predictions = inspection.features, inspection.predictions
    n_features, n_outputs = features.shape[1], predictions.shape[1]
    columns: list[tuple[str, list[Cell]]]
    if n_features <= _MOST_FEATURES:
        columns = [
            (name, numbers(features[:, j].tolist()))
            for j, name in enumerate(inspection.feature_names)
        ]
    else:
        columns = [("features", [Cell(f"{n_features} features")] * len(features))]
    if n_outputs == 1:
        columns.append(("prediction", numbers(predictions[:, 0].tolist())))
    elif n_outputs <= _MOST_OUTPUTS:
        columns += [(f"output {j}", numbers(predictions[:, j].tolist())) for j in range(n_outputs)]
    else:
        best = predictions.argmax(axis=1)
        columns.append(("largest output", [Cell(f"{j}") for j in best]))
    columns.append(("target", numbers(inspection.targets.tolist())))
    if inspection.residuals.size:
        columns.append(("residual", signed_bars(inspection.residuals.tolist())))
    headings, cells = zip(*columns, strict=True)
    return headings, list(zip(*cells, strict=True))


def point_rows(inspection: Inspection) -> tuple[Headings, Rows]:
    """The point at which a function is evaluated."""
    rows: Rows = [
        (Cell(step.label), Cell(write_number(step.before))) for step in inspection.parameters
    ]
    return ("variable", "value"), rows


def gradient_rows(inspection: Inspection, *, zero: bool = False) -> tuple[Headings, Rows]:
    """The gradient, by parameter or by layer; with `zero` as it is before the backward pass."""
    if inspection.parameters:
        steps = inspection.parameters
        bars = signed_bars([0.0 if zero else step.gradient for step in steps])
        values = numbers([step.before for step in steps])
        rows: Rows = [
            (Cell(step.label), value, bar)
            for step, value, bar in zip(steps, values, bars, strict=True)
        ]
        return ("parameter", "value", "gradient"), rows
    layers = inspection.layers
    bars = logarithmic_bars([0.0 if zero else layer.gradient_norm for layer in layers])
    norms = numbers([layer.norm for layer in layers])
    rows = [
        (Cell(layer.name), Cell(write_shape(layer.shape)), norm, bar)
        for layer, norm, bar in zip(layers, norms, bars, strict=True)
    ]
    return ("layer", "shape", "‖value‖", "‖gradient‖"), rows


def update_rows(inspection: Inspection) -> tuple[Headings, Rows]:
    """The update: an entry for each parameter, or norms by layer."""
    if inspection.parameters:
        return ("update",), [(_entry(step),) for step in inspection.parameters]
    headings = ("layer", "shape", "‖value‖", "‖gradient‖", "‖update‖", "update/value")
    return headings, [_norms(layer) for layer in inspection.layers]


def describe_graph(graph: Graph) -> str:
    """The graph in words, for who cannot see it."""
    if not graph.nodes:
        return "There is no graph."
    names = [node.name for node in graph.nodes]
    parts = []
    for i, name in enumerate(names):
        sources = [names[j] for k, j in graph.edges if k == i]
        if sources:
            parts.append(f"{name} of {' and '.join(sources)}")
    leaves = sum(node.is_parameter for node in graph.nodes)
    count = f"{len(names)} nodes, {leaves} of them parameters; the loss is {names[0]}"
    return f"{count}. {'; '.join(parts)}."


def _norms(layer: LayerStep) -> tuple[Cell, ...]:
    ratio = layer.update_norm / layer.norm if layer.norm > 0 else math.nan
    return (
        Cell(layer.name),
        Cell(write_shape(layer.shape)),
        *numbers([layer.norm, layer.gradient_norm, layer.update_norm]),
        Cell("–" if math.isnan(ratio) else write_number(ratio, 3)),
    )


def memory_name(name: str) -> str:
    """Torch's name of what an optimizer remembers, after the formula's: ``m (exp_avg)``."""
    return f"{MEMORY_SYMBOLS[name]} ({name})" if name in MEMORY_SYMBOLS else name


def _entry(step: ParameterStep) -> Entry:
    before, after = write_number(step.before), write_number(step.after)
    state = "   ".join(
        f"{memory_name(name)} = {write_number(value)}" for name, value in step.state.items()
    )
    parts = [part.strip() for part in step.worked.split(";")]
    words = [f"{step.label}: {before} → {after}", state, *parts]
    return Entry(
        "\n".join(word for word in words if word),
        step.label,
        before,
        after,
        state,
        "\n".join(parts),
    )
