"""The layers that models are made of. What builds a model and what prints it read the same list."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Linear:
    """An affine layer, ``nn.Linear(inputs, outputs)``: its input is ``(samples, inputs)``."""

    inputs: int
    outputs: int

    @property
    def parameters(self) -> dict[str, Shape]:
        """The shapes of its parameters, by torch's own names."""
        return {"weight": (self.outputs, self.inputs), "bias": (self.outputs,)}

    def output(self, _: Shape) -> Shape:
        """The shape of its output for one sample."""
        return (self.outputs,)


@dataclass(frozen=True)
class Affine:
    """The same by hand, from bare tensors: ``x @ w + b``."""

    inputs: int
    outputs: int

    @property
    def parameters(self) -> dict[str, Shape]:
        """The shapes of its parameters."""
        return {"w": (self.inputs, self.outputs), "b": (self.outputs,)}

    def output(self, _: Shape) -> Shape:
        """The shape of its output for one sample."""
        return (self.outputs,)


@dataclass(frozen=True)
class Polynomial:
    """A polynomial of one feature: a tⁿ + b tⁿ⁻¹ + …, highest power first."""

    degree: int

    @property
    def parameters(self) -> dict[str, Shape]:
        """The shape of its parameters."""
        return {"coefficients": (self.degree + 1,)}

    def output(self, _: Shape) -> Shape:
        """The shape of its output for one sample."""
        return (1,)


@dataclass(frozen=True)
class Convolution:
    """``nn.Conv2d(inputs, outputs, kernel, padding=padding)`` on ``(samples, inputs, h, w)``."""

    inputs: int
    outputs: int
    kernel: int
    padding: int

    @property
    def parameters(self) -> dict[str, Shape]:
        """The shapes of its parameters, by torch's own names."""
        weight = (self.outputs, self.inputs, self.kernel, self.kernel)
        return {"weight": weight, "bias": (self.outputs,)}

    def output(self, shape: Shape) -> Shape:
        """The shape of its output for one sample."""
        less = 2 * self.padding - self.kernel + 1
        return (self.outputs, shape[1] + less, shape[2] + less)


@dataclass(frozen=True)
class _WithoutParameters:
    @property
    def parameters(self) -> dict[str, Shape]:
        """It has none."""
        return {}


@dataclass(frozen=True)
class MaxPool(_WithoutParameters):
    """``nn.MaxPool2d(size)``: the largest of each square of pixels."""

    size: int

    def output(self, shape: Shape) -> Shape:
        """The shape of its output for one sample."""
        return (shape[0], shape[1] // self.size, shape[2] // self.size)


@dataclass(frozen=True)
class ToImage(_WithoutParameters):
    """``nn.Unflatten(1, (1, height, width))``: rows of pixels to images of one channel."""

    height: int
    width: int

    def output(self, _: Shape) -> Shape:
        """The shape of its output for one sample."""
        return (1, self.height, self.width)


@dataclass(frozen=True)
class Flatten(_WithoutParameters):
    """``nn.Flatten()``: all numbers of a sample in one row."""

    def output(self, shape: Shape) -> Shape:
        """The shape of its output for one sample."""
        return (prod(shape),)


@dataclass(frozen=True)
class Activation(_WithoutParameters):
    """An elementwise layer.

    Attributes
    ----------
    torch_name
        The class in ``torch.nn``.
    function
        The function of the same meaning in ``torch`` or ``torch.nn.functional``.
    """

    torch_name: str
    function: str

    def output(self, shape: Shape) -> Shape:
        """The shape of its output for one sample: that of its input."""
        return shape


Layer = Linear | Affine | Polynomial | Convolution | MaxPool | ToImage | Flatten | Activation

ACTIVATIONS = {
    "relu": Activation("ReLU", "relu"),
    "leaky-relu": Activation("LeakyReLU", "leaky_relu"),
    "tanh": Activation("Tanh", "tanh"),
    "sigmoid": Activation("Sigmoid", "sigmoid"),
    "gelu": Activation("GELU", "gelu"),
    "silu": Activation("SiLU", "silu"),
    "elu": Activation("ELU", "elu"),
}
"""The activations that can be chosen, by key."""

SIGMOID = ACTIVATIONS["sigmoid"]
"""What makes a probability of any number."""


IMAGES_AT_ONCE = 256
"""How many samples a model with convolutions judges in one go: what they become in between then
stays in the processor's cache, which takes two thirds of the time."""


def has_convolutions(layers: tuple[Layer, ...]) -> bool:
    """Whether a model looks at images."""
    return any(isinstance(layer, Convolution) for layer in layers)


@dataclass(frozen=True)
class LayerSummary:
    """One line of a model's table: what the layer is, what comes out of it, how much it learns.

    Attributes
    ----------
    name
        As torch prints it: ``"Linear(2, 10)"``.
    shape
        Of its output for one sample.
    parameters
        How many numbers it learns.
    """

    name: str
    shape: Shape
    parameters: int


def summarise(layers: tuple[Layer, ...], features: int) -> tuple[LayerSummary, ...]:
    """Return the table of a model for samples of so many features."""
    shape: Shape = (features,)
    lines = []
    for layer in layers:
        shape = layer.output(shape)
        count = sum(prod(part) for part in layer.parameters.values())
        lines.append(LayerSummary(_name(layer), shape, count))
    return tuple(lines)


def _name(layer: Layer) -> str:
    match layer:
        case Linear(inputs, outputs):
            return f"Linear({inputs}, {outputs})"
        case Affine():
            return "x @ w + b"
        case Polynomial(degree):
            return f"Polynomial({degree})"
        case Convolution(inputs, outputs, kernel, _):
            return f"Conv2d({inputs}, {outputs}, {kernel}×{kernel})"
        case MaxPool(size):
            return f"MaxPool2d({size}×{size})"
        case ToImage(height, width):
            return f"Unflatten(1×{height}×{width})"
        case Flatten():
            return "Flatten"
        case Activation(torch_name, _):
            return torch_name
