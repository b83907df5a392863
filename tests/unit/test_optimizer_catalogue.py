"""The optimizers of the catalogue are those of torch, with its hyperparameters and defaults."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from gd_studio.catalog import OPTIMIZERS, OptimizerEntry, Parameter
from gd_studio.catalog.optimizers import EXCEPTIONS
from gd_studio.engine import reference
from gd_studio.experiment import OptimizerChoice

OF_TORCH = {key: entry for key, entry in OPTIMIZERS.items() if entry.torch_name}
REFERENCES = {key: entry for key, entry in OPTIMIZERS.items() if entry.reference}
WITH_A_CLASS = {**OF_TORCH, **REFERENCES}

SWITCHES = {
    "params": "the parameters themselves",
    "foreach": "which implementation is taken, with the same results",
    "fused": "which implementation is taken, with the same results",
    "capturable": "whether a step can be captured in a CUDA graph",
    "differentiable": "whether autograd goes through the step itself",
    "maximize": "climbs: the loss is always to be made smaller here",
}
"""Arguments that are no hyperparameters, and why."""

OF_A_CLASS = {
    "Adam": {"decoupled_weight_decay": "makes it AdamW, which has an entry of its own"},
}
"""Arguments of one class that are not offered, and why."""

OTHER_DEFAULTS = {"Muon": {"adjust_lr_fn": "original"}}
"""What is written out where torch has None for the same."""

each_of_torch = pytest.mark.parametrize("entry", OF_TORCH.values(), ids=list(OF_TORCH))
each_with_a_class = pytest.mark.parametrize("entry", WITH_A_CLASS.values(), ids=list(WITH_A_CLASS))
each_reference = pytest.mark.parametrize("entry", REFERENCES.values(), ids=list(REFERENCES))


def class_of(entry: OptimizerEntry) -> type[torch.optim.Optimizer]:
    module = torch.optim if entry.torch_name else reference
    found: type[torch.optim.Optimizer] = getattr(module, entry.torch_name or entry.reference)
    return found


def arguments_of(entry: OptimizerEntry, settings: dict[str, Any]) -> dict[str, Any]:
    return dict(entry.arguments({**entry.defaults, **settings}))


def test_the_keys_are_what_files_have() -> None:
    keys = (
        "sgd adam adamw adamax nadam radam adagrad adadelta rmsprop rprop asgd adafactor lbfgs muon"
    )
    assert " ".join(OF_TORCH) == keys
    assert set(REFERENCES) == {"exact-line-search", "armijo", "newton", "damped-newton"}
    assert set(OPTIMIZERS) == {*OF_TORCH, *REFERENCES, "by-hand"}


def test_every_optimizer_of_torch_is_offered_or_has_a_reason_not_to_be() -> None:
    classes = {
        name
        for name, value in vars(torch.optim).items()
        if isinstance(value, type) and issubclass(value, torch.optim.Optimizer)
    }
    offered = {entry.torch_name for entry in OF_TORCH.values()}
    assert not offered & set(EXCEPTIONS)
    assert classes == offered | set(EXCEPTIONS)
    assert all(EXCEPTIONS.values())


@each_of_torch
def test_every_hyperparameter_is_offered_with_torchs_own_default(entry: OptimizerEntry) -> None:
    not_offered = {**SWITCHES, **OF_A_CLASS.get(entry.torch_name, {})}
    expected = {
        name: parameter.default
        for name, parameter in inspect.signature(class_of(entry)).parameters.items()
        if name not in not_offered
    } | OTHER_DEFAULTS.get(entry.torch_name, {})
    arguments = entry.arguments(entry.defaults)
    assert arguments == expected
    assert "lr" in arguments
    for name, value in arguments.items():
        # False is 0 and 0 is 0.0, but a form shows them in three different ways.
        assert isinstance(value, bool) == isinstance(expected[name], bool), name


@each_reference
def test_a_reference_method_has_the_settings_of_its_class(entry: OptimizerEntry) -> None:
    expected = {
        name: parameter.default
        for name, parameter in inspect.signature(class_of(entry)).parameters.items()
        if name != "params"
    }
    assert entry.arguments(entry.defaults) == expected


def test_every_argument_that_is_left_out_is_one_of_torchs() -> None:
    signatures = {
        entry.torch_name: set(inspect.signature(class_of(entry)).parameters)
        for entry in OF_TORCH.values()
    }
    assert set(SWITCHES) <= set().union(*signatures.values())
    for class_name, arguments in OF_A_CLASS.items():
        assert set(arguments) <= signatures[class_name]


def bounds_of(parameter: Parameter) -> Iterator[float]:
    """Yield the outermost numbers that are allowed."""
    yield from (bound for bound in (parameter.minimum, parameter.maximum) if bound is not None)
    for bound, inwards in ((parameter.above, math.inf), (parameter.below, -math.inf)):
        if bound is not None:
            yield math.nextafter(bound, inwards)


AT_BOUNDS = [
    pytest.param(entry, parameter, bound, id=f"{key} {parameter.name} {bound}")
    for key, entry in WITH_A_CLASS.items()
    for parameter in entry.parameters
    if parameter.kind in ("number", "integer")
    for bound in bounds_of(parameter)
    if not list(entry.check({**entry.defaults, parameter.name: bound}))
]


@pytest.mark.parametrize(("entry", "parameter", "bound"), AT_BOUNDS)
def test_what_the_bounds_allow_torch_takes(
    entry: OptimizerEntry, parameter: Parameter, bound: float
) -> None:
    value = int(bound) if parameter.kind == "integer" else float(bound)
    arguments = arguments_of(entry, {parameter.name: value})
    weight = torch.ones(3, 2, requires_grad=True)
    optimizer = class_of(entry)([weight], **arguments)
    for _ in range(8):
        take(entry, optimizer, weight)


def take(entry: OptimizerEntry, optimizer: torch.optim.Optimizer, weight: Tensor) -> None:
    """Take a step down p⁴ + p, which is steep, bent and without a single scale."""

    def loss() -> Tensor:
        return (weight**4).sum() + weight.sum()

    def closure() -> float:
        optimizer.zero_grad()
        value = loss()
        value.backward()
        return value.item()

    closure()
    step: Callable[..., object] = optimizer.step
    if entry.reference:
        step(loss)
    elif entry.closure:
        step(closure)
    else:
        step()


REFUSED: list[tuple[str, dict[str, Any]]] = [
    *((key, {"lr": -1e-9}) for key in WITH_A_CLASS),
    *(
        (key, {"weight_decay": -1e-9})
        for key, entry in OF_TORCH.items()
        if "weight_decay" in entry.defaults
    ),
    *(
        (key, {name: value})
        for key in ("adam", "adamw", "adamax", "nadam", "radam")
        for name, value in (("beta1", 1.0), ("beta1", -0.1), ("beta2", 1.0), ("eps", -1e-9))
    ),
    ("sgd", {"momentum": -0.1}),
    ("sgd", {"nesterov": True}),
    ("sgd", {"nesterov": True, "momentum": 0.9, "dampening": 0.1}),
    ("nadam", {"momentum_decay": -0.1}),
    ("adagrad", {"lr_decay": -0.1}),
    ("adagrad", {"initial_accumulator_value": -0.1}),
    ("adadelta", {"rho": 1.1}),
    ("adadelta", {"rho": -0.1}),
    ("rmsprop", {"alpha": -0.1}),
    ("rmsprop", {"momentum": -0.1}),
    ("rprop", {"eta_minus": 0.0}),
    ("rprop", {"eta_minus": 1.0}),
    ("rprop", {"eta_plus": 1.0}),
    ("adafactor", {"beta2_decay": 0.1}),
    ("adafactor", {"eps2": -0.1}),
    ("adafactor", {"d": 0.9}),
    ("muon", {"momentum": -0.1}),
    ("muon", {"adjust_lr_fn": "none of them"}),
    ("armijo", {"c1": 0.0}),
    ("armijo", {"c1": 1.0}),
    ("armijo", {"shrink": 0.0}),
    ("armijo", {"shrink": 1.0}),
    ("armijo", {"most_trials": 0}),
    ("exact-line-search", {"tolerance": 0.0}),
    ("exact-line-search", {"tolerance": 1.0}),
    ("exact-line-search", {"most_trials": 0}),
    ("damped-newton", {"least_curvature": 0.0}),
]


@pytest.mark.parametrize(
    ("key", "settings"), REFUSED, ids=[f"{key} {settings}" for key, settings in REFUSED]
)
def test_what_the_class_refuses_cannot_be_set(key: str, settings: dict[str, Any]) -> None:
    entry = OPTIMIZERS[key]
    with pytest.raises(ValueError, match=r"Invalid|requires|should be|must|not supported"):
        class_of(entry)([torch.zeros(2, 2)], **arguments_of(entry, settings))
    with pytest.raises(ValueError, match=next(iter(settings))):
        OptimizerChoice.model_validate({"key": key, **settings})


@pytest.mark.parametrize(
    ("key", "settings", "expected"),
    [
        ("adam", {"beta1": 0.5}, {"betas": (0.5, 0.999)}),
        ("rprop", {"eta_plus": 1.5}, {"etas": (0.5, 1.5), "step_sizes": (1e-6, 50.0)}),
        ("adafactor", {"eps2": 0.1}, {"eps": (None, 0.1)}),
        ("muon", {"ns_b": -4.0}, {"ns_coefficients": (3.4445, -4.0, 2.0315)}),
        ("lbfgs", {"line_search_fn": "strong_wolfe"}, {"line_search_fn": "strong_wolfe"}),
        ("lbfgs", {}, {"line_search_fn": None, "max_eval": None}),
        ("lbfgs", {"max_eval": 7}, {"max_eval": 7}),
    ],
)
def test_settings_become_the_arguments_that_torch_has(
    key: str, settings: dict[str, Any], expected: dict[str, Any]
) -> None:
    arguments = arguments_of(OPTIMIZERS[key], settings)
    assert {name: arguments[name] for name in expected} == expected
    assert not {"beta1", "eta_plus", "eps2", "ns_b", "adamw_lr"} & set(arguments)


def test_the_shortest_step_of_rprop_is_not_above_the_longest() -> None:
    with pytest.raises(ValueError, match="must not be above the longest step"):
        OptimizerChoice.model_validate({"key": "rprop", "step_size_min": 2.0, "step_size_max": 1.0})


ELEMENTWISE: list[tuple[str, dict[str, Any]]] = [
    *((key, {}) for key, entry in OF_TORCH.items() if entry.elementwise),
    ("sgd", {"momentum": 0.9, "nesterov": True, "weight_decay": 0.1}),
    ("adam", {"amsgrad": True, "weight_decay": 0.1}),
    ("nadam", {"weight_decay": 0.1, "decoupled_weight_decay": True}),
    ("radam", {"weight_decay": 0.1, "decoupled_weight_decay": True}),
    ("rmsprop", {"momentum": 0.5, "centered": True}),
    ("asgd", {"t0": 3.0, "lambd": 0.1}),
]


@pytest.mark.parametrize(
    ("key", "settings"), ELEMENTWISE, ids=[f"{key} {settings}" for key, settings in ELEMENTWISE]
)
def test_an_elementwise_optimizer_has_the_same_bits_on_one_flat_tensor(
    key: str, settings: dict[str, Any]
) -> None:
    entry = OPTIMIZERS[key]
    draw = torch.Generator().manual_seed(1)
    shapes = [(7, 3), (5,), (1,), (13, 11), (3, 3, 3, 3), (1, 1)]
    sizes = [math.prod(shape) for shape in shapes]
    flat = torch.randn(sum(sizes), generator=draw)
    parts = [part.clone().view(s) for part, s in zip(flat.split(sizes), shapes, strict=True)]
    arguments = arguments_of(entry, settings)
    optimizers = [class_of(entry)(tensors, **arguments) for tensors in ([flat], parts)]
    for _ in range(20):
        gradient = torch.randn(sum(sizes), generator=draw)
        flat.grad = gradient.clone()
        for part, of_part in zip(parts, gradient.split(sizes), strict=True):
            part.grad = of_part.clone().view(part.shape)
        for optimizer in optimizers:
            optimizer.step()
    assert torch.equal(torch.cat([part.reshape(-1) for part in parts]), flat)


@pytest.mark.parametrize("key", list(OF_TORCH))
def test_only_an_elementwise_optimizer_looks_at_an_element_alone(key: str) -> None:
    entry = OPTIMIZERS[key]
    ends = []
    for slope in (1.0, -3.0):
        weight = torch.ones(2, 2)
        optimizer = class_of(entry)([weight], **arguments_of(entry, {}))
        for step in (1.0, 2.0):
            weight.grad = torch.tensor([[slope * step, 0.5 * step], [2.0, -1.0]])
            take_with(entry, optimizer)
        ends.append(weight)
    assert entry.elementwise == torch.equal(ends[0].view(-1)[1:], ends[1].view(-1)[1:])


def take_with(entry: OptimizerEntry, optimizer: torch.optim.Optimizer) -> None:
    """Take a step with the gradients that are there."""
    step: Callable[..., object] = optimizer.step
    step(*([lambda: 1.0] if entry.closure else []))


@each_with_a_class
def test_what_can_be_changed_can_be_changed_between_two_steps(entry: OptimizerEntry) -> None:
    for name in entry.changeable:
        parameter = entry.parameter(name)
        assert parameter.kind in ("number", "integer")
        weight = torch.ones(3, 2, requires_grad=True)
        optimizer = class_of(entry)([weight], **arguments_of(entry, {}))
        take(entry, optimizer, weight)
        changed = {**entry.defaults, name: other_than(parameter)}
        assert not list(entry.check(changed))
        optimizer.param_groups[0].update(entry.arguments(changed))
        take(entry, optimizer, weight)
        assert weight.isfinite().all(), name


def other_than(parameter: Parameter) -> float:
    """Return another number within the bounds."""
    default = parameter.default
    assert isinstance(default, int | float)
    if parameter.kind == "integer":
        return int(default) + 1
    return 1.1 * default if default >= 1 else 0.9 * default + 0.001


def test_a_momentum_that_comes_later_starts_from_the_gradient_then() -> None:
    assert "momentum" in OPTIMIZERS["sgd"].changeable
    weight = torch.tensor([1.0], dtype=torch.float64)
    optimizer = torch.optim.SGD([weight], lr=0.1)
    expected = 1.0
    for gradient, momentum, direction in (
        (2.0, 0.0, 2.0),
        (4.0, 0.5, 4.0),
        (1.0, 0.5, 0.5 * 4.0 + 1.0),
    ):
        optimizer.param_groups[0].update(arguments_of(OPTIMIZERS["sgd"], {"momentum": momentum}))
        optimizer.param_groups[0]["lr"] = 0.1
        weight.grad = torch.tensor([gradient], dtype=torch.float64)
        optimizer.step()
        expected -= 0.1 * direction
        assert weight.item() == pytest.approx(expected)


def test_a_momentum_that_comes_later_is_more_than_rmsprop_can_take() -> None:
    weight = torch.ones(1)
    weight.grad = torch.ones(1)
    optimizer = torch.optim.RMSprop([weight])
    optimizer.step()
    optimizer.param_groups[0]["momentum"] = 0.5
    with pytest.raises(KeyError, match="momentum_buffer"):
        optimizer.step()
    assert "momentum" not in OPTIMIZERS["rmsprop"].changeable


@pytest.mark.parametrize(
    ("key", "fixed"),
    [
        ("adagrad", {"initial_accumulator_value"}),
        ("rmsprop", {"momentum"}),
        ("rprop", {"lr"}),
        (
            "lbfgs",
            {"max_iter", "max_eval", "tolerance_grad", "tolerance_change", "history_size"},
        ),
    ],
)
def test_what_holds_from_the_first_step_on_cannot_be_changed(key: str, fixed: set[str]) -> None:
    entry = OPTIMIZERS[key]
    assert not fixed & set(entry.changeable)
    numbers = {p.name for p in entry.parameters if p.kind in ("number", "integer")}
    assert numbers == fixed | set(entry.changeable)


@pytest.mark.parametrize("key", [key for key in OPTIMIZERS if key != "rprop"])
def test_the_learning_rate_can_always_be_changed_where_it_counts(key: str) -> None:
    assert "lr" in OPTIMIZERS[key].changeable


def test_muon_takes_matrices_alone() -> None:
    muon = OPTIMIZERS["muon"]
    assert muon.matrices_only
    assert set(muon.not_arguments) == {"adamw_lr"}
    layer = nn.Linear(3, 2)
    with pytest.raises(ValueError, match="2D parameters"):
        torch.optim.Muon(layer.parameters(), **arguments_of(muon, {}))
    torch.optim.Muon([layer.weight], **arguments_of(muon, {}))
    assert [key for key, entry in OPTIMIZERS.items() if entry.matrices_only] == ["muon"]


def test_what_solves_with_the_hessian_is_for_few_parameters() -> None:
    limits = {key: entry.most_parameters for key, entry in OPTIMIZERS.items()}
    assert {key: n for key, n in limits.items() if n is not None} == {
        "newton": 500,
        "damped-newton": 500,
    }


def test_what_evaluates_the_loss_again_needs_a_function_to_do_it_with() -> None:
    for entry in WITH_A_CLASS.values():
        signature = inspect.signature(inspect.unwrap(class_of(entry).step)).parameters
        required = [p for p in list(signature.values())[1:] if p.default is p.empty]
        assert entry.closure == bool(required), entry.key


def test_every_entry_says_its_rule_and_where_it_is_from() -> None:
    for entry in OPTIMIZERS.values():
        assert "p ←" in entry.formula
        assert any(character.isdigit() for character in entry.source), entry.key
        assert bool(entry.torch_name) + bool(entry.reference) + (entry.key == "by-hand") == 1
