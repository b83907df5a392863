from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from gd_studio.catalog import OPTIMIZERS
from gd_studio.catalog.stability import stability_limit
from gd_studio.link.preconditioner import preconditioner

LR = 0.1


def grows(step: Callable[[float, list[float]], float], share: float, far: float = 1e8) -> bool:
    """Whether |p| grows from 1 to `far` under `step`, which remembers two numbers."""
    p, memory = 1.0, [0.0, 0.0]
    largest_late = 0.0
    for k in range(6000):
        p = step(p, memory)
        if abs(p) > far:
            return True
        if k >= 5900:
            largest_late = max(largest_late, abs(p))
    assert largest_late < 1e-4, f"at {share} of the limit |p| is {largest_late}"
    return False


SGD = {"momentum": 0.0, "dampening": 0.0, "weight_decay": 0.0, "nesterov": False}
SGD_CASES: dict[str, tuple[dict[str, Any], float]] = {
    "plain": ({}, 20.0),
    "weight decay": ({"weight_decay": 3.0}, 17.0),
    "dampening alone, which does nothing": ({"dampening": 0.5}, 20.0),
    "heavy ball": ({"momentum": 0.9}, 38.0),
    "heavy ball with weight decay": ({"momentum": 0.5, "weight_decay": 4.0}, 26.0),
    "dampened": ({"momentum": 0.9, "dampening": 0.5}, 76.0),
    "dampened below zero": ({"momentum": 0.5, "dampening": -1.0}, 15.0),
    "dampened with weight decay": (
        {"momentum": 0.8, "dampening": 0.2, "weight_decay": 5.0},
        40.0,
    ),
    "Nesterov": ({"momentum": 0.9, "nesterov": True}, 38.0 / 2.8),
    "Nesterov with weight decay": (
        {"momentum": 0.5, "nesterov": True, "weight_decay": 2.0},
        13.0,
    ),
}


@pytest.mark.parametrize("share", [0.99, 1.01])
@pytest.mark.parametrize(("changed", "expected"), SGD_CASES.values(), ids=list(SGD_CASES))
def test_sgd_converges_just_below_its_limit_and_diverges_just_above_it(
    changed: dict[str, Any], expected: float, share: float
) -> None:
    settings = {**SGD, **changed}
    found = stability_limit("sgd", settings, LR)
    assert found.limit == pytest.approx(expected)
    assert not found.is_preconditioned

    p = torch.ones(1, dtype=torch.float64)
    optimizer = torch.optim.SGD([p], lr=LR, **settings)

    def step(_: float, memory: list[float]) -> float:
        p.grad = share * found.limit * p
        optimizer.step()
        return p.item()

    assert grows(step, share) == (share > 1)


def test_the_plain_rule_has_the_limit_of_plain_descent() -> None:
    found = stability_limit("by-hand", {"lr": LR}, 0.5)
    assert (found.limit, found.formula) == (4.0, "2 / lr")
    assert (1 - 0.5 * 3.99) ** 2 < 1 < (1 - 0.5 * 4.01) ** 2


def test_the_limit_of_adam_is_thirty_eight_over_the_learning_rate() -> None:
    for key in ("adam", "adamax", "radam"):
        found = stability_limit(key, {"beta1": 0.9, "weight_decay": 0.2}, 0.01)
        assert found.limit == pytest.approx(38 / 0.01)
        assert (found.is_preconditioned, found.shift) == (True, 0.2)


ADAM_LIKE = ("adam", "adamw", "adamax", "radam", "nadam")


