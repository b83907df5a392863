"""Batches, penalties, clipping and stopping, beside a plain loop as everybody writes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import pytest
import torch
from sklearn.datasets import load_iris, make_moons
from sklearn.metrics import (
    accuracy_score,
    f1_score,
    mean_absolute_error,
    precision_score,
    r2_score,
    recall_score,
    roc_auc_score,
    root_mean_squared_error,
)
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from torch import Tensor, nn

from gd_studio.engine.session import Session
from gd_studio.experiment import Experiment
from gd_studio.link.messages import FinishReason
from tests.helpers import plain_loops as plain
from tests.helpers.experiments import circle_perceptron, function, linear_regression
from tests.helpers.sessions import run

OPTIMIZERS: list[tuple[dict[str, Any], Callable[..., torch.optim.Optimizer]]] = [
    ({"key": "sgd", "lr": 0.01}, partial(torch.optim.SGD, lr=0.01)),
    (
        {"key": "sgd", "lr": 0.003, "momentum": 0.9, "nesterov": True},
        partial(torch.optim.SGD, lr=0.003, momentum=0.9, nesterov=True),
    ),
    ({"key": "adam", "lr": 0.01}, partial(torch.optim.Adam, lr=0.01)),
    ({"key": "adagrad", "lr": 0.1}, partial(torch.optim.Adagrad, lr=0.1)),
    ({"key": "rmsprop", "lr": 0.001}, partial(torch.optim.RMSprop, lr=0.001)),
]
each_optimizer = pytest.mark.parametrize(("choice", "make_optimizer"), OPTIMIZERS)


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Iterator[None]:
    """As in an engine: for so small models a second thread costs more than it does."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@dataclass
class Loop:
    """A plain training loop, and what it leaves: rows for steps, and losses after epochs."""

    model: nn.Module
    criterion: Callable[[Tensor, Tensor], Tensor]
    optimizer: torch.optim.Optimizer
    batch_size: int | None = None
    seed: int = 42
    penalty: Callable[[nn.Module], Any] | None = None
    clip: Callable[[Any], Any] = lambda _: None
    losses: list[float] = field(default_factory=list)
    norms: list[float] = field(default_factory=list)
    rows: list[Tensor] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.generator = torch.Generator().manual_seed(self.seed)

    def epoch(self, x: Tensor, y: Tensor) -> None:
        order = torch.arange(len(x))
        if self.batch_size is not None:
            order = torch.randperm(len(x), generator=self.generator)
        size = self.batch_size or len(x)
        for rows in order.split(size):
            self.optimizer.zero_grad()
            loss = self.criterion(self.model(x[rows]), y[rows])
            if self.penalty is not None:
                loss = loss + self.penalty(self.model)
            loss.backward()
            gradients = [p.grad.reshape(-1) for p in self.model.parameters()]
            self.norms.append(torch.cat(gradients).double().norm().item())
            self.clip(self.model.parameters())
            self.optimizer.step()
            self.losses.append(loss.item())
            self.rows.append(self.flat.clone())

    @property
    def flat(self) -> Tensor:
        return torch.cat([p.detach().reshape(-1) for p in self.model.parameters()])

    def loss(self, x: Tensor, y: Tensor) -> float:
        with torch.no_grad():
            return self.criterion(self.model(x), y).item()


def circle_loop(make_optimizer: Callable[..., torch.optim.Optimizer], **settings: Any) -> Any:
    x, y = plain.circle(42)
    model = plain.perceptron()
    return Loop(model, nn.BCELoss(), make_optimizer(model.parameters()), **settings), x, y


def with_problem(experiment: Experiment, **changes: Any) -> Experiment:
    return experiment.replace(problem={**experiment.problem.model_dump(), **changes})


def assert_same_bits(experiment: Experiment, loop: Loop) -> None:
    recording, finished = run(experiment)
    assert recording.loss.tolist() == loop.losses
    assert torch.equal(torch.tensor(recording.parameters[1:]), torch.stack(loop.rows))
    assert torch.equal(torch.tensor(finished.parameters), loop.rows[-1])
    np.testing.assert_allclose(recording.grad_norm, loop.norms, rtol=1e-12)


