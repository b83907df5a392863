"""Fitting a model to data, full batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gd_studio.catalog import Layer, Linear
from gd_studio.engine.problems.data import draw_samples
from gd_studio.experiment import ModelProblem
from gd_studio.experiment.layout import layout_of


class ModelTask:
    """A model, its data and its loss.

    Attributes
    ----------
    layout
        How the parameters are named and laid out.
    tensors
        The parameters, in the layout's order.
    features, targets
        The data, ``(samples, n_features)`` and ``(samples, 1)``.
    """

    n_starts = 1

    def __init__(self, problem: ModelProblem, device: str) -> None:
        self.layout = layout_of(problem)
        features, targets = draw_samples(problem.dataset)
        self.features, self.targets = features.to(device), targets.to(device)
        self.layers = problem.model.entry.layers(features.shape[1], problem.model.settings)
        self.tensors = tuple(
            nn.Parameter(parameter.detach().to(device)) for parameter in _initialise(self.layers)
        )
        self._loss: Callable[[Tensor, Tensor], Tensor] = getattr(F, problem.loss.entry.torch_name)
        self._is_binary = problem.dataset.entry.task == "binary"

    def forward(self, parameters: Sequence[Tensor], features: Tensor) -> Tensor:
        """Predict with given parameters: ``(samples, n_features)`` to ``(samples, 1)``.

        What ``nn.Sequential`` would do, without its calls: a third of the time of a small model.
        """
        hidden = features
        rest = iter(parameters)
        for layer in self.layers:
            if isinstance(layer, Linear):
                hidden = F.linear(hidden, next(rest), next(rest))
            else:
                hidden = getattr(torch, layer.function)(hidden)
        return hidden

    def loss(self) -> Tensor:
        """The mean loss over all samples, a scalar."""
        return self._loss(self.forward(self.tensors, self.features), self.targets)

    def is_finite(self) -> bool:
        """Whether the predictions are."""
        with torch.no_grad():
            return bool(self.forward(self.tensors, self.features).isfinite().all())

    def is_undefined(self) -> bool:
        """A model predicts something everywhere; what is not finite has overflown."""
        return False

    def loss_at(self, parameters: Sequence[Tensor]) -> Tensor:
        """The mean loss with other parameters of any precision; works under ``torch.func.vmap``."""
        features, targets = self.features.to(parameters[0]), self.targets.to(parameters[0])
        predictions = self.forward(parameters, features)
        # Some losses refuse what is not finite; on a map it is only a place without a colour.
        sound = predictions.isfinite()
        loss = self._loss(torch.where(sound, predictions, 0.5), targets)
        return torch.where(sound.all(), loss, torch.nan)

    def load(self, flat: Tensor) -> None:
        """Set the parameters to `flat`, ``(layout.size,)``."""
        with torch.no_grad():
            for tensor, part in zip(self.tensors, self.split(flat), strict=True):
                tensor.copy_(part)

    def split(self, flat: Tensor) -> list[Tensor]:
        """From a flat vector ``(layout.size,)`` to tensors in the parameters' shapes."""
        parts = flat.split([tensor.numel() for tensor in self.tensors])
        return [part.view(tensor.shape) for part, tensor in zip(parts, self.tensors, strict=True)]

    def final(self) -> dict[str, float]:
        """Numbers about the end, beyond those of the last step: the accuracy of two classes."""
        if not self._is_binary:
            return {}
        with torch.inference_mode():
            predicted = self.forward(self.tensors, self.features) > 0.5
            return {"train_accuracy": (predicted == (self.targets > 0.5)).double().mean().item()}


def _initialise(layers: tuple[Layer, ...]) -> list[nn.Parameter]:
    """Draw parameters as ``nn.Linear`` does, layer by layer."""
    return [
        parameter
        for layer in layers
        if isinstance(layer, Linear)
        for parameter in nn.Linear(layer.inputs, layer.outputs).parameters()
    ]
