"""Adam and its relatives: momentum, and a scale for each parameter."""

from __future__ import annotations

from gd_studio.catalog.entry import Parameter
from gd_studio.catalog.optimizers.entry import OptimizerEntry
from gd_studio.catalog.optimizers.parameters import (
    AMSGRAD,
    BETA1,
    BETA2,
    DECOUPLED_WEIGHT_DECAY,
    WEIGHT_DECAY,
    either_decay,
    eps,
    learning_rate,
    memory,
    shrinking_decay,
)

_BETAS = (("betas", ("beta1", "beta2")),)
_MEANS = "m ← β₁ m + (1 − β₁) g;   v ← β₂ v + (1 − β₂) g²"
_STEP = "p ← p − lr · m̂ / (√v̂ + ε)"

ADAM = OptimizerEntry(
    key="adam",
    label="Adam",
    summary="Momentum, with each parameter's step scaled by the size of its recent gradients.",
    source="Kingma & Ba, 2015",
    torch_name="Adam",
    tuples=_BETAS,
    formula=f"{_MEANS};   {_STEP}",
    parameters=(learning_rate(0.001), BETA1, BETA2, eps(1e-8, _STEP), WEIGHT_DECAY, AMSGRAD),
)

ADAMW = OptimizerEntry(
    key="adamw",
    label="AdamW",
    summary="Adam, with a weight decay that shrinks the parameters and is no part of the gradient.",
    source="Loshchilov & Hutter, 2019",
    torch_name="AdamW",
    tuples=_BETAS,
    formula=f"p ← (1 − lr λ) p;   {_MEANS};   {_STEP}",
    parameters=(
        learning_rate(0.001),
        BETA1,
        BETA2,
        eps(1e-8, _STEP),
        shrinking_decay(0.01),
        AMSGRAD,
    ),
)

ADAMAX = OptimizerEntry(
    key="adamax",
    label="Adamax",
    summary="Adam, with each step divided by the largest recent gradient: a step is hardly ever "
    "longer than the learning rate.",
    source="Kingma & Ba, 2015, section 7.1",
    torch_name="Adamax",
    tuples=_BETAS,
    formula="m ← β₁ m + (1 − β₁) g;   u ← max(β₂ u, |g| + ε);   p ← p − lr · m̂ / u",
    parameters=(
        learning_rate(0.002),
        BETA1,
        memory(
            "beta2",
            "β₂ (scale)",
            0.999,
            "Memory of the largest gradient: u ← max(β₂ u, |g| + ε)",
        ),
        Parameter(
            "eps",
            "ε",
            1e-8,
            "Added to the gradient's size, so that nothing is divided by zero: "
            "u ← max(β₂ u, |g| + ε)",
            minimum=0.0,
        ),
        WEIGHT_DECAY,
    ),
)

_NADAM_STEP = "p ← p − lr · ((1 − μ) / (1 − Π) · g + μ′ / (1 − μ′ Π) · m) / (√v̂ + ε)"

NADAM = OptimizerEntry(
    key="nadam",
    label="NAdam",
    summary="Adam that looks ahead along its momentum, as Nesterov does; the momentum μ grows "
    "with the steps.",
    source="Dozat, 2016",
    torch_name="NAdam",
    tuples=_BETAS,
    formula=f"{_MEANS};   μ ← β₁ (1 − ½ · 0.96^(ψ t)), μ′ that of the next step;   Π ← μ Π;   "
    f"{_NADAM_STEP}",
    parameters=(
        learning_rate(0.002),
        memory(
            "beta1",
            "β₁ (momentum)",
            0.9,
            "Memory of the gradient, and what the momentum grows towards: "
            "m ← β₁ m + (1 − β₁) g and μ ← β₁ (1 − ½ · 0.96^(ψ t))",
        ),
        BETA2,
        eps(1e-8, "p ← p − lr · (…) / (√v̂ + ε)"),
        either_decay(),
        Parameter(
            "momentum_decay",
            "ψ (momentum's growth)",
            0.004,
            "How fast the momentum grows from about half of β₁: μ ← β₁ (1 − ½ · 0.96^(ψ t))",
            minimum=0.0,
        ),
        DECOUPLED_WEIGHT_DECAY,
    ),
)

RADAM = OptimizerEntry(
    key="radam",
    label="RAdam",
    summary="Adam that does not scale its first few steps, and the next ones with care: until "
    "enough gradients are known, the scale is a guess.",
    source="Liu et al., 2020",
    torch_name="RAdam",
    tuples=_BETAS,
    formula=f"{_MEANS};   ρ ← ρ∞ − 2 t β₂ᵗ / (1 − β₂ᵗ) with ρ∞ = 2 / (1 − β₂) − 1;   "
    "p ← p − lr · r · m̂ √(1 − β₂ᵗ) / (√v + ε) where ρ > 5, "
    "with r² = (ρ − 4)(ρ − 2) ρ∞ / ((ρ∞ − 4)(ρ∞ − 2) ρ);   p ← p − lr · m̂ before that",
    parameters=(
        learning_rate(0.001),
        BETA1,
        BETA2,
        eps(1e-8, "p ← p − lr · r · m̂ √(1 − β₂ᵗ) / (√v + ε)"),
        either_decay(),
        DECOUPLED_WEIGHT_DECAY,
    ),
)
