"""Steps that are scaled by the gradients so far."""

from __future__ import annotations

from math import sqrt

from gd_studio.catalog.entry import Settings
from gd_studio.engine.inspection.worked.element import (
    Element,
    write,
    write_mean,
    write_setting,
    write_step,
)


def adagrad(settings: Settings, e: Element) -> list[str]:
    """Write out Adagrad."""
    lr = float(settings["lr"]) / (1 + (e.step - 1) * float(settings["lr_decay"]))
    last, total = e.memory["sum"], e.state["sum"]
    scale = f"(√{write(total)} + {write_setting(settings, 'eps')})"
    return [
        f"s ← {write(last)} + {write(e.gradient)}² = {write(total)}",
        write_step(e, f"{write(lr)} · {write(e.gradient)} / {scale}"),
    ]


def adadelta(settings: Settings, e: Element) -> list[str]:
    """Write out Adadelta: v is the mean of squared gradients, u that of squared steps d."""
    kept, eps = float(settings["rho"]), float(settings["eps"])
    v, u = e.state["square_avg"], e.memory.get("acc_delta", 0.0)
    scales = f"√({write(u)} + {write(eps)}) / √({write(v)} + {write(eps)})"
    d = sqrt(u + eps) / sqrt(v + eps) * e.gradient if v + eps > 0 else 0.0
    return [
        write_mean("v", kept, e.memory.get("square_avg", 0.0), e.gradient, v, "²"),
        f"d ← {scales} · {write(e.gradient)} = {write(d)}",
        write_mean("u", kept, u, d, e.state["acc_delta"], "²"),
        write_step(e, f"{write_setting(settings, 'lr')} · {write(d)}"),
    ]


def rmsprop(settings: Settings, e: Element) -> list[str]:
    """Write out RMSprop."""
    kept, square = float(settings["alpha"]), e.state["square_avg"]
    last = e.memory.get("square_avg", 0.0)
    lines = [write_mean("v", kept, last, e.gradient, square, "²")]
    if settings["centered"]:
        mean = e.state["grad_avg"]
        square -= mean**2
        lines.append(f"v − ḡ² = {write(square)} with ḡ = {write(mean)}")
    scale = f"(√{write(square)} + {write_setting(settings, 'eps')})"
    scaled = f"{write(e.gradient)} / {scale}"
    if float(settings["momentum"]):
        held, now = e.memory.get("momentum_buffer", 0.0), e.state["momentum_buffer"]
        kept_text = f"{write_setting(settings, 'momentum')} · {write(held)}"
        lines.append(f"b ← {kept_text} + {scaled} = {write(now)}")
        scaled = write(now)
    return [*lines, write_step(e, f"{write_setting(settings, 'lr')} · {scaled}")]
