"""Fitting a model to data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gd_studio.catalog.layers import IMAGES_AT_ONCE, has_convolutions
from gd_studio.engine.data import Data, Part
from gd_studio.engine.layers import compile_layers, draw_parameters, run_layers
from gd_studio.engine.problems.batches import Batches
from gd_studio.experiment import Experiment, ModelProblem
from gd_studio.experiment.layout import layout_of

_AT_ONCE = 65_536
"""Samples that are predicted in one go."""


class ModelTask:
    """A model, its data and its loss.

    Attributes
    ----------
    layout
        How the parameters are named and laid out.
    tensors
        The parameters, in the layout's order.
    data
        The samples.
    batches
        What each step looks at.
    """

    n_starts = 1

    def __init__(self, experiment: Experiment, problem: ModelProblem, data: Data) -> None:
        self.problem, self.training = problem, experiment.training
        self.layout = layout_of(problem)
        self._compiled = compile_layers(problem.layers)
        initialisation = str(problem.model.settings.get("initialisation", "default"))
        dtype: torch.dtype = getattr(torch, experiment.precision)
        self.tensors = tuple(
            nn.Parameter(tensor.to(experiment.device, dtype))
            for tensor in draw_parameters(problem.layers, initialisation)
        )
        self.data = data.to(experiment.device)
        self.batches = Batches(self.data.train, self.training, experiment.seed)
        function: Callable[..., Tensor] = getattr(F, problem.loss.entry.torch_name)
        settings: dict[str, Any] = dict(problem.loss.settings)
        self.criterion = partial(function, **settings) if settings else function
        self._at_once = IMAGES_AT_ONCE if has_convolutions(problem.layers) else 0
        self._penalises = bool(self.training.l1 or self.training.l2)

    def forward(self, parameters: Sequence[Tensor], features: Tensor) -> Tensor:
        """Predict with given parameters: ``(samples, n_features)`` to ``(samples, outputs)``."""
        return run_layers(self._compiled, parameters, features)

    def loss(self) -> Tensor:
        """The mean loss over the next batch, with the penalties: a scalar."""
        return self._loss_on(*self.batches.take())

    def again(self) -> Tensor:
        """The same over the batch that was taken last, at the parameters as they are now.

        NaN, without a gradient, where predictions are not finite and the loss refuses them.
        """
        try:
            return self._loss_on(*self.batches.current())
        except RuntimeError:
            if self.is_finite():
                raise
            return self.tensors[0].new_full((), torch.nan)

    def _loss_on(self, features: Tensor, targets: Tensor) -> Tensor:
        loss = self.criterion(run_layers(self._compiled, self.tensors, features), targets)
        return self.penalised(loss, self.tensors) if self._penalises else loss

    def penalised(self, loss: Tensor, parameters: Sequence[Tensor]) -> Tensor:
        """Add ``l1 · Σ|p|`` and ``l2 · Σp²``, where the training asks for them."""
        l1, l2 = self.training.l1, self.training.l2
        if l1:
            loss = loss + l1 * sum(p.abs().sum() for p in parameters)
        if l2:
            loss = loss + l2 * sum(p.pow(2).sum() for p in parameters)
        return loss

    def evaluate(self, part: Part) -> float:
        """The mean loss over a part of the data, without penalties; NaN where it has none."""
        with torch.inference_mode():
            pieces = part.features.split(self._at_once or max(len(part), 1))
            predictions = torch.cat([self.forward(self.tensors, piece) for piece in pieces])
            if not predictions.isfinite().all():
                return float("nan")
            return float(self.criterion(predictions, part.targets))

    def is_finite(self) -> bool:
        """Whether the predictions are."""
        with torch.no_grad():
            return bool(self.forward(self.tensors, self.data.train.features).isfinite().all())

    def is_undefined(self) -> bool:
        """A model predicts something everywhere; what is not finite has overflown."""
        return False

    def loss_at(self, parameters: Sequence[Tensor], part: Part) -> Tensor:
        """The loss with penalties at other parameters of any precision; works under ``vmap``."""
        features = part.features.to(parameters[0])
        targets = (
            part.targets.to(parameters[0]) if part.targets.is_floating_point() else part.targets
        )
        predictions = self.forward(parameters, features)
        # Some losses refuse what is not finite; on a map it is only a place without a colour.
        sound = predictions.isfinite()
        loss = self.criterion(torch.where(sound, predictions, 0.5), targets)
        return torch.where(sound.all(), self.penalised(loss, parameters), torch.nan)

    def scores(self, parameters: Sequence[Tensor], features: Tensor) -> Tensor:
        """Predict as people read it, whatever the loss takes.

        Numbers ``(samples,)``, probabilities of class 1 of two ``(samples,)``, or those of many
        classes ``(samples, classes)``.
        """
        task = self.problem.data_schema.task
        with torch.inference_mode():
            pieces = [self.forward(parameters, piece) for piece in features.split(_AT_ONCE)]
            outputs = torch.cat(pieces) if pieces else torch.empty(0, self.outputs)
            if task == "multi-class":
                return outputs.softmax(dim=1)
            if task == "binary" and self.problem.loss.entry.takes == "logits":
                outputs = outputs.sigmoid()
            return outputs.reshape(-1)

    @property
    def is_evaluated(self) -> bool:
        """Whether the losses of both parts are looked at after each epoch.

        Without a test part and without batches there is nothing in it that the steps do not say.
        """
        return (
            len(self.data.test) > 0
            or self.training.batch_size is not None
            or self.training.patience is not None
        )

    @property
    def outputs(self) -> int:
        """How many numbers the model predicts for a sample."""
        return self.problem.data_schema.outputs

    def load(self, flat: Tensor) -> None:
        """Set the parameters to `flat`, ``(layout.size,)``."""
        with torch.no_grad():
            for tensor, part in zip(self.tensors, self.split(flat), strict=True):
                tensor.copy_(part)

    def split(self, flat: Tensor) -> list[Tensor]:
        """From a flat vector ``(layout.size,)`` to tensors in the parameters' shapes."""
        parts = flat.split([tensor.numel() for tensor in self.tensors])
        return [part.view(tensor.shape) for part, tensor in zip(parts, self.tensors, strict=True)]
