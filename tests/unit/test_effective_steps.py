from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from gd_studio.recording import Recording
from gd_studio.recording.effective_steps import FORMULAS, effective_steps
from gd_studio.recording.stretches import stretch_of, stretches_of
from tests.helpers.experiments import circle_perceptron, function
from tests.helpers.sessions import run

STEPS = 12
Rows = list[torch.Tensor]


def plain_loop(make: Callable[[Any], torch.optim.Optimizer]) -> tuple[Rows, Rows, Rows]:
    """Rosenbrock's function: before each step, its gradient there, and how far it went."""
    point = torch.tensor([-0.7, 0.6], dtype=torch.float64, requires_grad=True)
    optimizer = make([point])
    before, gradients, moves = [], [], []
    for _ in range(STEPS):
        optimizer.zero_grad()
        x, y = point
        loss = (1 - x) ** 2 + 100 * (y - x**2) ** 2
        loss.backward()
        before.append(point.detach().clone())
        assert point.grad is not None
        gradients.append(point.grad.clone())
        optimizer.step()
        moves.append(point.detach() - before[-1])
    return before, gradients, moves


def corrected_momentum(gradients: Rows, beta: float) -> Rows:
    mean, means = torch.zeros_like(gradients[0]), []
    for t, gradient in enumerate(gradients, 1):
        mean = beta * mean + (1 - beta) * gradient
        means.append(mean / (1 - beta**t))
    return means


def buffer(gradients: Rows, momentum: float) -> Rows:
    kept, buffers = torch.zeros_like(gradients[0]), []
    for gradient in gradients:
        kept = momentum * kept + gradient
        buffers.append(kept)
    return buffers


def nadam_direction(gradients: Rows, beta: float, growth: float) -> Rows:
    """Dozat's: the gradient and the momentum of the next step, each corrected for its bias."""

    def share(t: int) -> float:
        return beta * (1 - 0.5 * 0.96 ** (t * growth))

    product, mean, found = 1.0, torch.zeros_like(gradients[0]), []
    for t, gradient in enumerate(gradients, 1):
        mean = beta * mean + (1 - beta) * gradient
        product *= share(t)
        found.append(
            (1 - share(t)) / (1 - product) * gradient
            + share(t + 1) / (1 - product * share(t + 1)) * mean
        )
    return found


LR = 0.02
CASES: dict[str, tuple[dict[str, Any], Callable[[Any], torch.optim.Optimizer], Any]] = {
    "plain": (
        {"key": "sgd", "lr": 1e-4},
        lambda p: torch.optim.SGD(p, lr=1e-4),
        lambda before, g: g,
    ),
    "momentum": (
        {"key": "sgd", "lr": 1e-4, "momentum": 0.9},
        lambda p: torch.optim.SGD(p, lr=1e-4, momentum=0.9),
        lambda before, g: buffer(g, 0.9),
    ),
    "by hand": (
        {"key": "by-hand", "lr": 1e-4},
        lambda p: torch.optim.SGD(p, lr=1e-4),
        lambda before, g: g,
    ),
    "adam": (
        {"key": "adam", "lr": LR},
        lambda p: torch.optim.Adam(p, lr=LR),
        lambda before, g: corrected_momentum(g, 0.9),
    ),
    "amsgrad": (
        {"key": "adam", "lr": LR, "beta1": 0.7, "beta2": 0.8, "amsgrad": True},
        lambda p: torch.optim.Adam(p, lr=LR, betas=(0.7, 0.8), amsgrad=True),
        lambda before, g: corrected_momentum(g, 0.7),
    ),
    "adamw": (
        {"key": "adamw", "lr": LR, "weight_decay": 0.0},
        lambda p: torch.optim.AdamW(p, lr=LR, weight_decay=0.0),
        lambda before, g: corrected_momentum(g, 0.9),
    ),
    "adamax": (
        {"key": "adamax", "lr": LR},
        lambda p: torch.optim.Adamax(p, lr=LR),
        lambda before, g: corrected_momentum(g, 0.9),
    ),
    "nadam": (
        {"key": "nadam", "lr": LR, "momentum_decay": 0.004},
        lambda p: torch.optim.NAdam(p, lr=LR, momentum_decay=0.004),
        lambda before, g: nadam_direction(g, 0.9, 0.004),
    ),
    "radam": (
        {"key": "radam", "lr": 1e-4},  # its first steps are not scaled
        lambda p: torch.optim.RAdam(p, lr=1e-4),
        lambda before, g: corrected_momentum(g, 0.9),
    ),
    "rmsprop": (
        {"key": "rmsprop", "lr": LR},
        lambda p: torch.optim.RMSprop(p, lr=LR),
        lambda before, g: g,
    ),
    "rmsprop, centered": (
        {"key": "rmsprop", "lr": LR, "centered": True},
        lambda p: torch.optim.RMSprop(p, lr=LR, centered=True),
        lambda before, g: g,
    ),
    "adagrad": (
        {"key": "adagrad", "lr": LR, "lr_decay": 0.3},
        lambda p: torch.optim.Adagrad(p, lr=LR, lr_decay=0.3),
        lambda before, g: g,
    ),
    "adadelta": (
        {"key": "adadelta", "lr": 1.0},
        lambda p: torch.optim.Adadelta(p, lr=1.0),
        lambda before, g: g,
    ),
    "asgd": (
        {"key": "asgd", "lr": 1e-4, "lambd": 0.5, "alpha": 0.6},
        lambda p: torch.optim.ASGD(p, lr=1e-4, lambd=0.5, alpha=0.6),
        lambda before, g: [0.5 * at + gradient for at, gradient in zip(before, g, strict=True)],
    ),
}


