"""Plain PyTorch loops, written the way everybody writes them: what a run has to agree with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn


@dataclass
class PlainResult:
    """Loss and gradient norm of each step, and the flat parameters after each: (steps, size)."""

    losses: list[float]
    grad_norms: list[float]
    parameters: Tensor
    model: Any = None


def noisy_line(seed: int, samples: int = 100, noise: float = 1.0) -> tuple[Tensor, Tensor]:
    torch.manual_seed(seed)
    x = torch.rand(samples, 1) * 10
    return x, 2 * x + 1 + noise * torch.randn(samples, 1)


def circle(seed: int, samples: int = 100) -> tuple[Tensor, Tensor]:
    torch.manual_seed(seed)
    x = torch.rand(samples, 2) * 2 - 1
    return x, (x[:, :1] ** 2 + x[:, 1:] ** 2 > 0.5).float()


def perceptron(hidden: int = 10) -> nn.Sequential:
    return nn.Sequential(nn.Linear(2, hidden), nn.ReLU(), nn.Linear(hidden, 1), nn.Sigmoid())


def train(
    model: nn.Module,
    loss_function: nn.Module,
    x: Tensor,
    y: Tensor,
    make_optimizer: Callable[..., torch.optim.Optimizer],
    steps: int,
) -> PlainResult:
    optimizer = make_optimizer(model.parameters())
    losses, norms, rows = [], [], []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = loss_function(model(x), y)
        loss.backward()
        gradients = torch.cat([p.grad.reshape(-1) for p in model.parameters()])
        optimizer.step()
        losses.append(loss.item())
        norms.append(gradients.double().norm().item())
        rows.append(torch.cat([p.detach().reshape(-1) for p in model.parameters()]).clone())
    return PlainResult(losses, norms, torch.stack(rows), model)


def descend(
    function: Callable[[Tensor], Tensor],
    start: Tensor,
    make_optimizer: Callable[..., torch.optim.Optimizer],
    steps: int,
) -> PlainResult:
    point = start.clone().requires_grad_()
    optimizer = make_optimizer([point])
    losses, norms, rows = [], [], []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = function(point)
        loss.backward()
        norms.append(point.grad.double().norm().item())
        optimizer.step()
        losses.append(loss.item())
        rows.append(point.detach().clone())
    return PlainResult(losses, norms, torch.stack(rows))
