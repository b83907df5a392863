"""Steepest descent that looks along its ray before it steps: methods to measure others by."""

from __future__ import annotations

from gd_studio.catalog.entry import Parameter
from gd_studio.catalog.optimizers.entry import OptimizerEntry
from gd_studio.catalog.optimizers.parameters import learning_rate

SHRINK = Parameter(
    "shrink",
    "Shrink",
    0.5,
    "What the step length is multiplied by after a trial that failed: t ← shrink · t",
    above=0.0,
    below=1.0,
)


def enough_decrease(formula: str) -> Parameter:
    """Return the share c₁ of the promised decrease that is asked for in `formula`."""
    return Parameter(
        "c1",
        "c₁ (decrease)",
        1e-4,
        f"The share of the decrease that the slope promises that is enough: {formula}",
        above=0.0,
        below=1.0,
    )


def most_trials(default: int) -> Parameter:
    """Return the limit of the trials in a step."""
    return Parameter(
        "most_trials",
        "Most trials",
        default,
        "How many step lengths t are tried in a step, at most",
        minimum=1,
        maximum=1000,
    )


EXACT_LINE_SEARCH = OptimizerEntry(
    key="exact-line-search",
    label="Exact line search",
    summary="Steepest descent that goes to the lowest point along each step's ray.",
    source="Cauchy, 1847; Kiefer, 1953 (golden sections)",
    reference="ExactLineSearch",
    elementwise=False,
    closure=True,
    formula="t ← the t > 0 where f(p − t g) is lowest;   p ← p − t g",
    parameters=(
        learning_rate(1.0, "The step length t with which the search begins"),
        Parameter(
            "tolerance",
            "Tolerance",
            1e-6,
            "How closely the lowest t is found, as a share of t; single precision allows no less "
            "than 3.5e-4 before the last correction by the slope",
            above=0.0,
            below=1.0,
        ),
        most_trials(100),
    ),
)

_ARMIJO = "f(p − t g) ≤ f(p) − c₁ t ‖g‖²"

ARMIJO = OptimizerEntry(
    key="armijo",
    label="Armijo line search",
    summary="Steepest descent whose steps are shortened until the loss falls enough.",
    source="Armijo, 1966; Nocedal & Wright, 2006, algorithm 3.1",
    reference="Armijo",
    elementwise=False,
    closure=True,
    formula=f"t ← lr, then shrink · t until {_ARMIJO};   p ← p − t g",
    parameters=(
        learning_rate(1.0, "The step length t that is tried first"),
        enough_decrease(_ARMIJO),
        SHRINK,
        most_trials(50),
    ),
)
