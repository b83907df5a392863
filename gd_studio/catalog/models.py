"""The models. A model is a list of layers; what builds it and what prints it read the same list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gd_studio.catalog.entry import Catalog, Entry, Parameter, Settings


@dataclass(frozen=True)
class Linear:
    """An affine layer, ``nn.Linear(inputs, outputs)``: its input is ``(samples, inputs)``."""

    inputs: int
    outputs: int


@dataclass(frozen=True)
class Activation:
    """An elementwise layer.

    Attributes
    ----------
    torch_name
        The class in ``torch.nn``.
    function
        The function of the same meaning in ``torch``.
    """

    torch_name: str
    function: str


Layer = Linear | Activation

RELU = Activation("ReLU", "relu")
SIGMOID = Activation("Sigmoid", "sigmoid")


@dataclass(frozen=True, kw_only=True)
class ModelEntry(Entry):
    """A model.

    Attributes
    ----------
    layers
        From the number of features and the settings to the layers, first to last.
    probabilities
        Whether its predictions lie in [0, 1].
    """

    layers: Callable[[int, Settings], tuple[Layer, ...]]
    probabilities: bool = False


LINEAR = ModelEntry(
    key="linear",
    label="Linear",
    summary="A weighted sum of the features and a bias: y = w·x + b.",
    layers=lambda features, _: (Linear(features, 1),),
)

PERCEPTRON = ModelEntry(
    key="perceptron",
    label="Perceptron",
    summary="One hidden layer with ReLU, and a sigmoid at the end: a probability.",
    source="Rosenblatt, 1958; Rumelhart, Hinton & Williams, 1986",
    probabilities=True,
    parameters=(
        Parameter(
            "hidden",
            "Hidden units",
            10,
            "Width of the hidden layer",
            minimum=1,
            maximum=1024,
        ),
    ),
    layers=lambda features, settings: (
        Linear(features, int(settings["hidden"])),
        RELU,
        Linear(int(settings["hidden"]), 1),
        SIGMOID,
    ),
)

MODELS: Catalog[ModelEntry] = Catalog("model", LINEAR, PERCEPTRON)