def assert_same_numbers(experiment: Experiment, loop: Loop) -> None:
    """The same but for the last bits: where numbers lie in memory decides how they are summed."""
    recording, _ = run(experiment)
    same = partial(np.testing.assert_allclose, rtol=1e-5, atol=1e-5)
    same(recording.loss, loop.losses)
    same(recording.parameters[1:], torch.stack(loop.rows))
    same(recording.grad_norm, loop.norms)


# --- batches, penalties, clipping -------------------------------------------------------------


@each_optimizer
@pytest.mark.parametrize("size", [1, 7, 32, 100, 1000])
def test_shuffled_batches_are_those_of_the_plain_loop(choice, make_optimizer, size) -> None:
    loop, x, y = circle_loop(make_optimizer, batch_size=size)
    for _ in range(3):
        loop.epoch(x, y)

    training = {"epochs": 3, "batch_size": size}
    assert_same_numbers(circle_perceptron(optimizer=choice, training=training), loop)


def test_each_epoch_is_judged_after_its_last_batch() -> None:
    make_optimizer = partial(torch.optim.SGD, lr=0.1)
    loop, x, y = circle_loop(make_optimizer, batch_size=30)
    x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.4, random_state=5)
    train, test = [loop.loss(x_train, y_train)], [loop.loss(x_test, y_test)]
    for _ in range(10):
        loop.epoch(x_train, y_train)
        train.append(loop.loss(x_train, y_train))
        test.append(loop.loss(x_test, y_test))

    experiment = circle_perceptron(
        optimizer={"key": "sgd", "lr": 0.1}, training={"epochs": 10, "batch_size": 30}
    )
    recording, finished = run(with_problem(experiment, split={"test": 0.4, "seed": 5}))
    assert recording.evaluated_steps.tolist() == list(range(0, 21, 2))
    np.testing.assert_allclose(recording.train_loss, train, rtol=1e-5)
    np.testing.assert_allclose(recording.test_loss, test, rtol=1e-5)
    assert finished.final["train_loss"] == recording.train_loss[-1]
    assert finished.final["test_loss"] == recording.test_loss[-1]


def l1_penalty(model: nn.Module) -> Any:
    return 0.002 * sum(p.abs().sum() for p in model.parameters())


def l2_penalty(model: nn.Module) -> Any:
    return 0.01 * sum(p.pow(2).sum() for p in model.parameters())


@each_optimizer
@pytest.mark.parametrize(
    ("setting", "penalty"), [({"l1": 0.002}, l1_penalty), ({"l2": 0.01}, l2_penalty)]
)
def test_a_penalty_is_added_to_the_loss(choice, make_optimizer, setting, penalty) -> None:
    loop, x, y = circle_loop(make_optimizer, penalty=penalty, batch_size=50)
    for _ in range(30):
        loop.epoch(x, y)

    training = {"epochs": 30, "batch_size": 50, **setting}
    assert_same_numbers(circle_perceptron(optimizer=choice, training=training), loop)


@each_optimizer
@pytest.mark.parametrize(
    ("setting", "clip"),
    [
        ({"clip_norm": 0.05}, partial(nn.utils.clip_grad_norm_, max_norm=0.05)),
        ({"clip_value": 0.01}, partial(nn.utils.clip_grad_value_, clip_value=0.01)),
    ],
)
def test_the_gradient_is_clipped_before_the_step(choice, make_optimizer, setting, clip) -> None:
    loop, x, y = circle_loop(make_optimizer, clip=clip)
    for _ in range(60):
        loop.epoch(x, y)

    assert max(loop.norms) > 0.05  # there was something to clip
    experiment = circle_perceptron(optimizer=choice, training={"epochs": 60, **setting})
    assert_same_bits(experiment, loop)


