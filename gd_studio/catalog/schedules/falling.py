"""Schedules along which the learning rate falls once, or rises once: in jumps or smoothly."""

from __future__ import annotations

from gd_studio.catalog.entry import Parameter
from gd_studio.catalog.schedules.entry import GAMMA_HELP, LOWEST, ScheduleEntry, moves, reads
from gd_studio.catalog.schedules.texts import milestones_of

STEP = ScheduleEntry(
    key="step",
    label="Step",
    summary="The learning rate jumps down again and again, after equal stretches.",
    torch_name="StepLR",
    formula="lr = lr₀ γ^⌊t / s⌋",
    written=("step_size",),
    parameters=(
        moves("step_size", "Step size s", 100, "How many moves there are from jump to jump"),
        Parameter("gamma", "Factor γ", 0.1, GAMMA_HELP, minimum=0.0),
    ),
)

MULTI_STEP = ScheduleEntry(
    key="multi-step",
    label="Multi-step",
    summary="The learning rate jumps down at milestones of your choice.",
    torch_name="MultiStepLR",
    formula="lr = lr₀ γ^(milestones up to t)",
    written=("milestones",),
    parameters=(
        Parameter(
            "milestones",
            "Milestones",
            "30, 80",
            "The moves at which the learning rate jumps, with commas between",
        ),
        Parameter("gamma", "Factor γ", 0.1, GAMMA_HELP, minimum=0.0),
    ),
    check=reads("milestones", milestones_of),
)

CONSTANT_FACTOR = ScheduleEntry(
    key="constant-factor",
    label="Constant factor",
    summary="A smaller learning rate at first, the whole one afterwards.",
    torch_name="ConstantLR",
    formula="lr = f lr₀ while t < n;   lr = lr₀ from then on",
    parameters=(
        Parameter(
            "factor",
            "Factor f",
            1 / 3,
            "What the learning rate is multiplied by at first",
            above=0.0,
            maximum=1.0,
        ),
        moves("total_iters", "Moves n", 5, "How many moves the factor holds for"),
    ),
)

LINEAR = ScheduleEntry(
    key="linear",
    label="Linear",
    summary="The learning rate changes by the same amount at each move: a warm-up, or a fall.",
    source="Goyal et al., 2017 (as a warm-up)",
    torch_name="LinearLR",
    formula="lr = lr₀ (a + (b − a) min(t, n) / n)",
    parameters=(
        Parameter(
            "start_factor",
            "From a",
            1 / 3,
            "Factor of the learning rate at the beginning",
            above=0.0,
            maximum=1.0,
        ),
        Parameter(
            "end_factor",
            "To b",
            1.0,
            "Factor of the learning rate at the end, and from then on",
            minimum=0.0,
            maximum=1.0,
        ),
        moves("total_iters", "Moves n", 5, "How many moves it takes from a to b"),
    ),
)

EXPONENTIAL = ScheduleEntry(
    key="exponential",
    label="Exponential",
    summary="Each move multiplies the learning rate by the same factor.",
    torch_name="ExponentialLR",
    formula="lr = lr₀ γ^t",
    written=("gamma",),
    parameters=(Parameter("gamma", "Factor γ", 0.99, GAMMA_HELP, minimum=0.0),),
)

POLYNOMIAL = ScheduleEntry(
    key="polynomial",
    label="Polynomial",
    summary="The learning rate falls to zero along a power of the moves that are left.",
    source="Chen et al., 2017",
    torch_name="PolynomialLR",
    formula="lr = lr₀ (1 − min(t, n) / n)^p",
    parameters=(
        moves("total_iters", "Moves n", 5, "How many moves it takes to zero"),
        Parameter(
            "power",
            "Power p",
            1.0,
            "1 for a straight line, more for a fall that is steep at first",
            minimum=0.0,
            maximum=64.0,
        ),
    ),
)

COSINE = ScheduleEntry(
    key="cosine",
    label="Cosine",
    summary="The learning rate falls along half a cosine: slowly, fast, and slowly again.",
    source="Loshchilov & Hutter, 2017",
    torch_name="CosineAnnealingLR",
    formula="lr = η + (lr₀ − η) (1 + cos(π t / T)) / 2",
    written=("T_max",),
    parameters=(
        moves("T_max", "Moves T", 100, "How many moves the fall takes; then the rate rises again"),
        LOWEST,
    ),
)

PLATEAU = ScheduleEntry(
    key="plateau",
    label="On a plateau",
    summary="The learning rate falls when the loss has stopped falling.",
    source="Krizhevsky, Sutskever & Hinton, 2012 (by hand)",
    torch_name="ReduceLROnPlateau",
    formula="lr ← max(f lr, lowest) after more than n moves without a better loss",
    parameters=(
        Parameter(
            "mode",
            "Better is",
            "min",
            "Whether a lower loss counts as better (min) or a higher one (max)",
            choices=("min", "max"),
        ),
        Parameter(
            "factor",
            "Factor f",
            0.1,
            "What the learning rate is multiplied by: lr ← f lr",
            minimum=0.0,
            below=1.0,
        ),
        Parameter(
            "patience",
            "Patience n",
            10,
            "How many moves in a row may pass without a better loss",
            minimum=0,
        ),
        Parameter(
            "threshold",
            "Threshold",
            1e-4,
            "How much better a loss has to be to count",
            minimum=0.0,
        ),
        Parameter(
            "threshold_mode",
            "Threshold is",
            "rel",
            "A share of the best loss (rel), or a difference to it (abs)",
            choices=("rel", "abs"),
        ),
        Parameter(
            "cooldown",
            "Cooldown",
            0,
            "How many moves pass after a fall before bad ones are counted again",
            minimum=0,
        ),
        Parameter(
            "min_lr",
            "Lowest rate",
            0.0,
            "The learning rate does not fall below: a rate, not a factor",
            minimum=0.0,
        ),
        Parameter(
            "eps", "Smallest fall", 1e-8, "A fall of the rate by less is left out", minimum=0.0
        ),
    ),
)
