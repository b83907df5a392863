"""Optimizers that see the rows and columns of a weight."""

from __future__ import annotations

from gd_studio.catalog.entry import Parameter
from gd_studio.catalog.optimizers.entry import OptimizerEntry
from gd_studio.catalog.optimizers.parameters import learning_rate, memory, shrinking_decay

ADAFACTOR = OptimizerEntry(
    key="adafactor",
    label="Adafactor",
    summary="Scales steps as Adam does, but remembers no more than a mean for each row and each "
    "column of a weight; steps are relative to the size of the weights.",
    source="Shazeer & Stern, 2018",
    torch_name="Adafactor",
    elementwise=False,
    tuples=(("eps", (None, "eps2")),),
    formula="r, c ← means of g² over rows and columns, with memory 1 − t^γ;   "
    "u ← g / √v̂ with v̂ = r c / mean(r);   p ← (1 − lr λ) p;   "
    "p ← p − max(ε₂, rms(p)) · min(lr, 1/√t) · u / max(1, rms(u) / d)",
    parameters=(
        learning_rate(
            0.01,
            "The largest step as a share of the weights' size: max(ε₂, rms(p)) · min(lr, 1/√t)",
        ),
        Parameter(
            "beta2_decay",
            "γ (memory's growth)",
            -0.8,
            "How the memory of squared gradients grows with the step t: β₂ = 1 − t^γ",
            maximum=0.0,
        ),
        Parameter(
            "eps2",
            "ε₂",
            1e-3,
            "The least size that weights count for, so that those at zero move: max(ε₂, rms(p))",
            minimum=0.0,
        ),
        Parameter(
            "d",
            "d (clipping)",
            1.0,
            "How large the scaled gradient u may be before it is clipped: u / max(1, rms(u) / d)",
            minimum=1.0,
        ),
        shrinking_decay(0.0),
    ),
)

_NEWTON_SCHULZ = "X ← a X + b (X Xᵀ) X + c (X Xᵀ)² X"

MUON = OptimizerEntry(
    key="muon",
    label="Muon",
    summary="Momentum, made orthogonal: a step changes a weight matrix by the same amount in all "
    "directions. Biases, and all that is no matrix, are updated by AdamW.",
    source="Jordan et al., 2024; Liu et al., 2025 (the scale that goes with AdamW)",
    torch_name="Muon",
    elementwise=False,
    matrices_only=True,
    tuples=(("ns_coefficients", ("ns_a", "ns_b", "ns_c")),),
    not_arguments=("adamw_lr",),
    formula="b ← μ b + (1 − μ) g;   X ← orthogonal((1 − μ) g + μ b);   p ← (1 − lr λ) p;   "
    "p ← p − lr √max(1, rows / columns) · X",
    parameters=(
        learning_rate(0.001, "Length of a matrix's step: p ← p − lr √max(1, rows / columns) · X"),
        shrinking_decay(0.1),
        memory(
            "momentum",
            "Momentum",
            0.95,
            "Share μ of the gradients so far that is kept: b ← μ b + (1 − μ) g",
        ),
        Parameter(
            "nesterov",
            "Nesterov",
            True,
            "Look ahead along the momentum: (1 − μ) g + μ b is made orthogonal, and not b",
        ),
        Parameter(
            "ns_a", "a (Newton–Schulz)", 3.4445, f"What makes X orthogonal: {_NEWTON_SCHULZ}"
        ),
        Parameter(
            "ns_b", "b (Newton–Schulz)", -4.775, f"What makes X orthogonal: {_NEWTON_SCHULZ}"
        ),
        Parameter(
            "ns_c", "c (Newton–Schulz)", 2.0315, f"What makes X orthogonal: {_NEWTON_SCHULZ}"
        ),
        Parameter(
            "eps",
            "ε",
            1e-7,
            "The least norm that X is divided by at first, so that nothing is divided by zero: "
            "X ← X / max(‖X‖, ε)",
            above=0.0,
        ),
        Parameter(
            "ns_steps",
            "Newton–Schulz steps",
            5,
            f"How often X is made more orthogonal: {_NEWTON_SCHULZ}",
            minimum=1,
            maximum=99,
        ),
        Parameter(
            "adjust_lr_fn",
            "Scale of a step",
            "original",
            "What lr is multiplied by: √max(1, rows / columns) in the original; "
            "0.2 √max(rows, columns) for steps as large as AdamW's (match_rms_adamw)",
            choices=("original", "match_rms_adamw"),
        ),
        Parameter(
            "adamw_lr",
            "Learning rate of AdamW",
            3e-4,
            "For what is no matrix, as biases: p ← p − lr · m̂ / (√v̂ + ε), with AdamW's own "
            "β₁ = 0.9, β₂ = 0.999 and ε = 1e-8 and the weight decay above",
            minimum=0.0,
        ),
    ),
)
