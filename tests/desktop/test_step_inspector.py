"""One step, taken apart: its stages, its graph, and the layers it changes."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGraphicsItem, QWidget

from gd_studio.desktop.inspector import (
    GraphView,
    InspectorView,
    LayerHistograms,
    LayerTable,
    StepInspector,
)
from gd_studio.desktop.look.theme import DARK, LIGHT
from gd_studio.link.inspection import Graph, GraphNode, Inspection, LayerStep, ParameterStep
from tests.desktop.mouse import shown

# --- inspections as the engine makes them -----------------------------------------------------


def layer(name, shape, gradient_scale=1.0, seed=0):
    rng = np.random.default_rng(seed)
    values = rng.normal(size=400)
    gradients = gradient_scale * rng.normal(size=400)
    return LayerStep(
        name,
        shape,
        norm=float(np.linalg.norm(values)),
        gradient_norm=float(np.linalg.norm(gradients)),
        update_norm=float(0.01 * np.linalg.norm(gradients)),
        values=np.histogram(values, 30),
        gradients=np.histogram(gradients, 30),
    )


def chain(*names):
    """A perceptron's graph: every ``addmm`` takes a bias and a transposed weight."""
    nodes, edges = [GraphNode("mse_loss", (), False)], []
    last, number = 0, 0
    for name in names:
        nodes.append(GraphNode(name, (32, 10), False))
        edges.append((last, len(nodes) - 1))
        last = len(nodes) - 1
        if name == "addmm":
            nodes += [
                GraphNode(f"{number}.bias", (10,), True),
                GraphNode("t", (2, 10), False),
                GraphNode(f"{number}.weight", (10, 2), True),
            ]
            edges += [(last, last + 1), (last, last + 2), (last + 2, last + 3)]
            number += 2
    return Graph(tuple(nodes), tuple(edges))


def regression(step=1, **changes):
    """Linear regression, SGD with momentum: two parameters."""
    rng = np.random.default_rng(step)
    x = rng.uniform(0, 10, size=20)
    weight, bias = 1.5 + 0.01 * step, 0.25
    predictions = weight * x + bias
    targets = 2 * x + 1 + 0.1 * rng.normal(size=20)
    parameters = (
        ParameterStep(
            "weight",
            weight,
            -4.2134,
            weight + 0.0421,
            {"momentum_buffer": -4.2134},
            f"b ← 0.9 · (−1.83) + (−4.2134) = −4.2134; p ← {weight} − 0.01 · (−4.2134) = 1.552",
        ),
        ParameterStep(
            "bias",
            bias,
            -0.83,
            bias + 0.0083,
            {"momentum_buffer": -0.83},
            "b ← 0.9 · 0 + (−0.83) = −0.83; p ← 0.25 − 0.01 · (−0.83) = 0.2583",
        ),
    )
    whole = Inspection(
        step=step,
        epoch=3,
        feature_names=("x",),
        features=x[:, np.newaxis],
        targets=targets,
        predictions=predictions[:, np.newaxis],
        residuals=predictions - targets,
        batch_size=32,
        loss_formula="mean((p − y)²)",
        loss=7.1523,
        penalty=0.0,
        gradient_norm=4.29438,
        clipped_norm=4.29438,
        optimizer="SGD",
        update_formula="b ← μ b + (1 − τ) g;   p ← p − lr · b",
        lr=0.01,
        parameters=parameters,
        layers=(layer("weight", (1, 1)), layer("bias", (1,))),
        graph=chain("addmm"),
    )
    return dataclasses.replace(whole, **changes)


def perceptron(step=7):
    """A 2-10-1 perceptron with Adam: 41 parameters."""
    rng = np.random.default_rng(step)
    labels = (
        *(f"0.weight[{i},{j}]" for i in range(10) for j in range(2)),
        *(f"0.bias[{i}]" for i in range(10)),
        *(f"2.weight[0,{j}]" for j in range(10)),
        "2.bias[0]",
    )
    parameters = tuple(
        ParameterStep(
            label,
            value,
            gradient,
            value - 0.001,
            {"exp_avg": 0.1 * gradient, "exp_avg_sq": 0.001 * gradient**2},
            f"m ← 0.9 · 0.0123 + 0.1 · {gradient:.4f} = 0.0118; "
            f"v ← 0.999 · 1.5×10⁻⁴ + 0.001 · {gradient:.4f}² = 1.49×10⁻⁴; "
            f"p ← {value:.4f} − 0.001 · 0.118 / (√0.149 + 10⁻⁸) = {value - 0.001:.4f}",
        )
        for label, value, gradient in zip(labels, rng.normal(size=41), rng.normal(size=41))
    )
    names = {"0.weight": (10, 2), "0.bias": (10,), "2.weight": (1, 10), "2.bias": (1,)}
    return regression(
        step,
        feature_names=("petal length", "petal width"),
        features=rng.normal(size=(20, 2)),
        loss_formula="−mean(y ln p + (1 − y) ln(1 − p))",
        loss=0.41382,
        penalty=0.00213,
        gradient_norm=3.2134,
        clipped_norm=1.0,
        optimizer="Adam",
        update_formula="m ← β₁ m + (1 − β₁) g;   v ← β₂ v + (1 − β₂) g²;"
        "   p ← p − lr · m̂ / (√v̂ + ε)",
        lr=0.001,
        parameters=parameters,
        layers=tuple(layer(name, shape, 0.3, k) for k, (name, shape) in enumerate(names.items())),
        graph=chain("addmm", "tanh", "addmm"),
    )


def deep(step=7):
    """A deep network whose gradients vanish: by layers, many features, many classes."""
    rng = np.random.default_rng(step)
    layers = tuple(
        layer(f"{2 * k}.{kind}", (64, 64) if kind == "weight" else (64,), 10.0 ** (k - 9), k)
        for k in range(10)
        for kind in ("weight", "bias")
    )
    return regression(
        step,
        feature_names=tuple(f"pixel {j}" for j in range(64)),
        features=rng.normal(size=(20, 64)),
        predictions=rng.normal(size=(20, 10)),
        targets=rng.integers(0, 10, size=20).astype(float),
        residuals=np.empty(0),
        parameters=(),
        layers=layers,
        graph=chain(*["addmm", "sigmoid"] * 9, "addmm"),
    )


def function(step=1):
    """A step down a function of two variables."""
    none = np.empty((0, 0))
    return regression(
        step,
        feature_names=(),
        features=none,
        predictions=none,
        targets=np.empty(0),
        residuals=np.empty(0),
        batch_size=0,
        loss_formula="x² + 10 y²",
        graph=Graph((), ()),
    )