@pytest.mark.parametrize("key", ADAM_LIKE)
@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("decay", [0.0, 2.0])
@pytest.mark.parametrize("decoupled", [False, True])
@pytest.mark.parametrize("share", [0.99, 1.01])
def test_adams_recurrence_with_a_frozen_divisor_has_its_limit(
    key: str, beta: float, decay: float, decoupled: bool, share: float
) -> None:
    divisor = 0.3
    settings = {
        "beta1": beta,
        "weight_decay": decay,
        "decoupled_weight_decay": decoupled,
        "momentum_decay": 0.004,
    }
    found = stability_limit(key, settings, LR, step=2000)
    momentum = beta * (1 - 0.5 * 0.96 ** (0.004 * 2000))
    decoupled = decoupled or key == "adamw"
    assert found.shift == (0.0 if decoupled else decay)
    h = share * found.limit * divisor - found.shift

    def step(p: float, memory: list[float]) -> float:
        gradient = h * p + (0.0 if decoupled else decay * p)
        memory[0] = beta * memory[0] + (1 - beta) * gradient
        direction = memory[0]
        if key == "nadam":
            direction = (1 - momentum) * gradient + momentum * memory[0]
        kept = 1 - LR * decay if decoupled else 1.0
        return kept * p - LR * direction / divisor

    assert grows(step, share) == (share > 1)


TORCH: dict[str, tuple[str, type[torch.optim.Optimizer], dict[str, Any]]] = {
    "adam": ("adam", torch.optim.Adam, {}),
    "adam with weight decay": ("adam", torch.optim.Adam, {"weight_decay": 3.0}),
    "adamw": ("adamw", torch.optim.AdamW, {"weight_decay": 3.0}),
    "adamax": ("adamax", torch.optim.Adamax, {}),
    "radam": ("radam", torch.optim.RAdam, {"betas": (0.9, 0.9)}),
    "nadam": ("nadam", torch.optim.NAdam, {"momentum_decay": 10.0}),
    "nadam, whose momentum does not grow": ("nadam", torch.optim.NAdam, {"momentum_decay": 0.0}),
    "rmsprop": ("rmsprop", torch.optim.RMSprop, {}),
    "rmsprop with momentum": ("rmsprop", torch.optim.RMSprop, {"momentum": 0.9}),
    "adagrad": ("adagrad", torch.optim.Adagrad, {"weight_decay": 3.0}),
}


@pytest.mark.long
@pytest.mark.parametrize("share", [0.99, 1.01])
@pytest.mark.parametrize(("key", "optimizer_class", "changed"), TORCH.values(), ids=TORCH)
def test_torchs_own_steps_have_the_limit_where_their_divisor_is_constant(
    key: str, optimizer_class: Any, changed: dict[str, Any], share: float
) -> None:
    settings = {"beta1": 0.9, "momentum": 0.0, "weight_decay": 0.0, **changed}
    found = stability_limit(key, settings, LR)
    assert found.is_preconditioned
    start = 1e-40
    p = torch.full((1,), start, dtype=torch.float64)
    # Beside gradients that are so small, P is ε: 1.
    optimizer = optimizer_class([p], lr=LR, eps=1.0, **changed)
    curvature = share * found.limit - found.shift

    def step(_: float, memory: list[float]) -> float:
        p.grad = curvature * p
        optimizer.step()
        return p.item() / start

    # The correction of its bias makes the first steps of a momentum too long.
    assert grows(step, share, far=1e30) == (share > 1)


@pytest.mark.parametrize("momentum", [0.0, 0.9])
@pytest.mark.parametrize("share", [0.99, 1.01])
def test_rmsprops_recurrence_with_a_frozen_divisor_has_its_limit(
    momentum: float, share: float
) -> None:
    divisor, decay = 0.3, 2.0
    settings = {"momentum": momentum, "weight_decay": decay}
    found = stability_limit("rmsprop", settings, LR)
    h = share * found.limit * divisor - found.shift

    def step(p: float, memory: list[float]) -> float:
        memory[0] = momentum * memory[0] + (h + decay) * p / divisor
        return p - LR * memory[0]

    assert grows(step, share) == (share > 1)


@pytest.mark.parametrize(
    ("key", "settings"),
    [
        ("sgd", {**SGD, "momentum": 1.0}),
        ("sgd", {**SGD, "momentum": 0.5, "dampening": 1.0}),
        ("rmsprop", {"momentum": 1.5, "weight_decay": 0.0}),
    ],
)
def test_there_is_no_limit_where_no_curvature_is_stable(key: str, settings: Any) -> None:
    assert stability_limit(key, settings, LR) is None


