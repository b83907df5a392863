"""Which rule is written out for which optimizer, and the weight decay before it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from gd_studio.catalog import OPTIMIZERS
from gd_studio.catalog.entry import Settings
from gd_studio.engine.inspection.worked.adam import adam, adamax, nadam, radam
from gd_studio.engine.inspection.worked.adaptive import adadelta, adagrad, rmsprop
from gd_studio.engine.inspection.worked.element import Element, write, write_step
from gd_studio.engine.inspection.worked.momentum import asgd, rprop, sgd

_RULES: dict[str, Callable[[Settings, Element], list[str]]] = {
    "sgd": sgd,
    "by-hand": sgd,
    "adam": adam,
    "adamw": adam,
    "adamax": adamax,
    "nadam": nadam,
    "radam": radam,
    "adagrad": adagrad,
    "adadelta": adadelta,
    "rmsprop": rmsprop,
    "rprop": rprop,
    "asgd": asgd,
}

_TOGETHER = {
    "adafactor": "The step is found for each tensor as a whole",
    "muon": "The step of a matrix is found as a whole, that of all else by AdamW",
}


def worked(key: str, settings: Settings, element: Element) -> str:
    """Write the rule of the optimizer `key` out for one number.

    An optimizer that does not treat each number by itself, or is not known here, is told by its
    step alone.
    """
    rule = _RULES.get(key)
    if rule is None:
        step = write_step(element, write(element.before - element.after))
        if OPTIMIZERS[key].elementwise:
            return step
        return f"{_TOGETHER.get(key, 'The step is found for all parameters together')};  {step}"
    lines, decayed = _decay(key, settings, element)
    return ";  ".join([*lines, *rule(settings, decayed)])


def _decay(key: str, settings: Settings, e: Element) -> tuple[list[str], Element]:
    """What weight decay makes of the gradient, or of the parameter itself."""
    decay = float(settings.get("weight_decay", 0.0))
    if not decay:
        return [], e
    if key == "adamw" or settings.get("decoupled_weight_decay", False):
        lr = float(settings["lr"])
        shrunk = (1 - lr * decay) * e.before
        line = f"p ← (1 − {write(lr)} · {write(decay)}) · {write(e.before)} = {write(shrunk)}"
        return [line], replace(e, before=shrunk)
    gradient = e.gradient + decay * e.before
    line = f"g ← {write(e.gradient)} + {write(decay)} · {write(e.before)} = {write(gradient)}"
    return [line], replace(e, gradient=gradient)
