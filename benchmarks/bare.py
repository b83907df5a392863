"""The plain PyTorch loops, in a process of their own: what everything is held against."""

from __future__ import annotations

import time
from multiprocessing.connection import Connection


def serve(connection: Connection) -> None:
    """Answer ``(example, epochs)`` with the seconds that the plain loop takes."""
    import torch

    # As the engine does; for models this small, more threads change nothing.
    torch.set_num_threads(1)
    LOOPS["linear-regression"](200)
    connection.send("ready")
    while (asked := connection.recv()) is not None:
        example, epochs = asked
        begin = time.perf_counter()
        LOOPS[example](epochs)
        connection.send(time.perf_counter() - begin)


def linear_regression(epochs: int) -> None:
    import torch
    from torch import nn

    torch.manual_seed(42)
    x = torch.rand(100, 1) * 10
    y = 2 * x + 1 + torch.randn(100, 1)
    model = nn.Linear(1, 1)
    criterion = nn.MSELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    for _ in range(epochs):
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()


def circle_perceptron(epochs: int) -> None:
    import torch
    from torch import nn

    torch.manual_seed(42)
    x = torch.rand(100, 2) * 2 - 1
    y = (x[:, :1] ** 2 + x[:, 1:] ** 2 > 0.5).float()
    model = nn.Sequential(nn.Linear(2, 10), nn.ReLU(), nn.Linear(10, 1), nn.Sigmoid())
    criterion = nn.BCELoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(epochs):
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()


def linear_module(epochs: int) -> None:
    import torch
    from sklearn.model_selection import train_test_split
    from torch import nn

    torch.manual_seed(42)
    x = torch.arange(0, 1, 0.02).view(-1, 1)
    y = 0.7 * x + 0.3
    x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.3, random_state=42)
    model = nn.Linear(1, 1)
    nn.init.uniform_(model.weight)
    nn.init.uniform_(model.bias)
    criterion = nn.L1Loss()
    optimizer = torch.optim.SGD(model.parameters())
    for _ in range(epochs):
        for i in range(len(x_train)):
            optimizer.zero_grad()
            loss = criterion(model(x_train[i : i + 1]), y_train[i : i + 1])
            loss.backward()
            optimizer.step()
        with torch.inference_mode():
            criterion(model(x_train), y_train).item()
            criterion(model(x_test), y_test).item()


def digits(epochs: int) -> None:
    import torch
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split
    from torch import nn

    torch.manual_seed(42)
    images, labels = load_digits(return_X_y=True)
    x = torch.tensor(images / 16, dtype=torch.float32)
    y = torch.tensor(labels)
    x_train, x_test, y_train, y_test = train_test_split(
        x, y, test_size=0.3, random_state=42, stratify=y
    )
    model = nn.Sequential(
        nn.Unflatten(1, (1, 8, 8)),
        nn.Conv2d(1, 16, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(128, 10),
    )
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.005)
    for _ in range(epochs):
        for batch in torch.randperm(len(x_train)).split(64):
            optimizer.zero_grad()
            loss = criterion(model(x_train[batch]), y_train[batch])
            loss.backward()
            optimizer.step()
        with torch.inference_mode():
            criterion(model(x_train), y_train).item()
            criterion(model(x_test), y_test).item()


LOOPS = {
    "linear-regression": linear_regression,
    "circle-perceptron": circle_perceptron,
    "linear-module": linear_module,
    "digits": digits,
}
