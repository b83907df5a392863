"""Parameters and gradients as views of one flat tensor each."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

_ALIGNMENT = 64
"""Bytes. torch puts every tensor of its own at a multiple of them; products of matrices that lie
elsewhere may be added up in another order, and differ in their last bit."""


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
        All parameters, ``(length,)``; its ``grad`` is `gradients`. Between those of two tensors
        there may be some that belong to none, so that each tensor begins where it would by itself.
    gradients
        All gradients, ``(length,)``; ``backward`` adds to them.
    parts
        Where each tensor is.
    elements
        Where the elements of the layout are, ``(size,)``.
    """

    def __init__(self, tensors: Sequence[Tensor]) -> None:
        first = tensors[0]
        step = _ALIGNMENT // first.element_size()
        self.parts: list[slice] = []
        end = 0
        for tensor in tensors:
            begin = -(-end // step) * step
            end = begin + tensor.numel()
            self.parts.append(slice(begin, end))
        self.values = torch.zeros(end, dtype=first.dtype, device=first.device)
        self.gradients = torch.zeros_like(self.values)
        self.values.grad = self.gradients
        places = torch.arange(end, device=first.device)
        self.elements = torch.cat([places[part] for part in self.parts])
        for tensor, part in zip(tensors, self.parts, strict=True):
            self.values[part] = tensor.detach().reshape(-1)
            tensor.data = self.values[part].view(tensor.shape)
            tensor.grad = self.gradients[part].view(tensor.shape)

    @property
    def size(self) -> int:
        """How many elements the layout has."""
        return len(self.elements)

    def vector(self) -> Tensor:
        """Return a copy of the parameters as the layout has them, ``(size,)``."""
        return self.values.detach()[self.elements]

    def gradient(self) -> Tensor:
        """Return a copy of the gradient as the layout has it, ``(size,)``."""
        return self.gradients[self.elements]
