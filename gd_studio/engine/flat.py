"""Parameters and gradients as views of one flat tensor each."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor


class FlatParameters:
    """Moves tensors into one flat vector, of which they become views.

    Optimizers that treat each element by itself then take one step on one tensor, and a step is
    recorded by copying one row, without a bit of the result changing.

    Parameters
    ----------
    tensors
        Leaf tensors of one type and on one device. They keep their identity and their values.

    Attributes
    ----------
    values
        All parameters, ``(size,)``; its ``grad`` is `gradients`.
    gradients
        All gradients, ``(size,)``; ``backward`` adds to them.
    """

    def __init__(self, tensors: Sequence[Tensor]) -> None:
        self.values = torch.cat([tensor.detach().reshape(-1) for tensor in tensors])
        self.gradients = torch.zeros_like(self.values)
        self.values.grad = self.gradients
        offset = 0
        for tensor in tensors:
            part = slice(offset, offset + tensor.numel())
            tensor.data = self.values[part].view(tensor.shape)
            tensor.grad = self.gradients[part].view(tensor.shape)
            offset += tensor.numel()
