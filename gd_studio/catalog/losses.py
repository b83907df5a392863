"""The losses a model can be trained on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gd_studio.catalog.entry import Catalog, Entry, Parameter
from gd_studio.catalog.schema import Task

Predictions = Literal["numbers", "probabilities", "logits"]
"""What a loss takes: any numbers, probabilities in [0, 1], or what a sigmoid or softmax would
make probabilities of."""


@dataclass(frozen=True, kw_only=True)
class LossEntry(Entry):
    """A loss of ``torch.nn.functional``, averaged over the samples.

    Attributes
    ----------
    torch_name
        The function in ``torch.nn.functional``, called as ``loss(prediction, target)`` with the
        settings as keyword arguments.
    formula
        The loss in plain text: p is the prediction, y the target, the mean is over the samples.
    tasks
        The tasks it fits.
    takes
        What its predictions have to be.
    """

    torch_name: str
    formula: str
    tasks: tuple[Task, ...]
    takes: Predictions = "numbers"


MSE = LossEntry(
    key="mse",
    label="Mean squared error",
    summary="The mean of the squared residuals: large ones count most.",
    torch_name="mse_loss",
    formula="mean((p − y)²)",
    tasks=("regression", "binary"),
)

L1 = LossEntry(
    key="l1",
    label="Mean absolute error",
    summary="The mean of the residuals' sizes: outliers count no more than their size.",
    torch_name="l1_loss",
    formula="mean(|p − y|)",
    tasks=("regression", "binary"),
)

HUBER = LossEntry(
    key="huber",
    label="Huber",
    summary="Squared for small residuals, linear beyond δ: smooth, and calm about outliers.",
    source="Huber, 1964",
    torch_name="huber_loss",
    formula="mean(½ (p − y)² where |p − y| ≤ δ, else δ (|p − y| − ½ δ))",
    tasks=("regression", "binary"),
    parameters=(
        Parameter("delta", "δ", 1.0, "The residual from which on the loss is linear", above=0.0),
    ),
)

BCE = LossEntry(
    key="bce",
    label="Binary cross-entropy",
    summary="Minus the mean log-likelihood of two classes; predictions are probabilities.",
    torch_name="binary_cross_entropy",
    formula="−mean(y ln p + (1 − y) ln(1 − p))",
    tasks=("binary",),
    takes="probabilities",
)

BCE_WITH_LOGITS = LossEntry(
    key="bce-with-logits",
    label="Binary cross-entropy with logits",
    summary="The same with the sigmoid inside, which keeps large predictions from overflowing.",
    torch_name="binary_cross_entropy_with_logits",
    formula="−mean(y ln σ(p) + (1 − y) ln(1 − σ(p)))",
    tasks=("binary",),
    takes="logits",
)

CROSS_ENTROPY = LossEntry(
    key="cross-entropy",
    label="Cross-entropy",
    summary="Minus the mean log-probability of the true class among many, softmax inside.",
    torch_name="cross_entropy",
    formula="−mean(ln softmax(p)[y])",
    tasks=("multi-class",),
    takes="logits",
)

LOSSES: Catalog[LossEntry] = Catalog("loss", MSE, L1, HUBER, BCE, BCE_WITH_LOGITS, CROSS_ENTROPY)
"""The losses a model can be trained on."""
