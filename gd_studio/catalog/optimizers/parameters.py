"""Hyperparameters that several optimizers have."""

from __future__ import annotations

from gd_studio.catalog.entry import Parameter

LARGEST_DECAY = 1e6
"""Of a decay that shrinks the parameters: to torch, lr · λ is one number in single precision."""

WEIGHT_DECAY = Parameter(
    "weight_decay",
    "Weight decay",
    0.0,
    "The gradient of an L2 penalty of λ/2, added to that of the loss: g ← g + λ p. The loss that "
    "is shown is without it",
    minimum=0.0,
)

DECOUPLED_WEIGHT_DECAY = Parameter(
    "decoupled_weight_decay",
    "Decoupled weight decay",
    False,
    "Let the weight decay shrink the parameters directly, as in AdamW: p ← (1 − lr λ) p. "
    "Otherwise it is added to the gradient: g ← g + λ p",
)

AMSGRAD = Parameter(
    "amsgrad",
    "AMSGrad",
    False,
    "Divide by the largest v̂ so far (Reddi et al., 2018)",
)


def learning_rate(default: float, help: str = "") -> Parameter:
    """Return the learning rate; `help` says what it is where a step is not just lr · d."""
    return Parameter(
        "lr",
        "Learning rate",
        default,
        help or "Length of a step: p ← p − lr · (direction)",
        minimum=0.0,
    )


def shrinking_decay(default: float) -> Parameter:
    """Return a weight decay that is no part of the gradient."""
    return Parameter(
        "weight_decay",
        "Weight decay",
        default,
        "How much the parameters shrink in each step, apart from the gradient: p ← (1 − lr λ) p",
        minimum=0.0,
        maximum=LARGEST_DECAY,
    )


def either_decay() -> Parameter:
    """Return a weight decay that a switch decides the meaning of."""
    return Parameter(
        "weight_decay",
        "Weight decay",
        0.0,
        "An L2 penalty of λ/2 in the gradient: g ← g + λ p; or, decoupled, a shrinking of the "
        "parameters: p ← (1 − lr λ) p. The loss that is shown is without it",
        minimum=0.0,
        maximum=LARGEST_DECAY,
    )


def memory(name: str, label: str, default: float, formula: str) -> Parameter:
    """Return the share of a running mean that is kept, below 1: `formula` is the mean."""
    return Parameter(name, label, default, formula, minimum=0.0, below=1.0)


BETA1 = memory("beta1", "β₁ (momentum)", 0.9, "Memory of the gradient: m ← β₁ m + (1 − β₁) g")
BETA2 = memory(
    "beta2", "β₂ (scale)", 0.999, "Memory of the squared gradient: v ← β₂ v + (1 − β₂) g²"
)


def eps(default: float, formula: str) -> Parameter:
    """Return the small number that keeps the denominator in `formula` from being zero."""
    return Parameter(
        "eps",
        "ε",
        default,
        f"Added to the denominator, so that nothing is divided by zero: {formula}",
        minimum=0.0,
    )
