"""Layers as the catalogue lists them are those that torch builds."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch import nn

from gd_studio.catalog import (
    Activation,
    Convolution,
    Flatten,
    Layer,
    Linear,
    MaxPool,
    Polynomial,
    Schema,
    ToImage,
    summarise,
)
from gd_studio.catalog.layers import ACTIVATIONS
from gd_studio.catalog.models import CNN, INITIALISATIONS, MLP, widths
from gd_studio.engine.layers import compile_layers, draw_parameters, run_layers

DIGITS = Schema(tuple(map(str, range(64))), "digit", "multi-class", tuple("0123456789"), (8, 8))


def built(layers: tuple[Layer, ...]) -> nn.Sequential:
    modules: list[nn.Module] = []
    for layer in layers:
        match layer:
            case Linear(inputs, outputs):
                modules.append(nn.Linear(inputs, outputs))
            case Convolution(inputs, outputs, kernel, padding):
                modules.append(nn.Conv2d(inputs, outputs, kernel, padding=padding))
            case MaxPool(size):
                modules.append(nn.MaxPool2d(size))
            case ToImage(height, width):
                modules.append(nn.Unflatten(1, (1, height, width)))
            case Flatten():
                modules.append(nn.Flatten())
            case Activation(torch_name, _):
                modules.append(getattr(nn, torch_name)())
    return nn.Sequential(*modules)


@pytest.mark.parametrize("activation", list(ACTIVATIONS))
@pytest.mark.parametrize("entry", [CNN, MLP], ids=["cnn", "mlp"])
def test_a_model_is_torchs_sequential_to_the_last_bit(entry: Any, activation: str) -> None:
    layers = entry.layers(DIGITS, {**entry.defaults, "activation": activation})
    torch.manual_seed(5)
    module = built(layers)
    torch.manual_seed(5)
    parameters = draw_parameters(layers, "default")
    for mine, theirs in zip(parameters, module.parameters(), strict=True):
        assert torch.equal(mine, theirs)
    x = torch.rand(7, 64)
    assert torch.equal(run_layers(compile_layers(layers), parameters, x), module(x))


def test_the_table_of_a_model_has_torchs_shapes_and_counts() -> None:
    layers = CNN.layers(DIGITS, CNN.defaults)
    x = torch.rand(2, 64)
    for module, line in zip(built(layers), summarise(layers, 64), strict=True):
        x = module(x)
        assert line.shape == tuple(x.shape[1:])
        assert line.parameters == sum(p.numel() for p in module.parameters())


@pytest.mark.parametrize("degree", range(1, 6))
def test_a_polynomial_is_the_sum_of_its_powers(degree: int) -> None:
    coefficients = torch.randn(degree + 1, dtype=torch.float64)
    t = torch.linspace(-2, 2, 9, dtype=torch.float64).view(-1, 1)
    found = run_layers(compile_layers((Polynomial(degree),)), [coefficients], t)
    expected = sum(coefficients[k] * t ** (degree - k) for k in range(degree + 1))
    torch.testing.assert_close(found, expected)


@pytest.mark.parametrize("way", INITIALISATIONS)
def test_parameters_begin_as_their_initialisation_says(way: str) -> None:
    torch.manual_seed(0)
    weight, bias = draw_parameters((Linear(200, 100),), way)
    bounds = {
        "default": 1 / math.sqrt(200),
        "xavier": math.sqrt(6 / 300),
        "kaiming": math.sqrt(6 / 200),
        "uniform": 1.0,
        "zeros": 0.0,
    }
    if way == "normal":
        assert weight.mean().abs() < 0.05
        assert weight.std() == pytest.approx(1.0, abs=0.05)
        return
    assert weight.abs().max() <= bounds[way]
    assert weight.abs().max() >= 0.99 * bounds[way]
    assert (weight.min() >= 0) == (way in ("uniform", "zeros"))
    if way in ("xavier", "kaiming", "zeros"):
        assert (bias == 0).all()


def test_uniform_parameters_are_those_of_rand() -> None:
    torch.manual_seed(3)
    weight, bias = draw_parameters((Linear(1, 1),), "uniform")
    torch.manual_seed(3)
    assert weight.item() == torch.rand(1).item()
    assert bias.item() == torch.rand(1).item()


@pytest.mark.parametrize(
    ("text", "expected"), [("", ()), ("16", (16,)), ("16, 16", (16, 16)), (" 3,4 ,5", (3, 4, 5))]
)
def test_widths_are_read(text: str, expected: tuple[int, ...]) -> None:
    assert widths(text) == expected


@pytest.mark.parametrize("text", ["a", "1;2", "0", "-3", "1025", "2.5", ",", ",".join(["1"] * 33)])
def test_what_is_no_list_of_widths_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"whole numbers|between 1 and|at most"):
        widths(text)