def l2_and_decay(key: str, lr: float, l2: float) -> tuple[Any, Any]:
    """Parameters after 200 steps with the penalty in the loss, and with twice it as decay."""
    in_the_loss = {"epochs": 200, "l2": l2}
    decay = {"key": key, "lr": lr, "weight_decay": 2 * l2}
    _, first = run(circle_perceptron(optimizer={"key": key, "lr": lr}, training=in_the_loss))
    _, second = run(circle_perceptron(optimizer=decay, training={"epochs": 200}))
    _, free = run(circle_perceptron(optimizer={"key": key, "lr": lr}, training={"epochs": 200}))
    assert np.abs(first.parameters - free.parameters).max() > 0.01
    return first.parameters, second.parameters


def test_for_sgd_a_penalty_on_squares_is_weight_decay_of_twice_its_size() -> None:
    # The gradient of λ p² is 2 λ p, which is what a decay of 2 λ adds to it.
    penalised, decayed = l2_and_decay("sgd", 0.1, 0.01)
    np.testing.assert_allclose(penalised, decayed, rtol=0, atol=1e-5)


def test_a_penalty_pulls_at_a_parameter_without_data_as_the_closed_form_says() -> None:
    # Where every gradient of the loss is zero, p ← p − lr · 2 λ p, and so p (1 − 2 lr λ)ⁿ.
    experiment = linear_regression(
        optimizer={"key": "sgd", "lr": 0.1},
        training={"epochs": 50, "l2": 0.5},
        initial_parameters={"weight": [[0.0]], "bias": [8.0]},
    )
    dataset = {"key": "noisy-line", "noise": 0.0, "slope": 0.0, "intercept": 0.0}
    recording, _ = run(
        with_problem(experiment, dataset=dataset, loss={"key": "huber", "delta": 1e-9})
    )
    np.testing.assert_allclose(recording.parameters[:, 1], 8.0 * 0.9 ** np.arange(51), rtol=1e-5)


def test_for_adam_it_is_not_the_decay_of_adamw() -> None:
    # torch's Adam adds its decay to the gradient, as the penalty does, and so divides it by the
    # size of the gradients; AdamW takes it off the parameters themselves.
    penalised, decayed = l2_and_decay("adam", 0.01, 0.01)
    np.testing.assert_allclose(penalised, decayed, rtol=0, atol=2e-3)

    make_optimizer = partial(torch.optim.AdamW, lr=0.01, weight_decay=0.02)
    loop, x, y = circle_loop(make_optimizer)
    for _ in range(200):
        loop.epoch(x, y)
    assert np.abs(penalised - loop.flat.numpy()).max() > 0.1


def test_the_rule_by_hand_takes_the_very_steps_of_sgd() -> None:
    training = {"epochs": 40, "batch_size": 20, "l2": 0.001}
    for experiment in (circle_perceptron, linear_regression):
        by_hand, _ = run(experiment(optimizer={"key": "by-hand", "lr": 0.02}, training=training))
        sgd, _ = run(experiment(optimizer={"key": "sgd", "lr": 0.02}, training=training))
        assert np.array_equal(by_hand.parameters, sgd.parameters)
        assert np.array_equal(by_hand.loss, sgd.loss)


# --- stopping ---------------------------------------------------------------------------------


@pytest.mark.parametrize("restores", [True, False])
def test_early_stopping_ends_with_the_parameters_that_the_plain_loop_kept(restores: bool) -> None:
    loop, x, y = circle_loop(partial(torch.optim.Adam, lr=0.05))
    x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.3, random_state=42)
    best, best_epoch, best_parameters, epoch = float("inf"), 0, loop.flat, 0
    while epoch - best_epoch < 20:
        loop.epoch(x_train, y_train)
        epoch += 1
        loss = loop.loss(x_test, y_test)
        if loss < best:
            best, best_epoch, best_parameters = loss, epoch, loop.flat.clone()

    experiment = circle_perceptron(
        optimizer={"key": "adam", "lr": 0.05},
        training={"epochs": 5000, "patience": 20, "restore_best": restores},
    )
    recording, finished = run(with_problem(experiment, split={}))
    assert finished.reason is FinishReason.EARLY_STOPPED
    assert finished.steps == len(recording) == epoch < 5000
    expected = best_parameters if restores else loop.flat
    np.testing.assert_allclose(finished.parameters, expected.numpy(), rtol=0, atol=1e-4)
    assert recording.test_loss[1:].argmin() + 1 == best_epoch
    lowest, last = recording.test_loss[best_epoch], recording.test_loss[-1]
    assert lowest == pytest.approx(best, rel=1e-4)
    assert finished.final["test_loss"] == (lowest if restores else last)