def recorded(optimizer: dict[str, Any], **changes: Any) -> tuple[Any, Recording]:
    experiment = function(
        "rosenbrock",
        starts=[[-0.7, 0.6]],
        precision="float64",
        optimizer=optimizer,
        training={"steps": STEPS},
        **changes,
    )
    return experiment, run(experiment)[0]


@pytest.mark.parametrize(("optimizer", "make", "direct"), CASES.values(), ids=list(CASES))
def test_a_step_is_the_effective_step_times_the_direction(
    optimizer: dict[str, Any], make: Callable[[Any], Any], direct: Callable[[Rows, Rows], Rows]
) -> None:
    before, gradients, moves = plain_loop(make)
    directions = torch.stack(direct(before, gradients))
    expected = (-torch.stack(moves) / directions).numpy()
    steps, values = effective_steps(*recorded(optimizer))
    assert steps.tolist() == list(range(1, STEPS + 1))
    np.testing.assert_allclose(np.broadcast_to(values, expected.shape), expected, rtol=1e-6)


def test_rprop_goes_as_far_as_the_step_that_it_keeps() -> None:
    _, gradients, moves = plain_loop(lambda p: torch.optim.Rprop(p, lr=1e-3))
    steps, values = effective_steps(*recorded({"key": "rprop", "lr": 1e-3}))
    assert steps.tolist() == list(range(1, STEPS + 1))
    moved = torch.stack(moves).abs().numpy()
    turned = torch.zeros(STEPS, 2, dtype=torch.bool)
    turned[1:] = (torch.stack(gradients)[1:] * torch.stack(gradients)[:-1]) < 0
    stayed = (moved == 0) & turned.numpy()
    assert (~stayed).sum() > STEPS
    np.testing.assert_allclose(values[~stayed], moved[~stayed], rtol=1e-6)


def test_there_is_a_formula_for_each_optimizer_that_has_an_effective_step() -> None:
    assert {case[0]["key"] for case in CASES.values()} | {"rprop"} == set(FORMULAS)


def test_what_searches_along_its_own_directions_has_no_effective_step() -> None:
    steps, values = effective_steps(*recorded({"key": "newton"}))
    assert len(steps) == len(values) == 0


def test_only_the_steps_after_another_one_can_be_asked_for() -> None:
    experiment, recording = recorded({"key": "adam", "lr": LR})
    _, every = effective_steps(experiment, recording)
    steps, later = effective_steps(experiment, recording, since=7)
    assert steps.tolist() == list(range(8, STEPS + 1))
    assert (later == every[7:]).all()


def test_another_optimizer_on_the_way_counts_its_own_steps() -> None:
    """Adam after plain descent: its first step is the learning rate over |g|, nearly."""
    experiment, recording = recorded(
        {"key": "sgd", "lr": 1e-4},
        changes=[{"after": 5, "values": {"optimizer.key": "adam", "optimizer.lr": LR}}],
    )
    steps, values = effective_steps(experiment, recording)
    assert steps.tolist() == list(range(1, STEPS + 1))
    assert (values[:5] == 1e-4).all()
    x, y = recording.parameters[5]
    gradient = np.array([-2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)])
    np.testing.assert_allclose(values[5], LR / (np.abs(gradient) + 1e-8), rtol=1e-9)


def test_stretches_say_which_settings_took_a_step_and_since_when_the_optimizer_remembers() -> None:
    experiment = circle_perceptron(
        changes=[
            {"after": 3, "values": {"optimizer.lr": 0.5}},
            {"after": 6, "values": {"optimizer.amsgrad": True}},
            {"after": 8, "values": {"training.clip_norm": 1.0}},
        ]
    )
    stretches = stretches_of(experiment)
    assert [(s.after, s.begun) for s in stretches] == [(0, 0), (3, 0), (6, 6)]
    found = [stretch_of(stretches, step) for step in (1, 3, 4, 6, 7, 100)]
    assert [stretches.index(stretch) for stretch in found] == [0, 0, 1, 1, 2, 2]
