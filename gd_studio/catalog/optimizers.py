"""The optimizers, each as ``torch.optim`` has it: same names, same defaults."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gd_studio.catalog.entry import Catalog, Entry, Parameter, Settings, Value


@dataclass(frozen=True, kw_only=True)
class OptimizerEntry(Entry):
    """An optimizer of ``torch.optim``, or the plain rule written out.

    Attributes
    ----------
    torch_name
        The class in ``torch.optim``; empty for the plain rule, which needs none.
    formula
        The update rule, in plain text.
    elementwise
        Whether each parameter is updated from its own history alone, so that all parameters can
        be one flat tensor without a bit changing. Optimizers that look at a tensor's shape or
        norm are not.
    tuples
        Arguments of the class that are made of several parameters, as
        ``("betas", ("beta1", "beta2"))``. Every other parameter is an argument by its own name.
    """

    torch_name: str
    formula: str
    elementwise: bool = True
    tuples: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def arguments(self, settings: Settings) -> dict[str, Value | tuple[Value, ...]]:
        """From the settings to the keyword arguments of the class in ``torch.optim``."""
        arguments: dict[str, Value | tuple[Value, ...]] = dict(settings)
        for name, parts in self.tuples:
            arguments[name] = tuple(settings[part] for part in parts)
            for part in parts:
                del arguments[part]
        return arguments


def _learning_rate(default: float) -> Parameter:
    return Parameter(
        "lr", "Learning rate", default, "Length of a step: p ← p − lr · (direction)", minimum=0.0
    )


_WEIGHT_DECAY = Parameter(
    "weight_decay",
    "Weight decay",
    0.0,
    "The gradient of an L2 penalty of λ/2, added to that of the loss: g ← g + λ p. The loss that "
    "is shown is without it",
    minimum=0.0,
)

_EPS_HELP = "Added to the denominator, so that nothing is divided by zero"


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
        _learning_rate(0.001),
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
        _WEIGHT_DECAY,
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

ADAM = OptimizerEntry(
    key="adam",
    label="Adam",
    summary="Momentum, with each parameter's step scaled by the size of its recent gradients.",
    source="Kingma & Ba, 2015",
    torch_name="Adam",
    tuples=(("betas", ("beta1", "beta2")),),
    formula="m ← β₁ m + (1 − β₁) g;   v ← β₂ v + (1 − β₂) g²;   p ← p − lr · m̂ / (√v̂ + ε)",
    parameters=(
        _learning_rate(0.001),
        Parameter(
            "beta1",
            "β₁ (momentum)",
            0.9,
            "Memory of the gradient: m ← β₁ m + (1 − β₁) g",
            minimum=0.0,
            below=1.0,
        ),
        Parameter(
            "beta2",
            "β₂ (scale)",
            0.999,
            "Memory of the squared gradient: v ← β₂ v + (1 − β₂) g²",
            minimum=0.0,
            below=1.0,
        ),
        Parameter("eps", "ε", 1e-8, _EPS_HELP + ": p ← p − lr · m̂ / (√v̂ + ε)", minimum=0.0),
        _WEIGHT_DECAY,
        Parameter(
            "amsgrad",
            "AMSGrad",
            False,
            "Divide by the largest v̂ so far (Reddi et al., 2018)",
        ),
    ),
)

ADAGRAD = OptimizerEntry(
    key="adagrad",
    label="Adagrad",
    summary="Each parameter's step shrinks with the sum of all its squared gradients.",
    source="Duchi, Hazan & Singer, 2011",
    torch_name="Adagrad",
    formula="s ← s + g²;   p ← p − lr / (1 + (t − 1) η) · g / (√s + ε)",
    parameters=(
        _learning_rate(0.01),
        Parameter(
            "lr_decay",
            "Learning-rate decay",
            0.0,
            "Decay η of the learning rate with the step t: lr / (1 + (t − 1) η)",
            minimum=0.0,
        ),
        _WEIGHT_DECAY,
        Parameter(
            "initial_accumulator_value",
            "Initial accumulator",
            0.0,
            "What the sum s of squared gradients starts from",
            minimum=0.0,
        ),
        Parameter("eps", "ε", 1e-10, _EPS_HELP + ": p ← p − lr · g / (√s + ε)", minimum=0.0),
    ),
)

RMSPROP = OptimizerEntry(
    key="rmsprop",
    label="RMSprop",
    summary="Each parameter's step is divided by a running mean of its gradient's size.",
    source="Tieleman & Hinton, lecture 6.5, 2012",
    torch_name="RMSprop",
    formula="v ← α v + (1 − α) g²;   b ← μ b + g / (√v + ε);   p ← p − lr · b",
    parameters=(
        _learning_rate(0.01),
        Parameter(
            "alpha",
            "α (memory)",
            0.99,
            "Memory of the squared gradient: v ← α v + (1 − α) g²",
            minimum=0.0,
            maximum=1.0,
        ),
        Parameter("eps", "ε", 1e-8, _EPS_HELP + ": p ← p − lr · g / (√v + ε)", minimum=0.0),
        _WEIGHT_DECAY,
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

BY_HAND = OptimizerEntry(
    key="by-hand",
    label="Plain rule, by hand",
    summary="No optimizer at all: each parameter steps down its own gradient, under no_grad.",
    source="Cauchy, 1847",
    torch_name="",
    formula="p ← p − lr · g",
    parameters=(_learning_rate(0.001),),
)

OPTIMIZERS: Catalog[OptimizerEntry] = Catalog("optimizer", SGD, ADAM, ADAGRAD, RMSPROP, BY_HAND)