def test_a_run_converges_at_the_first_gradient_below_the_threshold() -> None:
    _, finished = run(linear_regression(training={"epochs": 5000, "stop_gradient_norm": 0.05}))
    x, y = plain.noisy_line(42)
    make_optimizer = partial(torch.optim.SGD, lr=0.01)
    loop = plain.train(nn.Linear(1, 1), nn.MSELoss(), x, y, make_optimizer, 5000)
    first = next(i for i, norm in enumerate(loop.grad_norms) if norm < 0.05)

    assert finished.reason is FinishReason.CONVERGED
    assert finished.steps == first + 1
    assert torch.equal(torch.tensor(finished.parameters), loop.parameters[first])


@pytest.mark.parametrize("many", [False, True])
def test_a_function_converges_where_its_loss_changes_by_less(many: bool) -> None:
    # On ½ (x² + 10 y²) from (1, 0) a step multiplies x by 1 − lr, and the loss by its square.
    start = [1.0, 0.0]
    experiment = function(
        starts=[start, start] if many else [start],
        optimizer={"key": "sgd", "lr": 0.05},
        training={"steps": 1000, "stop_loss_change": 1e-3},
    )
    _, finished = run(experiment)
    losses = 0.5 * 0.95 ** (2 * np.arange(1000))
    changes = -np.diff(losses)

    assert finished.reason is FinishReason.CONVERGED
    # The change that is seen after step k is that from the loss before it to its own.
    assert finished.steps == int(np.argmax(changes < 1e-3)) + 2


def test_with_batches_it_is_the_change_from_epoch_to_epoch() -> None:
    loop, x, y = circle_loop(partial(torch.optim.SGD, lr=0.5), batch_size=25)
    last, change, epochs = float("inf"), float("inf"), 0
    while change >= 1e-4:
        loop.epoch(x, y)
        now = loop.loss(x, y)
        last, change, epochs = now, abs(last - now), epochs + 1

    experiment = circle_perceptron(
        optimizer={"key": "sgd", "lr": 0.5},
        training={"epochs": 10_000, "batch_size": 25, "stop_loss_change": 1e-4},
    )
    _, finished = run(experiment)
    assert finished.reason is FinishReason.CONVERGED
    assert finished.steps == 4 * epochs


# --- the split and the metrics ----------------------------------------------------------------


def iris(**split: Any) -> Experiment:
    return Experiment.parse(
        {
            "problem": {
                "kind": "model",
                "dataset": {"key": "iris"},
                "split": split,
                "standardise": True,
                "model": {"key": "softmax"},
                "loss": {"key": "cross-entropy"},
            },
            "optimizer": {"key": "adam", "lr": 0.05},
            "training": {"epochs": 100},
        }
    )


@pytest.mark.parametrize("stratified", [False, True])
@pytest.mark.parametrize(("test", "seed"), [(0.3, 42), (0.25, 7), (0.5, 0)])
def test_the_split_is_that_of_scikit_learn(stratified: bool, test: float, seed: int) -> None:
    x, y = load_iris(return_X_y=True)
    stratify = y if stratified else None
    x_train, x_test, y_train, y_test = train_test_split(
        x, y, test_size=test, random_state=seed, stratify=stratify
    )
    started = Session(iris(test=test, seed=seed, stratified=stratified)).started()
    assert np.array_equal(started.preview.features, x_train.astype(np.float32))
    assert np.array_equal(started.preview.test_features, x_test.astype(np.float32))
    assert np.array_equal(started.preview.targets, y_train)
    assert np.array_equal(started.preview.test_targets, y_test)


