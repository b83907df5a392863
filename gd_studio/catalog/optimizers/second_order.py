"""Methods that know the curvature, or learn it from the gradients."""

from __future__ import annotations

from gd_studio.catalog.entry import Parameter
from gd_studio.catalog.optimizers.entry import OptimizerEntry
from gd_studio.catalog.optimizers.line_search import SHRINK, enough_decrease, most_trials
from gd_studio.catalog.optimizers.parameters import learning_rate

_MOST_PARAMETERS = 500
"""The Hessian has the square of it as entries, and takes a backward pass for each parameter."""

LBFGS = OptimizerEntry(
    key="lbfgs",
    label="L-BFGS",
    summary="Learns the curvature from how the gradient changes, and goes where the quadratic with "
    "it is lowest; each step is made of several iterations.",
    source="Liu & Nocedal, 1989",
    torch_name="LBFGS",
    elementwise=False,
    closure=True,
    zero_is_none=("max_eval",),
    formula="d ← −H g with H ≈ (∇²f)⁻¹ from the last changes of p and of g;   p ← p + lr · d",
    fixed=("max_iter", "max_eval", "tolerance_grad", "tolerance_change", "history_size"),
    parameters=(
        learning_rate(
            1.0,
            "Length of an iteration's step: p ← p + lr · d. The very first is lr · min(1, 1/‖g‖₁); "
            "a line search begins with it",
        ),
        Parameter(
            "max_iter",
            "Most iterations",
            20,
            "How many iterations p ← p + lr · d a step has, at most",
            minimum=1,
            maximum=1000,
        ),
        Parameter(
            "max_eval",
            "Most evaluations",
            0,
            "How often a step evaluates the loss, at most; 0 for 5/4 of the iterations. A line "
            "search needs several for each iteration",
            minimum=0,
            maximum=100_000,
        ),
        Parameter(
            "tolerance_grad",
            "Least gradient",
            1e-7,
            "A step ends where no part of the gradient is larger: max |g| ≤ this",
            minimum=0.0,
        ),
        Parameter(
            "tolerance_change",
            "Least change",
            1e-9,
            "A step ends where an iteration changes no parameter, or the loss, by more",
            minimum=0.0,
        ),
        Parameter(
            "history_size",
            "History",
            100,
            "How many changes of p and of g the curvature H is made from",
            minimum=1,
            maximum=1000,
        ),
        Parameter(
            "line_search_fn",
            "Line search",
            "none",
            "How far an iteration goes: always lr · d, or so far that the loss falls enough and "
            "the slope flattens enough (strong Wolfe conditions, with 1e-4 and 0.9)",
            choices=("none", "strong_wolfe"),
        ),
    ),
)

NEWTON = OptimizerEntry(
    key="newton",
    label="Newton",
    summary="Goes where the quadratic that fits the loss here has no slope: to its minimum, but "
    "as well to its saddle point or maximum.",
    source="Nocedal & Wright, 2006, section 3.3",
    reference="Newton",
    elementwise=False,
    closure=True,
    most_parameters=_MOST_PARAMETERS,
    formula="p ← p − lr · H⁻¹ g with H = ∇²f",
    parameters=(learning_rate(1.0, "Share of Newton's step that is taken: p ← p − lr · H⁻¹ g"),),
)

_DECREASE = "f(p + t d) ≤ f(p) + c₁ t gᵀd"

DAMPED_NEWTON = OptimizerEntry(
    key="damped-newton",
    label="Damped Newton",
    summary="Newton's method that only ever goes down: the Hessian is made positive definite, and "
    "the step is shortened until the loss falls enough.",
    source="Nocedal & Wright, 2006, section 3.4",
    reference="DampedNewton",
    elementwise=False,
    closure=True,
    most_parameters=_MOST_PARAMETERS,
    formula="d ← −(H + μ I)⁻¹ g with μ ≥ 0 as small as H allows;   "
    f"t ← lr, then shrink · t until {_DECREASE};   p ← p + t d",
    parameters=(
        learning_rate(1.0, "The step length t that is tried first; 1 is Newton's own step"),
        enough_decrease(_DECREASE),
        SHRINK,
        most_trials(50),
        Parameter(
            "least_curvature",
            "Least curvature",
            1e-6,
            "The lowest eigenvalue that H + μ I is left with, as a share of max(1, |λ|max), where "
            "|λ|max is the largest eigenvalue of H",
            above=0.0,
        ),
    ),
)
