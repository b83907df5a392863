"""The models. A model is a list of layers; what builds it and what prints it read the same list."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gd_studio.catalog.entry import Catalog, Entry, Parameter, Settings
from gd_studio.catalog.layers import (
    ACTIVATIONS,
    Affine,
    Convolution,
    Flatten,
    Layer,
    Linear,
    MaxPool,
    Polynomial,
    ToImage,
)
from gd_studio.catalog.schema import Schema, Task

INITIALISATIONS = ("default", "xavier", "kaiming", "normal", "uniform", "zeros")
"""How parameters begin; see :data:`INITIALISATION`."""

_WIDEST = 1024
_DEEPEST = 32


def _fits_anything(_: Schema) -> str:
    return ""


@dataclass(frozen=True, kw_only=True)
class ModelEntry(Entry):
    """A model.

    Attributes
    ----------
    layers
        From what the data are and the settings to the layers, first to last, without a sigmoid
        at the end.
    tasks
        The tasks it is for.
    probabilities
        Whether, for two classes, a sigmoid follows at the end: its predictions then lie in
        [0, 1]. It is left out where the loss takes logits.
    misfit
        Says why it does not fit some data; empty where it does.
    """

    layers: Callable[[Schema, Settings], tuple[Layer, ...]]
    tasks: tuple[Task, ...]
    probabilities: bool = False
    misfit: Callable[[Schema], str] = _fits_anything


def initialisation(default: str = "default") -> Parameter:
    """Return the parameter that says how a model's parameters begin."""
    return Parameter(
        "initialisation",
        "Initialisation",
        default,
        "How the parameters begin. default: torch's own, uniform in ±1/√(inputs). "
        "xavier: uniform in ±√(6/(inputs + outputs)) (Glorot & Bengio, 2010), biases 0. "
        "kaiming: uniform in ±√(6/inputs) (He et al., 2015), biases 0. "
        "normal: N(0, 1). uniform: U(0, 1). zeros: all 0, and then all units learn the same.",
        choices=INITIALISATIONS,
    )


def widths(text: str) -> tuple[int, ...]:
    """From ``"16, 16"`` to the widths of hidden layers; empty text means none.

    Raises
    ------
    ValueError
        Where it is something else, with a sentence.
    """
    if not text.strip():
        return ()
    try:
        numbers = tuple(int(part) for part in text.split(","))
    except ValueError:
        raise ValueError("has to be whole numbers with commas between, as 16, 16") from None
    if any(not 1 <= number <= _WIDEST for number in numbers):
        raise ValueError(f"each width has to lie between 1 and {_WIDEST}")
    if len(numbers) > _DEEPEST:
        raise ValueError(f"there can be {_DEEPEST} hidden layers at most")
    return numbers


def _widths_hold(settings: Settings) -> Iterable[tuple[str, str]]:
    try:
        widths(str(settings["hidden"]))
    except ValueError as error:
        yield "hidden", str(error)


def _mlp(schema: Schema, settings: Settings) -> tuple[Layer, ...]:
    activation = ACTIVATIONS[str(settings["activation"])]
    inputs = len(schema.features)
    layers: list[Layer] = []
    for width in widths(str(settings["hidden"])):
        layers += [Linear(inputs, width), activation]
        inputs = width
    return (*layers, Linear(inputs, schema.outputs))


