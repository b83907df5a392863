from __future__ import annotations

import json
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import torch
from PySide6.QtWidgets import QComboBox
from torch import nn

from gd_studio.catalog import FUNCTIONS, MODELS, OPTIMIZERS, FunctionEntry, Linear, ModelEntry
from gd_studio.catalog.optimizers import ADAM
from gd_studio.cli import main
from gd_studio.desktop.panels.panel_column import PanelColumn
from tests.helpers import plain_loops as plain
from tests.helpers.experiments import function, linear_regression
from tests.helpers.sessions import run


@pytest.fixture
def added():
    """Add entries to catalogues, and take them out again."""
    entries = []

    def add(catalog, entry):
        catalog.add(entry)
        entries.append((catalog, entry.key))

    yield add
    for catalog, key in entries:
        catalog.discard(key)


def offered(column: PanelColumn) -> set[str]:
    return {
        box.itemText(index)
        for box in column.findChildren(QComboBox)
        for index in range(box.count())
    }


def listed(kind: str, capsys) -> dict:
    assert main(["list", kind, "--json"]) == 0
    return {entry["key"]: entry for entry in json.loads(capsys.readouterr().out)}


def test_a_function_is_one_entry(qtbot, capsys, added) -> None:
    entry = FunctionEntry(
        key="test-valley",
        label="A test valley",
        summary="Steep across, flat along.",
        formula="(x - 1)**2 + 5*(y + 2)**2",
        variables=("x", "y"),
        domain=((-4.0, 4.0), (-4.0, 4.0)),
        minima=((1.0, -2.0),),
        minimum=0.0,
    )
    added(FUNCTIONS, entry)
    column = PanelColumn()
    qtbot.addWidget(column)
    recording, _ = run(function("test-valley", starts=[[0.0, 0.0]], training={"steps": 300}))

    assert "A test valley" in offered(column)
    assert listed("functions", capsys)["test-valley"]["formula"] == entry.formula
    expected = plain.descend(
        lambda p: (p[0] - 1) ** 2 + 5 * (p[1] + 2) ** 2,
        torch.zeros(2),
        partial(torch.optim.SGD, lr=0.01),
        300,
    )
    np.testing.assert_allclose(recording.parameters[1:], expected.parameters.numpy(), atol=1e-6)


def test_an_optimizer_is_one_entry(qtbot, capsys, added) -> None:
    entry = replace(ADAM, key="test-adamw", label="A test of AdamW", torch_name="AdamW")
    added(OPTIMIZERS, entry)
    column = PanelColumn()
    qtbot.addWidget(column)
    optimizer = {"key": "test-adamw", "lr": 0.05, "weight_decay": 0.1}
    recording, _ = run(linear_regression(optimizer=optimizer, training={"epochs": 100}))

    assert "A test of AdamW" in offered(column)
    assert "test-adamw" in listed("optimizers", capsys)
    x, y = plain.noisy_line(42)
    make_optimizer = partial(torch.optim.AdamW, lr=0.05, weight_decay=0.1)
    expected = plain.train(nn.Linear(1, 1), nn.MSELoss(), x, y, make_optimizer, 100)
    assert np.array_equal(recording.parameters[1:], expected.parameters.numpy())


def test_a_model_is_one_entry(qtbot, capsys, added) -> None:
    entry = ModelEntry(
        key="test-deep-linear",
        label="A deep linear test",
        summary="Two linear layers without anything between them.",
        tasks=("regression",),
        layers=lambda schema, _: (Linear(len(schema.features), 3), Linear(3, 1)),
    )
    added(MODELS, entry)
    column = PanelColumn()
    qtbot.addWidget(column)
    experiment = linear_regression(optimizer={"key": "sgd", "lr": 0.001}, training={"epochs": 100})
    problem = {**experiment.problem.model_dump(), "model": {"key": "test-deep-linear"}}
    recording, _ = run(experiment.replace(problem=problem))

    assert "A deep linear test" in offered(column)
    assert "test-deep-linear" in listed("models", capsys)
    x, y = plain.noisy_line(42)
    model = nn.Sequential(nn.Linear(1, 3), nn.Linear(3, 1))
    make_optimizer = partial(torch.optim.SGD, lr=0.001)
    expected = plain.train(model, nn.MSELoss(), x, y, make_optimizer, 100)
    assert np.array_equal(recording.parameters[1:], expected.parameters.numpy())
    assert recording.layout.names == ("0.weight", "0.bias", "1.weight", "1.bias")
