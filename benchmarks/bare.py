"""The plain PyTorch loops, in a process of their own: what everything is held against."""

from __future__ import annotations

import time
from multiprocessing.connection import Connection


def serve(connection: Connection) -> None:
    """Answer ``(example, steps)`` with the seconds that the plain loop takes."""
    import torch

    # As the engine does; for models this small, more threads change nothing.
    torch.set_num_threads(1)
    LOOPS["linear-regression"](200)
    connection.send("ready")
    while (asked := connection.recv()) is not None:
        example, steps = asked
        begin = time.perf_counter()
        LOOPS[example](steps)
        connection.send(time.perf_counter() - begin)


def linear_regression(steps: int) -> None:
    import torch
    from torch import nn

    torch.manual_seed(42)
    x = torch.rand(100, 1) * 10
    y = 2 * x + 1 + torch.randn(100, 1)
    model = nn.Linear(1, 1)
    criterion = nn.MSELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()


def circle_perceptron(steps: int) -> None:
    import torch
    from torch import nn

    torch.manual_seed(42)
    x = torch.rand(100, 2) * 2 - 1
    y = (x[:, :1] ** 2 + x[:, 1:] ** 2 > 0.5).float()
    model = nn.Sequential(nn.Linear(2, 10), nn.ReLU(), nn.Linear(10, 1), nn.Sigmoid())
    criterion = nn.BCELoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()


LOOPS = {"linear-regression": linear_regression, "circle-perceptron": circle_perceptron}