def _cnn(schema: Schema, settings: Settings) -> tuple[Layer, ...]:
    assert schema.image is not None
    (height, width), channels = schema.image, int(settings["channels"])
    activation = ACTIVATIONS[str(settings["activation"])]
    return (
        ToImage(height, width),
        Convolution(1, channels, 3, padding=1),
        activation,
        MaxPool(2),
        Convolution(channels, 2 * channels, 3, padding=1),
        activation,
        MaxPool(2),
        Flatten(),
        Linear(2 * channels * (height // 4) * (width // 4), schema.outputs),
    )


def _needs_one_feature(schema: Schema) -> str:
    few = len(schema.features) == 1
    return "" if few else f"a polynomial is of one feature; the data have {len(schema.features)}"


def _needs_images(schema: Schema) -> str:
    if schema.image is None:
        return "a convolution needs images; the features of these data are not pixels"
    return "" if min(schema.image) >= 4 else "the images have to be 4 × 4 pixels at least"


def _activation(default: str) -> Parameter:
    return Parameter(
        "activation",
        "Activation",
        default,
        "The function between two layers; without one, many layers are no more than one",
        choices=tuple(ACTIVATIONS),
    )


LINEAR = ModelEntry(
    key="linear",
    label="Linear",
    summary="A weighted sum of the features and a bias: y = w·x + b.",
    tasks=("regression", "binary"),
    parameters=(initialisation(),),
    layers=lambda schema, _: (Linear(len(schema.features), 1),),
)

BY_HAND = ModelEntry(
    key="by-hand",
    label="Linear, by hand",
    summary="The same from bare tensors, x @ w + b, without a module of torch.nn.",
    tasks=("regression", "binary"),
    parameters=(initialisation("normal"),),
    layers=lambda schema, _: (Affine(len(schema.features), 1),),
)

POLYNOMIAL = ModelEntry(
    key="polynomial",
    label="Polynomial",
    summary="Powers of one feature, each with a coefficient: y = a tⁿ + b tⁿ⁻¹ + ….",
    tasks=("regression",),
    parameters=(
        Parameter("degree", "Degree", 2, "The highest power", minimum=1, maximum=20),
        initialisation("normal"),
    ),
    layers=lambda _, settings: (Polynomial(int(settings["degree"])),),
    misfit=_needs_one_feature,
)

LOGISTIC = ModelEntry(
    key="logistic",
    label="Logistic regression",
    summary="The probability of one of two classes: p = σ(w·x + b).",
    source="Cox, 1958",
    tasks=("binary",),
    probabilities=True,
    parameters=(initialisation(),),
    layers=lambda schema, _: (Linear(len(schema.features), 1),),
)

SOFTMAX = ModelEntry(
    key="softmax",
    label="Softmax regression",
    summary="A score for each of many classes, made into probabilities by the loss: W x + b.",
    source="Bridle, 1990",
    tasks=("multi-class",),
    parameters=(initialisation(),),
    layers=lambda schema, _: (Linear(len(schema.features), schema.outputs),),
)

PERCEPTRON = ModelEntry(
    key="perceptron",
    label="Perceptron",
    summary="One hidden layer with ReLU, and a sigmoid at the end: a probability.",
    source="Rosenblatt, 1958; Rumelhart, Hinton & Williams, 1986",
    tasks=("binary",),
    probabilities=True,
    parameters=(
        Parameter(
            "hidden",
            "Hidden units",
            10,
            "Width of the hidden layer",
            minimum=1,
            maximum=_WIDEST,
        ),
    ),
    layers=lambda schema, settings: (
        Linear(len(schema.features), int(settings["hidden"])),
        ACTIVATIONS["relu"],
        Linear(int(settings["hidden"]), 1),
    ),
)

MLP = ModelEntry(
    key="mlp",
    label="Multi-layer perceptron",
    summary="Hidden layers of chosen widths, an activation after each.",
    source="Rumelhart, Hinton & Williams, 1986",
    tasks=("regression", "binary", "multi-class"),
    probabilities=True,
    parameters=(
        Parameter(
            "hidden",
            "Hidden layers",
            "16, 16",
            "The width of each hidden layer, first to last, with commas between: 16, 16",
        ),
        _activation("relu"),
        initialisation(),
    ),
    check=_widths_hold,
    layers=_mlp,
)

CNN = ModelEntry(
    key="cnn",
    label="Convolutional network",
    summary="Two convolutions of 3 × 3 pixels with pooling, then a linear layer.",
    source="LeCun et al., 1998",
    tasks=("regression", "binary", "multi-class"),
    probabilities=True,
    parameters=(
        Parameter(
            "channels",
            "Channels",
            8,
            "Filters of the first convolution; the second has twice as many",
            minimum=1,
            maximum=64,
        ),
        _activation("relu"),
        initialisation(),
    ),
    layers=_cnn,
    misfit=_needs_images,
)

MODELS: Catalog[ModelEntry] = Catalog(
    "model", LINEAR, BY_HAND, POLYNOMIAL, LOGISTIC, SOFTMAX, PERCEPTRON, MLP, CNN
)
"""The models a problem can be solved with."""
