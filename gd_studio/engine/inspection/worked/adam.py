"""Adam and its relatives."""

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


def adam(settings: Settings, e: Element) -> list[str]:
    """Write out Adam, and AdamW, whose weight decay comes before it."""
    beta1, beta2 = float(settings["beta1"]), float(settings["beta2"])
    m = e.state["exp_avg"] / (1 - beta1**e.step)
    v = e.state["max_exp_avg_sq" if settings["amsgrad"] else "exp_avg_sq"] / (1 - beta2**e.step)
    scale = f"(√{write(v)} + {write_setting(settings, 'eps')})"
    return [
        *_means(settings, e),
        f"m̂ = {write(m)}, v̂ = {write(v)}",
        write_step(e, f"{write_setting(settings, 'lr')} · {write(m)} / {scale}"),
    ]


def adamax(settings: Settings, e: Element) -> list[str]:
    """Write out Adamax."""
    m = e.state["exp_avg"] / (1 - float(settings["beta1"]) ** e.step)
    last, largest = e.memory.get("exp_inf", 0.0), e.state["exp_inf"]
    now = f"|{write(e.gradient).strip('()')}| + {write_setting(settings, 'eps')}"
    return [
        _mean_of_gradients(settings, e),
        f"u ← max({write_setting(settings, 'beta2')} · {write(last)}, {now}) = {write(largest)}",
        f"m̂ = {write(m)}",
        write_step(e, f"{write_setting(settings, 'lr')} · {write(m)} / {write(largest)}"),
    ]


def nadam(settings: Settings, e: Element) -> list[str]:
    """Write out NAdam: μ is the momentum, Π the product of all so far."""
    beta1, beta2 = float(settings["beta1"]), float(settings["beta2"])
    growth = float(settings["momentum_decay"])
    mu, mu_next = (beta1 * (1 - 0.5 * 0.96 ** (t * growth)) for t in (e.step, e.step + 1))
    product = e.shared.get("mu_product", 1.0) * mu
    of_gradient, of_mean = (1 - mu) / (1 - product), mu_next / (1 - mu_next * product)
    v = e.state["exp_avg_sq"] / (1 - beta2**e.step)
    direction = (
        f"({write(of_gradient)} · {write(e.gradient)} + {write(of_mean)} · "
        f"{write(e.state['exp_avg'])})"
    )
    scale = f"(√{write(v)} + {write_setting(settings, 'eps')})"
    return [
        *_means(settings, e),
        f"v̂ = {write(v)}, μ = {write(mu)}, μ′ = {write(mu_next)}, Π = {write(product)}",
        write_step(e, f"{write_setting(settings, 'lr')} · {direction} / {scale}"),
    ]


def radam(settings: Settings, e: Element) -> list[str]:
    """Write out RAdam: scaled by r where ρ says that enough gradients are known."""
    beta1, beta2 = float(settings["beta1"]), float(settings["beta2"])
    m = e.state["exp_avg"] / (1 - beta1**e.step)
    correction = 1 - beta2**e.step
    limit = 2 / (1 - beta2) - 1
    length = limit - 2 * e.step * beta2**e.step / correction
    lines = [*_means(settings, e), f"m̂ = {write(m)}, ρ = {write(length)}"]
    taken_off = f"{write_setting(settings, 'lr')} · {write(m)}"
    if length > 5:
        r = sqrt((length - 4) * (length - 2) * limit / ((limit - 4) * (limit - 2) * length))
        lines.append(f"r = {write(r)}")
        scale = f"(√{write(e.state['exp_avg_sq'])} + {write_setting(settings, 'eps')})"
        taken_off += f" · {write(r)} · √{write(correction)} / {scale}"
    return [*lines, write_step(e, taken_off)]


def _means(settings: Settings, e: Element) -> list[str]:
    kept, last = float(settings["beta2"]), e.memory.get("exp_avg_sq", 0.0)
    return [
        _mean_of_gradients(settings, e),
        write_mean("v", kept, last, e.gradient, e.state["exp_avg_sq"], "²"),
    ]


def _mean_of_gradients(settings: Settings, e: Element) -> str:
    kept, last = float(settings["beta1"]), e.memory.get("exp_avg", 0.0)
    return write_mean("m", kept, last, e.gradient, e.state["exp_avg"], "")
