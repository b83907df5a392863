"""Holding a gradient back before it is followed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import torch
from torch import Tensor
from torch.nn.utils import clip_grad_norm_, clip_grad_value_

from gd_studio.experiment import Training

_EPSILON = 1e-6
"""What torch's ``clip_grad_norm_`` adds to the norm that it divides by."""


def make_clip(
    training: Training, tensors: Sequence[Tensor], n_starts: int
) -> Callable[[], object] | None:
    """Return what clips the gradients of `tensors`, or ``None`` where nothing is to be clipped.

    Each of many starts is clipped by itself, as if it were alone.
    """
    if training.clip_value is not None:
        return partial(clip_grad_value_, tensors, training.clip_value)
    if training.clip_norm is None:
        return None
    if n_starts > 1:
        return partial(_clip_rows, tensors[0], training.clip_norm)
    return partial(clip_grad_norm_, tensors, training.clip_norm)


def _clip_rows(positions: Tensor, longest: float) -> None:
    gradients = positions.grad
    assert gradients is not None
    norms = torch.linalg.vector_norm(gradients, dim=1, keepdim=True)
    gradients.mul_(torch.clamp(longest / (norms + _EPSILON), max=1.0))
