"""The losses a model can be trained on."""

from __future__ import annotations

from dataclasses import dataclass

from gd_studio.catalog.entry import Catalog, Entry

Task = str
"""What a data set asks for: ``"regression"`` or ``"binary"`` (two classes)."""


@dataclass(frozen=True, kw_only=True)
class LossEntry(Entry):
    """A loss of ``torch.nn.functional``, averaged over the samples.

    Attributes
    ----------
    torch_name
        The function in ``torch.nn.functional``, called as ``loss(prediction, target)``.
    formula
        The loss in plain text: p is the prediction, y the target, the mean is over the samples.
    tasks
        The tasks it fits.
    probabilities
        Whether predictions have to lie in [0, 1].
    """

    torch_name: str
    formula: str
    tasks: tuple[Task, ...]
    probabilities: bool = False


MSE = LossEntry(
    key="mse",
    label="Mean squared error",
    summary="The mean of the squared residuals.",
    torch_name="mse_loss",
    formula="mean((p − y)²)",
    tasks=("regression", "binary"),
)

BCE = LossEntry(
    key="bce",
    label="Binary cross-entropy",
    summary="Minus the mean log-likelihood of two classes; predictions are probabilities.",
    torch_name="binary_cross_entropy",
    formula="−mean(y ln p + (1 − y) ln(1 − p))",
    tasks=("binary",),
    probabilities=True,
)

LOSSES: Catalog[LossEntry] = Catalog("loss", MSE, BCE)
