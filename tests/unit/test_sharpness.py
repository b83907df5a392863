"""The curvature along a run, asked for as the window asks, against closed forms and torch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from gd_studio.engine.answers import Answerer
from gd_studio.engine.session import Session
from gd_studio.experiment import Experiment
from gd_studio.link.curvature import MeasureCurvature
from gd_studio.recording import Run
from gd_studio.recording.measuring import Measuring
from tests.helpers import plain_loops as plain
from tests.helpers.experiments import circle_perceptron, function, model_on
from tests.helpers.peaks import peak_of
from tests.helpers.recordings import VALLEY, finished_run


def finished(experiment: Experiment) -> Run:
    session, run = Session(experiment), Run(experiment, "a run")
    run.receive(session.started())
    while session.finish is None:
        steps = session.advance(1 << 30)
        if steps is not None:
            run.receive(steps)
    run.receive(session.finished())
    return run


def measured(run: Run, every: int | None = None) -> tuple[Measuring, list[MeasureCurvature]]:
    """Answer all questions about a run, in this process."""
    measuring, answerer, asked = Measuring(run.experiment, run, every), Answerer(), []
    while (question := measuring.ask(0.0)) is not None:
        asked.append(question)
        assert measuring.ask(0.0) is None, "one question is under way already"
        measuring.take(answerer.answer(question), 0.1)
    return measuring, asked


def bowl(**changes: Any) -> Experiment:
    return function(
        "custom",
        settings={"formula": "2*x**2 + 5*y**2 + x*y", "low": -2.0, "high": 2.0},
        starts=[[1.0, -1.5]],
        **{"training": {"steps": 40}, **changes},
    )


LARGEST, SMALLEST = np.linalg.eigvalsh([[4.0, 1.0], [1.0, 10.0]])[::-1]


def test_the_limit_along_a_long_run_takes_no_copy_of_its_learning_rates() -> None:
    n = 300_000
    run = finished_run(VALLEY, [[0.0, 0.0]] * (n + 1))
    assert run.recording is not None
    sharpness = Measuring(run.experiment, run).sharpness
    assert sharpness.limits(run.experiment)[0].tolist() == [0, n - 1, n]
    assert peak_of(lambda: sharpness.limits(run.experiment)) < 2 * n


def test_on_a_bowl_the_eigenvalue_is_that_of_its_matrix_at_every_step() -> None:
    run = finished(bowl(optimizer={"key": "sgd", "lr": 0.05}))
    measuring, asked = measured(run)
    sharpness = measuring.sharpness
    assert sharpness.steps.tolist() == list(range(41))
    np.testing.assert_allclose(sharpness.largest, LARGEST, rtol=1e-9)
    np.testing.assert_allclose(sharpness.condition, LARGEST / SMALLEST, rtol=1e-9)
    assert len(asked) == 1, "the points of a function go into one question"
    assert all(question.scales is None for question in asked)
    places, limits = sharpness.limits(run.experiment)
    assert (places[0], places[-1]) == (0, 40)
    assert limits == pytest.approx(40.0)


def test_the_limit_follows_what_is_changed_on_the_way() -> None:
    run = finished(
        bowl(
            optimizer={"key": "sgd", "lr": 0.05},
            changes=[
                {"after": 10, "values": {"optimizer.lr": 0.02}},
                {"after": 25, "values": {"optimizer.momentum": 0.5}},
            ],
        )
    )
    measuring, _ = measured(run)
    places, limits = measuring.sharpness.limits(run.experiment)
    in_force = limits[np.searchsorted(places, np.arange(41), side="right") - 1]
    assert in_force[:10] == pytest.approx(2 / 0.05)
    assert in_force[10:25] == pytest.approx(2 / 0.02)
    assert in_force[25:] == pytest.approx(3 / 0.02)
    assert measuring.sharpness.limit(run.experiment, 9).formula == "2 / lr"
    assert measuring.sharpness.limit(run.experiment, 25).formula == "(2 + 2μ) / lr"


def test_the_limit_follows_a_schedule_of_the_learning_rate() -> None:
    run = finished(bowl(schedule={"key": "exponential", "gamma": 0.9}))
    places, limits = measured(run)[0].sharpness.limits(run.experiment)
    assert places.tolist() == list(range(41))
    assert limits[:40] == pytest.approx(2 / (0.01 * 0.9 ** np.arange(40)))


def test_of_many_starts_the_first_one_is_measured() -> None:
    """On x⁴ the second derivative tells where one is: 12 x²."""
    run = finished(
        function(
            "custom",
            settings={"formula": "p**4", "low": -2.0, "high": 2.0},
            starts=[[1.0], [-0.5], [0.2]],
            training={"steps": 5},
            precision="float64",
        )
    )
    sharpness = measured(run)[0].sharpness
    assert sharpness.n_starts == 3
    np.testing.assert_allclose(sharpness.largest, 12 * run.recording.parameters[:, 0] ** 2)


def plain_adam(steps: int) -> tuple[nn.Module, torch.Tensor, torch.Tensor, torch.Tensor]:
    """The perceptron after some steps of Adam, its data, and what its next step divides by."""
    x, y = plain.circle(42)
    model = plain.perceptron()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(steps):
        optimizer.zero_grad()
        nn.BCELoss()(model(x), y).backward()
        optimizer.step()
    parts = [
        ((optimizer.state[p]["exp_avg_sq"] / (1 - 0.999**steps)).sqrt() + 1e-8).view(-1)
        for p in model.parameters()
    ]
    return model, x.double(), y.double(), torch.cat(parts).double()


def test_under_adam_it_is_the_hessian_divided_by_what_adam_divides_by() -> None:
    run = finished(circle_perceptron(training={"epochs": 60}))
    sharpness = measured(run, every=20)[0].sharpness
    assert sharpness.steps.tolist() == [1, 20, 40, 60]

    model, x, y, divisor = plain_adam(40)
    model = model.double()
    names = [name for name, _ in model.named_parameters()]
    shapes = [p.shape for p in model.parameters()]

    def loss(flat: torch.Tensor) -> torch.Tensor:
        parts = flat.split([shape.numel() for shape in shapes])
        values = {n: part.view(s) for n, part, s in zip(names, parts, shapes, strict=True)}
        return nn.BCELoss()(torch.func.functional_call(model, values, (x,)), y)

    flat = torch.cat([p.detach().view(-1) for p in model.parameters()])
    root = divisor.rsqrt()
    hessian = root[:, None] * torch.func.jacrev(torch.func.jacrev(loss))(flat) * root[None, :]
    expected = torch.linalg.eigvalsh(hessian)[-1].item()
    assert sharpness.largest[2] == pytest.approx(expected, rel=0.01)
    assert sharpness.limit(run.experiment, 40).limit == pytest.approx(3800)


def test_a_model_of_many_parameters_is_measured_plainly_and_adam_has_no_limit_there() -> None:
    run = finished(
        model_on(
            "circle",
            {"key": "perceptron", "hidden": 30},
            "bce",
            optimizer={"key": "adam", "lr": 0.01},
            training={"epochs": 5},
        )
    )
    measuring, asked = measured(run)
    assert asked
    assert all(question.scales is None for question in asked)
    assert set(measuring.sharpness.steps.tolist()) <= set(run.recording.parameter_steps.tolist())
    assert measuring.sharpness.limit(run.experiment, 5) is None


def test_from_plain_descent_to_adam_both_are_measured_each_in_its_own_way() -> None:
    run = finished(
        bowl(
            training={"steps": 8},
            changes=[{"after": 4, "values": {"optimizer.key": "adam", "optimizer.lr": 0.05}}],
        )
    )
    measuring, asked = measured(run)
    assert measuring.sharpness.steps.tolist() == list(range(9))
    assert [question.scales is None for question in asked].count(True) == 1
    np.testing.assert_allclose(measuring.sharpness.largest[:5], LARGEST, rtol=1e-9)
    # Adam's first step divides by the size of the gradient.
    gradient = np.array([[4.0, 1.0], [1.0, 10.0]]) @ run.recording.parameters[4]
    root = np.diag(1 / np.sqrt(np.abs(gradient)))
    expected = np.linalg.eigvalsh(root @ [[4.0, 1.0], [1.0, 10.0]] @ root)[-1]
    assert measuring.sharpness.largest[5] == pytest.approx(expected, rel=1e-4)