def test_the_metrics_of_many_classes_are_those_of_scikit_learn() -> None:
    _, finished = run(iris())
    x, y = load_iris(return_X_y=True)
    x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.3, random_state=42)
    scaler = StandardScaler().fit(x_train)
    weight, bias = finished.parameters[:12].reshape(3, 4), finished.parameters[12:]
    for part, features, targets in (("train", x_train, y_train), ("test", x_test, y_test)):
        scores = scaler.transform(features) @ weight.T.astype(np.float64) + bias
        predicted = scores.argmax(axis=1)
        assert finished.final[f"{part}_accuracy"] == accuracy_score(targets, predicted)
        for name, score in (
            ("precision", precision_score),
            ("recall", recall_score),
            ("f1", f1_score),
        ):
            for average in ("macro", "micro"):
                expected = score(targets, predicted, average=average)
                assert finished.final[f"{part}_{name}_{average}"] == pytest.approx(expected)
        shares = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
        area = roc_auc_score(targets, shares, multi_class="ovr", average="macro")
        assert finished.final[f"{part}_roc_auc_macro"] == pytest.approx(area)


@pytest.mark.parametrize("loss", ["bce", "bce-with-logits"])
def test_the_metrics_of_two_classes_are_those_of_scikit_learn(loss: str) -> None:
    experiment = Experiment.parse(
        {
            "problem": {
                "kind": "model",
                "dataset": {"key": "moons", "noise": 0.3},
                "split": {},
                "model": {"key": "logistic"},
                "loss": {"key": loss},
            },
            "optimizer": {"key": "adam", "lr": 0.05},
            "training": {"epochs": 60},
        }
    )
    _, finished = run(experiment)
    x, y = make_moons(n_samples=200, noise=0.3, random_state=42)
    x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.3, random_state=42)
    for part, features, targets in (("train", x_train, y_train), ("test", x_test, y_test)):
        score = 1 / (1 + np.exp(-(features @ finished.parameters[:2] + finished.parameters[2])))
        predicted = (score > 0.5).astype(int)
        assert finished.final[f"{part}_accuracy"] == accuracy_score(targets, predicted)
        assert finished.final[f"{part}_precision"] == precision_score(targets, predicted)
        assert finished.final[f"{part}_recall"] == recall_score(targets, predicted)
        assert finished.final[f"{part}_f1"] == pytest.approx(f1_score(targets, predicted))
        assert finished.final[f"{part}_roc_auc"] == pytest.approx(roc_auc_score(targets, score))


def test_the_metrics_of_a_regression_are_those_of_scikit_learn() -> None:
    _, finished = run(with_problem(linear_regression(training={"epochs": 200}), split={}))
    x, y = plain.noisy_line(42)
    x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.3, random_state=42)
    for part, features, targets in (("train", x_train, y_train), ("test", x_test, y_test)):
        predicted = features.double().numpy() * finished.parameters[0] + finished.parameters[1]
        for name, score in (
            ("r2", r2_score),
            ("mae", mean_absolute_error),
            ("rmse", root_mean_squared_error),
        ):
            expected = score(targets.double().numpy(), predicted)
            assert finished.final[f"{part}_{name}"] == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("batch_size", [10, 30, 33, 50])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_batches_of_any_size_end_with_the_bits_of_a_plain_loop(batch_size: int, seed: int) -> None:
    x, y = plain.circle(seed)
    model = plain.perceptron()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    generator = torch.Generator().manual_seed(seed)
    for _ in range(30):
        order = torch.randperm(len(x), generator=generator)
        for features, targets in zip(
            x[order].split(batch_size), y[order].split(batch_size), strict=True
        ):
            optimizer.zero_grad()
            torch.nn.functional.binary_cross_entropy(model(features), targets).backward()
            optimizer.step()
    expected = torch.cat([p.detach().reshape(-1) for p in model.parameters()])
    experiment = circle_perceptron(
        training={"epochs": 30, "batch_size": batch_size},
        optimizer={"key": "adam", "lr": 0.01},
        seed=seed,
    )
    _, finished = run(experiment)
    assert torch.equal(torch.from_numpy(finished.parameters), expected)
