"""One step of training, taken apart: what the next step will do, with its real numbers."""

from __future__ import annotations

from dataclasses import dataclass

from gd_studio.experiment import OptimizerChoice
from gd_studio.link.arrays import Doubles, Integers


@dataclass(frozen=True)
class ParameterStep:
    """What the step does to one number.

    Attributes
    ----------
    label
        The label of the element, as the layout has it: ``"0.weight[3,1]"``.
    before, gradient, after
        Its value, the gradient of the objective (clipped, where the experiment clips), and the
        value that the optimizer makes of them.
    state
        The optimizer's memory of it after the step, by torch's own names: ``momentum_buffer``,
        ``exp_avg``, ``exp_avg_sq``; empty for plain descent.
    worked
        The update rule with these numbers filled in, as a line of text.
    """

    label: str
    before: float
    gradient: float
    after: float
    state: dict[str, float]
    worked: str


@dataclass(frozen=True)
class LayerStep:
    """One tensor of parameters, its gradient, and the step it will take.

    Attributes
    ----------
    name
        As torch names it: ``"0.weight"``.
    shape
        Of the tensor.
    norm, gradient_norm, update_norm
        Euclidean norms of the values, of the gradient, and of the change.
    values, gradients
        Histograms: counts ``(bins,)`` and edges ``(bins + 1,)`` each.
    """

    name: str
    shape: tuple[int, ...]
    norm: float
    gradient_norm: float
    update_norm: float
    values: tuple[Integers, Doubles]
    gradients: tuple[Integers, Doubles]


@dataclass(frozen=True)
class GraphNode:
    """One operation of the computational graph, or a leaf of it.

    Attributes
    ----------
    name
        What it does: ``"mse_loss"``, ``"addmm"``; of a leaf the parameter's name.
    shape
        Of the tensor that it makes; ``None`` where that is not known.
    is_parameter
        Whether it is a leaf that the gradient flows into.
    """

    name: str
    shape: tuple[int, ...] | None
    is_parameter: bool


@dataclass(frozen=True)
class Graph:
    """The computational graph of the loss, as autograd holds it.

    Attributes
    ----------
    nodes
        The first one is the loss.
    edges
        Pairs ``(i, j)``: node i is computed from node j, so the gradient flows from i to j.
    """

    nodes: tuple[GraphNode, ...]
    edges: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Inspection:
    """The step that comes next, taken apart. The run itself is not touched by looking.

    Attributes
    ----------
    step, epoch
        Their numbers, from 1.
    features, targets, predictions
        The first samples of the batch, up to 20: ``(m, n_features)``, ``(m,)`` and
        ``(m, outputs)``, the predictions as the loss takes them (for two classes perhaps logits).
        Features as the model sees them, standardised where the experiment says so. All empty for
        a function, whose point is in ``parameters``.
    feature_names
        Names of the features.
    residuals
        ``(m,)``: prediction − target of a regression or of two classes; empty for many classes.
    batch_size
        How many samples the batch has.
    loss_formula
        The loss in plain text, as the catalogue has it.
    loss, penalty
        The loss on the batch, and what L1 and L2 penalties add to it.
    gradient_norm, clipped_norm
        Of the whole gradient, before clipping and after.
    optimizer, update_formula
        The label and the update rule in plain text, as the catalogue has them.
    choice, taken
        The optimizer with its settings, as they hold in the step, and how many steps it has taken
        after this one: fewer than the run where it was changed on the way.
    lr
        The learning rate of the step.
    parameters
        One by one, for up to 64 of them; empty for more.
    layers
        By tensor.
    graph
        The computational graph of the loss, up to 200 nodes.
    """

    step: int
    epoch: int
    feature_names: tuple[str, ...]
    features: Doubles
    targets: Doubles
    predictions: Doubles
    residuals: Doubles
    batch_size: int
    loss_formula: str
    loss: float
    penalty: float
    gradient_norm: float
    clipped_norm: float
    optimizer: str
    update_formula: str
    choice: OptimizerChoice
    taken: int
    lr: float
    parameters: tuple[ParameterStep, ...]
    layers: tuple[LayerStep, ...]
    graph: Graph
