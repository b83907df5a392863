"""How sharp the loss may be before an optimizer's steps grow without end.

On a quadratic loss with Hessian H each optimizer is a linear recurrence along each eigenvector,
and its steps die out only where the eigenvalue is below a limit that depends on the learning rate:
2/lr for plain descent. Training tends to drive the largest eigenvalue up to that limit and to hover
there (Cohen et al., Gradient Descent on Neural Networks Typically Occurs at the Edge of Stability,
2021). What divides each element of the step by a number of its own, as Adam does, has its limit on
``P^(-1/2) H P^(-1/2)`` with these numbers on P's diagonal (Cohen et al., Adaptive Gradient Methods
at the Edge of Stability, 2022).

The recurrences are of second order, with ``z² − T z + D`` as their characteristic polynomial; they
die out where ``|D| < 1`` and ``|T| < 1 + D`` (Jury, 1964). As the eigenvalue grows it is
``T = −1 − D`` that is met first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gd_studio.catalog.entry import Settings

_GRADIENT_DESCENT = "Cohen et al., 2021"
_MOMENTUM = "Polyak, 1964; Goh, Why Momentum Really Works, 2017; Cohen et al., 2021"
_ADAPTIVE = "Cohen et al., Adaptive Gradient Methods at the Edge of Stability, 2022"


@dataclass(frozen=True)
class Stability:
    """The largest eigenvalue at which an optimizer's steps still die out.

    Attributes
    ----------
    limit
        Below zero where the weight decay alone lets the steps grow.
    formula
        The same in letters: ``"2 / lr"``.
    source
        Where it comes from.
    is_preconditioned
        Whether it is a limit on the eigenvalues of ``P^(-1/2) (H + shift · I) P^(-1/2)``, with P
        of :func:`gd_studio.link.preconditioner.preconditioner`, and not on those of H itself.
    shift
        The weight decay where it is a part of the gradient that is divided by P; else 0.
    """

    limit: float
    formula: str
    source: str
    is_preconditioned: bool = False
    shift: float = 0.0


def stability_limit(
    optimizer: str, settings: Settings, lr: float, step: int | None = None
) -> Stability | None:
    """Return the limit of an optimizer, once corrections of the bias of its momentum are gone.

    Parameters
    ----------
    optimizer
        Its key in the catalogue.
    settings
        A value for each of its parameters.
    lr
        The learning rate in force.
    step
        The number of the step, for NAdam, whose momentum grows over tens of thousands of them;
        ``None`` for the long run.

    Returns
    -------
    ``None`` for optimizers that are no linear recurrence with a given learning rate (Rprop, L-BFGS,
    Newton's method, line searches, …), and where no curvature is stable or each is: a learning rate
    of 0, a momentum from 1, a dampening from 1.
    """
    if lr <= 0:
        return None
    if optimizer == "nadam":
        return _nadam(settings, lr, step)
    find = _LIMITS.get(optimizer)
    return None if find is None else find(settings, lr)


def _plain(settings: Settings, lr: float) -> Stability | None:
    """``p ← p − lr h p``: stable for ``|1 − lr h| < 1``."""
    return Stability(2 / lr, "2 / lr", _GRADIENT_DESCENT)


def _sgd(settings: Settings, lr: float) -> Stability | None:
    """Heavy ball: ``b ← μ b + (1 − τ) h p; p ← p − lr b``; Nesterov: ``p ← p − lr (h p + μ b)``.

    The first has ``T = 1 + μ − lr (1 − τ) h`` and ``D = μ``, the second
    ``T = 1 + μ − lr h (1 + μ)`` and ``D = μ (1 − lr h)``. The weight decay λ is the Hessian of a
    penalty, λ I: what is left of the limit for H is less by λ. Without momentum torch looks at no
    dampening.
    """
    momentum, decay = float(settings["momentum"]), float(settings["weight_decay"])
    dampening = float(settings["dampening"]) if momentum else 0.0
    if not (momentum < 1 and dampening < 1):
        return None
    if settings["nesterov"]:
        limit, formula = (2 + 2 * momentum) / (lr * (1 + 2 * momentum)), "(2 + 2μ) / (lr (1 + 2μ))"
    elif dampening:
        limit, formula = (2 + 2 * momentum) / (lr * (1 - dampening)), "(2 + 2μ) / (lr (1 − τ))"
    elif momentum:
        limit, formula = (2 + 2 * momentum) / lr, "(2 + 2μ) / lr"
    else:
        limit, formula = 2 / lr, "2 / lr"
    source = _MOMENTUM if momentum else _GRADIENT_DESCENT
    return Stability(limit - decay, formula + (" − λ" if decay else ""), source)


def _adam(settings: Settings, lr: float) -> Stability | None:
    """``m ← β₁ m + (1 − β₁) h p; p ← c p − lr m``: a heavy ball whose dampening is β₁.

    A decoupled weight decay λ shrinks p to its share ``c = 1 − lr λ`` in each step, which makes
    ``T = c + β₁ − lr (1 − β₁) h`` and ``D = c β₁``.
    """
    beta, kept, shift = _adam_settings(settings, lr)
    limit = (1 + kept) * (1 + beta) / ((1 - beta) * lr)
    formula = "(2 + 2β₁) / ((1 − β₁) lr)" if kept == 1 else "(2 − lr λ)(1 + β₁) / ((1 − β₁) lr)"
    return Stability(limit, formula, _ADAPTIVE, True, shift)


def _adamw(settings: Settings, lr: float) -> Stability | None:
    return _adam({**settings, "decoupled_weight_decay": True}, lr)


def _nadam(settings: Settings, lr: float, step: int | None) -> Stability:
    """``m ← β₁ m + (1 − β₁) h p; p ← c p − lr ((1 − μ) h p + μ m)``, c as for Adam.

    It makes ``T = c + β₁ − lr (1 − μ β₁) h`` and ``D = β₁ (c − lr (1 − μ) h)``. The momentum
    μ grows with the step t from β₁/2 to β₁, as ``β₁ (1 − 0.96^(ψ t) / 2)`` (Dozat, 2016).
    """
    beta, kept, shift = _adam_settings(settings, lr)
    growth = float(settings["momentum_decay"])
    missing = 0.96 ** (growth * step) if step is not None else float(growth == 0)
    momentum = beta * (1 - missing / 2)
    limit = (1 + kept) * (1 + beta) / ((1 + beta - 2 * momentum * beta) * lr)
    above = "(2 + 2β₁)" if kept == 1 else "(2 − lr λ)(1 + β₁)"
    source = f"{_ADAPTIVE}; Dozat, 2016"
    return Stability(limit, f"{above} / ((1 + β₁ − 2 μ β₁) lr)", source, True, shift)


def _adam_settings(settings: Settings, lr: float) -> tuple[float, float, float]:
    """β₁, the share of p that a decoupled weight decay keeps, and the shift by a coupled one."""
    beta, decay = float(settings["beta1"]), float(settings.get("weight_decay", 0.0))
    if settings.get("decoupled_weight_decay", False):
        return beta, 1 - lr * decay, 0.0
    return beta, 1.0, decay


def _rmsprop(settings: Settings, lr: float) -> Stability | None:
    """A heavy ball of gradients that P has divided: ``b ← μ b + h p; p ← p − lr b``."""
    momentum, shift = float(settings["momentum"]), float(settings["weight_decay"])
    if momentum >= 1:
        return None
    formula = "(2 + 2μ) / lr" if momentum else "2 / lr"
    return Stability((2 + 2 * momentum) / lr, formula, _ADAPTIVE, True, shift)


def _adagrad(settings: Settings, lr: float) -> Stability | None:
    """Plain descent along what P has divided; its learning-rate decay is counted in P."""
    return Stability(2 / lr, "2 / lr", _ADAPTIVE, True, float(settings["weight_decay"]))


_LIMITS: dict[str, Callable[[Settings, float], Stability | None]] = {
    "by-hand": _plain,
    "sgd": _sgd,
    "adam": _adam,
    "adamw": _adamw,
    "adamax": _adam,
    "radam": _adam,
    "rmsprop": _rmsprop,
    "adagrad": _adagrad,
}
