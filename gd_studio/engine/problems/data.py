"""From a recipe of the catalogue to samples."""

from __future__ import annotations

import torch
from torch import Tensor

from gd_studio.engine.expressions import compile_formula
from gd_studio.experiment import DatasetChoice
from gd_studio.formula import parse


def draw_samples(choice: DatasetChoice) -> tuple[Tensor, Tensor]:
    """Draw features ``(samples, n_features)``, then targets ``(samples, 1)``, both float32.

    From torch's global generator: ``rand(samples, n_features) · (high − low) + low``, then, where
    the recipe has noise, ``target + noise · randn(samples, 1)``.
    """
    recipe, settings = choice.entry, choice.settings
    samples = int(settings["samples"])
    features = torch.rand(samples, len(recipe.features)) * (recipe.high - recipe.low) + recipe.low
    formula = parse(recipe.target, variables=recipe.features, comparison=True)
    columns = features.split(1, dim=1)
    targets = compile_formula(formula)(*columns).to(torch.float32)
    if "noise" in settings:
        targets = targets + float(settings["noise"]) * torch.randn(samples, 1)
    return features, targets
