"""From a model's layers to the parameters they begin with, and to what they compute."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gd_studio.catalog import (
    Activation,
    Affine,
    Convolution,
    Flatten,
    Layer,
    Linear,
    MaxPool,
    Polynomial,
    ToImage,
)

Forward = Callable[..., Tensor]
"""What a layer does: from its input and its parameters to its output."""


def draw_parameters(layers: Sequence[Layer], initialisation: str) -> list[Tensor]:
    """Draw the parameters of `layers`, first to last, as the catalogue describes each way."""
    if initialisation == "default":
        return [tensor for layer in layers for tensor in _default(layer)]
    fill = _WAYS[initialisation]
    tensors = []
    for layer in layers:
        for tensor in (torch.empty(shape) for shape in layer.parameters.values()):
            fill(tensor)
            tensors.append(tensor)
    return tensors


def compile_layers(layers: Sequence[Layer]) -> tuple[tuple[Forward, int], ...]:
    """Return what each layer does, and how many parameters it takes.

    It is what ``nn.Sequential`` would do, without its calls: a third of the time of a small model.
    """
    return tuple((_forward(layer), len(layer.parameters)) for layer in layers)


def run_layers(
    compiled: Sequence[tuple[Forward, int]], parameters: Sequence[Tensor], features: Tensor
) -> Tensor:
    """Predict with given parameters: ``(samples, n_features)`` to ``(samples, outputs)``."""
    hidden, offset = features, 0
    for forward, count in compiled:
        hidden = forward(hidden, *parameters[offset : offset + count])
        offset += count
    return hidden


def _default(layer: Layer) -> Iterator[Tensor]:
    """Draw as torch's own layers do; bare tensors from N(0, 1), as one writes them."""
    match layer:
        case Linear(inputs, outputs):
            module: nn.Module = nn.Linear(inputs, outputs)
        case Convolution(inputs, outputs, kernel, padding):
            module = nn.Conv2d(inputs, outputs, kernel, padding=padding)
        case _:
            for shape in layer.parameters.values():
                yield torch.randn(shape)
            return
    for parameter in module.parameters():
        yield parameter.detach()


def _xavier(tensor: Tensor) -> None:
    _weights(tensor, nn.init.xavier_uniform_)


def _kaiming(tensor: Tensor) -> None:
    _weights(tensor, partial(nn.init.kaiming_uniform_, nonlinearity="relu"))


def _weights(tensor: Tensor, fill: Callable[[Tensor], Tensor]) -> None:
    if tensor.dim() >= 2:
        fill(tensor)
    else:
        nn.init.zeros_(tensor)


_WAYS: dict[str, Callable[[Tensor], object]] = {
    "xavier": _xavier,
    "kaiming": _kaiming,
    "normal": nn.init.normal_,
    "uniform": nn.init.uniform_,
    "zeros": nn.init.zeros_,
}


def _forward(layer: Layer) -> Forward:
    match layer:
        case Linear():
            return F.linear
        case Affine():
            return _affine
        case Polynomial(degree):
            return partial(_polynomial, degree)
        case Convolution(_, _, _, padding):
            return partial(F.conv2d, padding=padding)
        case MaxPool(size):
            return partial(F.max_pool2d, kernel_size=size)
        case ToImage(height, width):
            return partial(Tensor.unflatten, dim=1, sizes=(1, height, width))
        case Flatten():
            return partial(torch.flatten, start_dim=1)
        case Activation(_, function):
            forward: Forward = getattr(torch, function, None) or getattr(F, function)
            return forward


def _affine(x: Tensor, w: Tensor, b: Tensor) -> Tensor:
    return x @ w + b


def _polynomial(degree: int, t: Tensor, coefficients: Tensor) -> Tensor:
    """``((a t² + b t) + c)``, in the order in which one writes it."""
    c = coefficients.unbind()
    if degree == 1:
        return c[0] * t + c[1]
    result = c[0] * t**degree
    for k in range(1, degree - 1):
        result = result + c[k] * t ** (degree - k)
    return result + c[degree - 1] * t + c[degree]
