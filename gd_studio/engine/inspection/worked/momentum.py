"""Gradient descent, with momentum and with ever shorter steps."""

from __future__ import annotations

from gd_studio.catalog.entry import Settings
from gd_studio.engine.inspection.worked.element import Element, write, write_setting, write_step


def sgd(settings: Settings, e: Element) -> list[str]:
    """Write out SGD, and the plain rule, which has no momentum."""
    mu, tau = float(settings.get("momentum", 0.0)), float(settings.get("dampening", 0.0))
    lines, direction = [], e.gradient
    if mu:
        now = e.state["momentum_buffer"]
        last = e.memory.get("momentum_buffer")
        lines.append(
            f"b ← {write(now)}"  # the first gradient is the first momentum, undampened
            if last is None
            else f"b ← {write(mu)} · {write(last)} + {write(1 - tau)} · {write(e.gradient)}"
            f" = {write(now)}"
        )
        direction = e.gradient + mu * now if settings["nesterov"] else now
        if settings["nesterov"]:
            lines.append(
                f"d ← {write(e.gradient)} + {write(mu)} · {write(now)} = {write(direction)}"
            )
    return [*lines, write_step(e, f"{write_setting(settings, 'lr')} · {write(direction)}")]


def asgd(settings: Settings, e: Element) -> list[str]:
    """Write out ASGD's step; the mean beside it changes nothing about it."""
    eta = e.shared.get("eta", float(settings["lr"]))
    decay = float(settings["lambd"])
    shrunk = (1 - decay * eta) * e.before
    return [
        f"p ← (1 − {write(decay)} · {write(eta)}) · {write(e.before)} = {write(shrunk)}",
        f"p ← {write(shrunk)} − {write(eta)} · {write(e.gradient)} = {write(e.after)}",
    ]


def rprop(settings: Settings, e: Element) -> list[str]:
    """Write out Rprop: the step, and the direction that the sign gives it."""
    last, now = e.memory.get("step_size", float(settings["lr"])), e.state["step_size"]
    has_turned = e.gradient != 0 and e.state["prev"] == 0
    keeps_sign = e.gradient * e.memory.get("prev", 0.0) > 0
    lines = []
    if has_turned or keeps_sign:
        name = "eta_minus" if has_turned else "eta_plus"
        factor = float(settings[name])
        line = f"s ← {write(factor)} · {write(last)} = {write(factor * last)}"
        low, high = float(settings["step_size_min"]), float(settings["step_size_max"])
        is_held = not low <= factor * last <= high
        lines.append(f"{line}, held at {write(now)}" if is_held else line)
    sign = 0 if has_turned or e.gradient == 0 else 1 if e.gradient > 0 else -1
    if has_turned:
        lines.append("g ← 0")
    return [*lines, write_step(e, f"{write(now)} · {write(sign)}")]
