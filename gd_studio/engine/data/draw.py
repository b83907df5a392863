"""Samples by recipe, drawn from torch's global generator."""

from __future__ import annotations

from math import pi

import torch
from torch import Tensor

from gd_studio.catalog import Evenly, Spirals, Uniform
from gd_studio.catalog.entry import Settings
from gd_studio.engine.expressions import compile_formula
from gd_studio.formula import parse

Samples = tuple[Tensor, Tensor]
"""Features ``(samples, n_features)`` and targets ``(samples, 1)``, both float32."""


def draw_uniform(recipe: Uniform, settings: Settings) -> Samples:
    """Draw what `Uniform` describes."""
    n, width = int(settings["samples"]), len(recipe.features)
    noise = float(settings["noise"])
    features = torch.rand(n, width) * (recipe.high - recipe.low) + recipe.low
    formula = parse(recipe.target(settings), variables=recipe.features, comparison=True)
    targets = compile_formula(formula)(*features.split(1, dim=1))
    if targets.dtype == torch.bool:
        if noise > 0:
            features = features + noise * torch.randn(n, width)
        return features, targets.float()
    return features, targets + noise * torch.randn(n, 1)


def draw_evenly(recipe: Evenly, settings: Settings) -> Samples:
    """Draw what `Evenly` describes."""
    n = int(settings["samples"])
    start, end, step = recipe.span(n)
    # Where the step has been rounded down there is room for one more.
    features = torch.arange(start, end, step)[:n].view(-1, 1)
    formula = parse(recipe.target(settings), variables=(recipe.feature,))
    noise = float(settings["noise"])
    targets = compile_formula(formula)(features)
    return features, targets + noise * torch.randn(n, 1)


def draw_spirals(_: Spirals, settings: Settings) -> Samples:
    """Draw what `Spirals` describes."""
    n = int(settings["samples"])
    targets = (torch.arange(n) % 2).float().view(-1, 1)
    t = torch.rand(n, 1).sqrt()
    angle = 2 * pi * float(settings["turns"]) * t + pi * targets
    arms = t * torch.cat([angle.cos(), angle.sin()], dim=1)
    return arms + float(settings["noise"]) * torch.randn(n, 2), targets
