"""A step length for each parameter, from the gradients that it has had."""

from __future__ import annotations

from collections.abc import Iterable

from gd_studio.catalog.entry import Parameter, Settings
from gd_studio.catalog.optimizers.entry import OptimizerEntry
from gd_studio.catalog.optimizers.parameters import WEIGHT_DECAY, eps, learning_rate

ADAGRAD = OptimizerEntry(
    key="adagrad",
    label="Adagrad",
    summary="Each parameter's step shrinks with the sum of all its squared gradients.",
    source="Duchi, Hazan & Singer, 2011",
    torch_name="Adagrad",
    formula="s ← s + g²;   p ← p − lr / (1 + (t − 1) η) · g / (√s + ε)",
    fixed=("initial_accumulator_value",),
    parameters=(
        learning_rate(0.01),
        Parameter(
            "lr_decay",
            "Learning-rate decay",
            0.0,
            "Decay η of the learning rate with the step t: lr / (1 + (t − 1) η)",
            minimum=0.0,
        ),
        WEIGHT_DECAY,
        Parameter(
            "initial_accumulator_value",
            "Initial accumulator",
            0.0,
            "What the sum s of squared gradients starts from",
            minimum=0.0,
        ),
        eps(1e-10, "p ← p − lr · g / (√s + ε)"),
    ),
)

ADADELTA = OptimizerEntry(
    key="adadelta",
    label="Adadelta",
    summary="Each parameter's step is as long as its recent steps, for a gradient as large as its "
    "recent gradients: a learning rate is hardly needed.",
    source="Zeiler, 2012",
    torch_name="Adadelta",
    formula="v ← ρ v + (1 − ρ) g²;   d ← √(u + ε) / √(v + ε) · g;   u ← ρ u + (1 − ρ) d²;   "
    "p ← p − lr · d",
    parameters=(
        learning_rate(1.0),
        Parameter(
            "rho",
            "ρ (memory)",
            0.9,
            "Memory of the squared gradients and steps: v ← ρ v + (1 − ρ) g², u ← ρ u + (1 − ρ) d²",
            minimum=0.0,
            maximum=1.0,
        ),
        Parameter(
            "eps",
            "ε",
            1e-6,
            "Added to both means; how long the first steps are: d ← √(u + ε) / √(v + ε) · g",
            minimum=0.0,
        ),
        WEIGHT_DECAY,
    ),
)

RMSPROP = OptimizerEntry(
    key="rmsprop",
    label="RMSprop",
    summary="Each parameter's step is divided by a running mean of its gradient's size.",
    source="Tieleman & Hinton, lecture 6.5, 2012",
    torch_name="RMSprop",
    formula="v ← α v + (1 − α) g²;   b ← μ b + g / (√v + ε);   p ← p − lr · b",
    fixed=("momentum",),  # without a momentum at first, torch has nowhere to keep one
    parameters=(
        learning_rate(0.01),
        Parameter(
            "alpha",
            "α (memory)",
            0.99,
            "Memory of the squared gradient: v ← α v + (1 − α) g²",
            minimum=0.0,
            maximum=1.0,
        ),
        eps(1e-8, "p ← p − lr · g / (√v + ε)"),
        WEIGHT_DECAY,
        Parameter(
            "momentum",
            "Momentum",
            0.0,
            "Share μ of the last step that is kept: b ← μ b + g / (√v + ε)",
            minimum=0.0,
        ),
        Parameter(
            "centered",
            "Centered",
            False,
            "Divide by the gradient's standard deviation: √(v − ḡ²) + ε (Graves, 2013)",
        ),
    ),
)


def _step_sizes_are_in_order(settings: Settings) -> Iterable[tuple[str, str]]:
    if settings["step_size_min"] > settings["step_size_max"]:  # type: ignore[operator]
        yield "step_size_min", "must not be above the longest step"


RPROP = OptimizerEntry(
    key="rprop",
    label="Rprop",
    summary="Only the gradient's sign counts: each parameter's step grows while it goes on in one "
    "direction, and shrinks where it turns.",
    source="Riedmiller & Braun, 1993",
    torch_name="Rprop",
    tuples=(
        ("etas", ("eta_minus", "eta_plus")),
        ("step_sizes", ("step_size_min", "step_size_max")),
    ),
    formula="s ← η₊ s where g has the sign it had;   s ← η₋ s where it has turned, and g ← 0;   "
    "p ← p − s · sign(g)",
    fixed=("lr",),
    parameters=(
        learning_rate(
            0.01,
            "The first step of each parameter. From then on the steps s follow the signs alone, "
            "and a schedule of the learning rate changes nothing",
        ),
        Parameter(
            "eta_minus",
            "η₋ (shrink)",
            0.5,
            "What a step is multiplied by where the gradient has turned: s ← η₋ s",
            above=0.0,
            below=1.0,
        ),
        Parameter(
            "eta_plus",
            "η₊ (grow)",
            1.2,
            "What a step is multiplied by where the gradient keeps its sign: s ← η₊ s",
            above=1.0,
        ),
        Parameter(
            "step_size_min",
            "Shortest step",
            1e-6,
            "No step s is shorter, but where the gradient has turned or is zero",
            minimum=0.0,
        ),
        Parameter("step_size_max", "Longest step", 50.0, "No step s is longer", minimum=0.0),
    ),
    check=_step_sizes_are_in_order,
)
