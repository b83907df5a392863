"""Samples by recipe, written out as the calls of torch that draw them."""

from __future__ import annotations

import ast
from math import ceil, pi

from gd_studio.catalog import Evenly, Spirals, Uniform
from gd_studio.catalog.entry import Settings
from gd_studio.formula import parse
from gd_studio.script.names import Names
from gd_studio.script.text import comment, expression, number


def write_uniform(recipe: Uniform, settings: Settings, names: Names) -> list[str]:
    """Draw features uniformly; the target is a formula of them, or a comparison."""
    n, width = settings["samples"], len(recipe.features)
    noise = float(settings["noise"])
    lines = [f"{names.x} = torch.rand({n}, {width}){_stretch(recipe.low, recipe.high)}"]
    if width > 1:
        lines.append(f"{', '.join(recipe.features)} = {names.x}.split(1, dim=1)")
    target = parse(recipe.target(settings), variables=recipe.features, comparison=True)
    if isinstance(target.tree, ast.Compare):
        lines += expression(f"{names.y} = ", f"({target.python()})", ".float()")
        if noise > 0:
            lines.append(f"{names.x} = {names.x} + {_noise(noise, n, width)}")
        return lines
    return [*lines, *_noisy(names.y, target.python(), noise, n)]


def write_evenly(recipe: Evenly, settings: Settings, names: Names) -> list[str]:
    """Put one feature at even steps; the target is a formula of it."""
    n = int(settings["samples"])
    start, end, step = recipe.span(n)
    # Where the step has been rounded down there is room for one more.
    cut = f"[:{n}]" if ceil((end - start) / step) > n else ""
    formula = parse(recipe.target(settings), variables=(recipe.feature,)).python()
    return [
        f"{names.x} = torch.arange({start!r}, {end!r}, {step!r}){cut}.view(-1, 1)",
        *_noisy(names.y, formula, float(settings["noise"]), n),
    ]


def write_spirals(_: Spirals, settings: Settings, names: Names) -> list[str]:
    """Wind two arms around each other, a class each."""
    n, turns = settings["samples"], number(float(settings["turns"]))
    noise = _noise(float(settings["noise"]), n, 2)
    return [
        f"{names.y} = (torch.arange({n}) % 2).float().view(-1, 1)",
        f"t = torch.rand({n}, 1).sqrt()",
        f"angle = 2 * torch.pi * {turns} * t + torch.pi * {names.y}",
        f"{names.x} = t * torch.cat([angle.cos(), angle.sin()], dim=1) + {noise}",
    ]


def _stretch(low: float, high: float) -> str:
    """What makes numbers between `low` and `high` of those between 0 and 1."""
    width = "(2 * torch.pi)" if high - low == 2 * pi else number(high - low)
    if low == 0:
        return f" * {width}"
    return f" * {width} {'-' if low < 0 else '+'} {number(abs(low))}"


def _noisy(name: str, formula: str, noise: float, n: object) -> list[str]:
    drawn = f" + {_noise(noise, n, 1)}"
    lines = expression(f"{name} = ", formula + drawn)
    if len(lines) > 1:
        # Rounded in this order in any case.
        lines = [*expression(f"{name} = ", formula), f"{name} = {name}{drawn}"]
    if noise == 0:
        lines[:0] = comment("No noise is drawn all the same: what is drawn after it depends on it.")
    return lines


def _noise(noise: float, n: object, width: int) -> str:
    factor = "" if noise == 1 else f"{noise!r} * "
    return f"{factor}torch.randn({n}, {width})"
