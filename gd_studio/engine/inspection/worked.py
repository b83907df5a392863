"""An update rule with its numbers filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gd_studio.catalog.entry import Settings


@dataclass(frozen=True)
class Element:
    """One number and its step: as in :class:`~gd_studio.link.inspection.ParameterStep`.

    Attributes
    ----------
    memory
        What the optimizer remembered before the step, by torch's names.
    state
        What it remembers after.
    step
        The number of the step.
    """

    before: float
    gradient: float
    after: float
    memory: Mapping[str, float]
    state: Mapping[str, float]
    step: int


def worked(key: str, settings: Settings, element: Element) -> str:
    """Write the rule of the optimizer `key` out for one number.

    An optimizer that is not known here is told by its step alone.
    """
    lines = []
    gradient, decay = element.gradient, float(settings.get("weight_decay", 0.0))
    if decay:
        gradient += decay * element.before
        lines.append(
            f"g ← {_n(element.gradient)} + {_n(decay)} · {_n(element.before)} = {_n(gradient)}"
        )
    rule = _RULES.get(key, _by_its_step)
    return ";  ".join([*lines, *rule(settings, element, gradient)])


def _sgd(settings: Settings, e: Element, g: float) -> list[str]:
    mu, tau = float(settings.get("momentum", 0.0)), float(settings.get("dampening", 0.0))
    lines, direction = [], g
    if mu:
        now = e.state.get("momentum_buffer", g)
        last = e.memory.get("momentum_buffer")
        lines.append(
            f"b ← {_n(g)}"  # the first gradient is the first momentum, undampened
            if last is None
            else f"b ← {_n(mu)} · {_n(last)} + {_n(1 - tau)} · {_n(g)} = {_n(now)}"
        )
        direction = g + mu * now if settings["nesterov"] else now
        if settings["nesterov"]:
            lines.append(f"d ← {_n(g)} + {_n(mu)} · {_n(now)} = {_n(direction)}")
    return [*lines, _step(e, f"{_lr(settings)} · {_n(direction)}")]


def _adam(settings: Settings, e: Element, g: float) -> list[str]:
    beta1, beta2 = float(settings["beta1"]), float(settings["beta2"])
    m = e.state["exp_avg"] / (1 - beta1**e.step)
    v = e.state["max_exp_avg_sq" if settings["amsgrad"] else "exp_avg_sq"] / (1 - beta2**e.step)
    m0, v0 = e.memory.get("exp_avg", 0.0), e.memory.get("exp_avg_sq", 0.0)
    return [
        f"m ← {_n(beta1)} · {_n(m0)} + {_n(1 - beta1)} · {_n(g)} = {_n(e.state['exp_avg'])}",
        f"v ← {_n(beta2)} · {_n(v0)} + {_n(1 - beta2)} · {_n(g)}² = {_n(e.state['exp_avg_sq'])}",
        f"m̂ = {_n(m)}, v̂ = {_n(v)}",
        _step(e, f"{_lr(settings)} · {_n(m)} / (√{_n(v)} + {_n(float(settings['eps']))})"),
    ]


def _adagrad(settings: Settings, e: Element, g: float) -> list[str]:
    lr = float(settings["lr"]) / (1 + (e.step - 1) * float(settings["lr_decay"]))
    total = e.state["sum"]
    return [
        f"s ← s + {_n(g)}² = {_n(total)}",
        _step(e, f"{_n(lr)} · {_n(g)} / (√{_n(total)} + {_n(float(settings['eps']))})"),
    ]


def _rmsprop(settings: Settings, e: Element, g: float) -> list[str]:
    alpha, square = float(settings["alpha"]), e.state["square_avg"]
    before = e.memory.get("square_avg", 0.0)
    lines = [f"v ← {_n(alpha)} · {_n(before)} + {_n(1 - alpha)} · {_n(g)}² = {_n(square)}"]
    if settings["centered"]:
        mean = e.state["grad_avg"]
        square -= mean**2
        lines.append(f"v − ḡ² = {_n(square)} with ḡ = {_n(mean)}")
    scaled = f"{_n(g)} / (√{_n(square)} + {_n(float(settings['eps']))})"
    if float(settings["momentum"]):
        lines.append(f"b ← {_n(float(settings['momentum']))} · b + {scaled}")
        scaled = _n(e.state["momentum_buffer"])
    return [*lines, _step(e, f"{_lr(settings)} · {scaled}")]


def _by_its_step(_: Settings, e: Element, __: float) -> list[str]:
    return [_step(e, _n(e.before - e.after))]


_RULES = {
    "sgd": _sgd,
    "by-hand": _sgd,
    "adam": _adam,
    "adagrad": _adagrad,
    "rmsprop": _rmsprop,
}


def _step(e: Element, taken_off: str) -> str:
    return f"p ← {_n(e.before)} − {taken_off} = {_n(e.after)}"


def _lr(settings: Settings) -> str:
    return _n(float(settings["lr"]))


def _n(value: float) -> str:
    text = f"{value:.4g}".replace("-", "−")
    return f"({text})" if value < 0 else text
