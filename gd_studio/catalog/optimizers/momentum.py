"""Gradient descent itself, with momentum, and averaged."""

from __future__ import annotations

from collections.abc import Iterable

from gd_studio.catalog.entry import Parameter, Settings
from gd_studio.catalog.optimizers.entry import OptimizerEntry
from gd_studio.catalog.optimizers.parameters import LARGEST_DECAY, WEIGHT_DECAY, learning_rate


def _nesterov_needs_momentum(settings: Settings) -> Iterable[tuple[str, str]]:
    if settings["nesterov"] and (settings["momentum"] == 0 or settings["dampening"] != 0):
        yield "nesterov", "needs a momentum above 0 and a dampening of 0"


SGD = OptimizerEntry(
    key="sgd",
    label="SGD",
    summary="Gradient descent, with momentum where wished: a ball that rolls down the slope.",
    source="Polyak, 1964 (momentum); Sutskever et al., 2013 (Nesterov's form)",
    torch_name="SGD",
    formula="b ← μ b + (1 − τ) g;   p ← p − lr · b",
    parameters=(
        learning_rate(0.001),
        Parameter(
            "momentum",
            "Momentum",
            0.0,
            "Share μ of the last step that is kept: b ← μ b + (1 − τ) g",
            minimum=0.0,
        ),
        Parameter(
            "dampening",
            "Dampening",
            0.0,
            "Share τ of the gradient held back from the momentum: b ← μ b + (1 − τ) g",
        ),
        WEIGHT_DECAY,
        Parameter(
            "nesterov",
            "Nesterov",
            False,
            "Look ahead along the momentum: p ← p − lr · (g + μ b). "
            "Needs a momentum above 0 and no dampening.",
        ),
    ),
    check=_nesterov_needs_momentum,
)

ASGD = OptimizerEntry(
    key="asgd",
    label="ASGD",
    summary="Gradient descent with ever shorter steps, which keeps a mean of the parameters "
    "beside them; what is shown are the parameters themselves.",
    source="Polyak & Juditsky, 1992; Xu, 2011 (the steps)",
    torch_name="ASGD",
    formula="p ← (1 − λ η) p − η g;   a ← a + μ (p − a);   "
    "η ← lr / (1 + λ lr t)^α and μ ← 1 / max(1, t − t₀), for the next step",
    parameters=(
        learning_rate(
            0.01, "What the step length η is at first, before it decays: η ← lr / (1 + λ lr t)^α"
        ),
        Parameter(
            "lambd",
            "λ (decay)",
            1e-4,
            "How much the parameters shrink in a step, and how early the steps become shorter: "
            "p ← (1 − λ η) p − η g, and η ← lr / (1 + λ lr t)^α",
            minimum=0.0,
            maximum=LARGEST_DECAY,
        ),
        Parameter(
            "alpha",
            "α (power)",
            0.75,
            "How fast the steps become shorter: η ← lr / (1 + λ lr t)^α",
            minimum=0.0,
            maximum=1.0,
        ),
        Parameter(
            "t0",
            "t₀ (averaging)",
            1e6,
            "The step after which a becomes a mean of the parameters, and is no longer the last: "
            "a ← a + μ (p − a) with μ ← 1 / max(1, t − t₀)",
            minimum=0.0,
        ),
        WEIGHT_DECAY,
    ),
)

BY_HAND = OptimizerEntry(
    key="by-hand",
    label="Plain rule, by hand",
    summary="No optimizer at all: each parameter steps down its own gradient, under no_grad.",
    source="Cauchy, 1847",
    formula="p ← p − lr · g",
    parameters=(learning_rate(0.001),),
)