@pytest.mark.parametrize(
    "key",
    [
        "adadelta",
        "rprop",
        "asgd",
        "adafactor",
        "lbfgs",
        "muon",
        "exact-line-search",
        "armijo",
        "newton",
        "damped-newton",
    ],
)
def test_an_optimizer_that_is_no_linear_recurrence_has_neither(key: str) -> None:
    assert stability_limit(key, {}, LR) is None
    assert preconditioner(key, {}, {"anything": np.ones(2)}, 1) is None


@pytest.mark.parametrize(
    "key", sorted({"by-hand", "sgd", "rmsprop", "adagrad", *ADAM_LIKE} & set(OPTIMIZERS))
)
def test_every_default_of_the_catalogue_has_a_limit_with_its_formula(key: str) -> None:
    settings = OPTIMIZERS[key].defaults
    found = stability_limit(key, settings, LR)
    assert found.limit > 0
    assert "lr" in found.formula
    assert found.source
    assert stability_limit(key, settings, 0.0) is None


DIVIDED: dict[str, tuple[str, type[torch.optim.Optimizer], dict[str, Any]]] = {
    "adam": ("adam", torch.optim.Adam, {"eps": 1e-3}),
    "adam with AMSGrad": ("adam", torch.optim.Adam, {"eps": 1e-3, "amsgrad": True}),
    "adamw": ("adamw", torch.optim.AdamW, {"eps": 1e-3, "weight_decay": 0.0}),
    "adamax": ("adamax", torch.optim.Adamax, {"eps": 1e-3}),
    "radam": ("radam", torch.optim.RAdam, {"eps": 1e-3}),
    "rmsprop": ("rmsprop", torch.optim.RMSprop, {"eps": 1e-3}),
    "rmsprop, centered": ("rmsprop", torch.optim.RMSprop, {"eps": 1e-3, "centered": True}),
    "adagrad": ("adagrad", torch.optim.Adagrad, {"eps": 1e-3, "lr_decay": 0.3}),
}


@pytest.mark.parametrize(("key", "optimizer_class", "changed"), DIVIDED.values(), ids=DIVIDED)
def test_the_divisor_is_the_one_that_torchs_step_was_made_with(
    key: str, optimizer_class: Any, changed: dict[str, Any]
) -> None:
    has_betas = key in ADAM_LIKE
    settings = {"centered": False, "lr_decay": 0.0, "beta1": 0.0, "beta2": 0.9, **changed}
    # Without a memory of the gradient, a step is lr · g / P.
    arguments = {**changed, "betas": (0.0, 0.9)} if has_betas else changed
    p = torch.zeros(4, dtype=torch.float64)
    optimizer = optimizer_class([p], lr=LR, **arguments)
    generator = torch.Generator().manual_seed(0)
    for step in range(1, 30):
        before = p.clone()
        # Their size shrinks, so that the largest v so far is not the latest.
        p.grad = torch.randn(4, generator=generator, dtype=torch.float64) / step
        optimizer.step()
        memory = {
            name: value.numpy()
            for name, value in optimizer.state[p].items()
            if value.shape == p.shape and name != "step"
        }
        diagonal = preconditioner(key, settings, memory, step)
        assert diagonal is not None
        expected = (LR * p.grad / (before - p)).numpy()
        np.testing.assert_allclose(diagonal, expected, rtol=1e-9)
        assert diagonal.dtype == np.float64


def test_nadams_divisor_is_that_of_adam() -> None:
    settings = {"beta1": 0.9, "beta2": 0.99, "eps": 0.1}
    memory = {"exp_avg_sq": np.array([0.04, 0.0], dtype=np.float32)}
    expected = [0.2 / np.sqrt(1 - 0.99**5) + 0.1, 0.1]
    assert preconditioner("nadam", settings, memory, 5) == pytest.approx(expected)


def test_there_is_no_divisor_before_the_first_step() -> None:
    assert preconditioner("adam", OPTIMIZERS["adam"].defaults, {}, 0) is None
    assert preconditioner("sgd", OPTIMIZERS["sgd"].defaults, {}, 3) is None
