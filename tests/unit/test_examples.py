"""The example experiments do what their notes say, and what plain loops do."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn.model_selection import train_test_split
from torch import nn

from gd_studio.engine.problems import build_task
from gd_studio.engine.problems.model import ModelTask
from gd_studio.engine.session import Session
from gd_studio.files import example_keys, load_example, read_safetensors, write_safetensors
from gd_studio.link.messages import Finished, FinishReason
from gd_studio.recording import Recording
from tests.helpers.sessions import run

SEEDS = [42, 7, 123]
Outcome = tuple[Recording, Finished]


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Iterator[None]:
    """As in an engine: for so small models a second thread costs more than it does."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@cache
def outcomes(key: str) -> dict[str, Outcome]:
    """Run an example as it is, each variation of it."""
    return {name: run(single) for name, single in load_example(key).runs()}


def outcome(key: str) -> Outcome:
    return outcomes(key)[""]


def test_the_examples_are_a_course() -> None:
    assert example_keys()[:15] == [
        "linear-regression",
        "circle-perceptron",
        "custom-function",
        "two-dimensional-landscape",
        "quadratic-fit",
        "linear-module",
        "ten-features",
        "learning-rates",
        "batch-variants",
        "purchase-likelihood",
        "softmax-iris",
        "overfitting",
        "vanishing-gradients",
        "saddle-escape",
        "digits",
    ]


# --- beside plain loops -----------------------------------------------------------------------


def predict(key: str, seed: int, parameters: np.ndarray, x: torch.Tensor) -> torch.Tensor:
    task = build_task(load_example(key).replace(seed=seed))
    assert isinstance(task, ModelTask)
    return task.scores(task.split(torch.tensor(parameters)), x)


def same(actual: object, expected: object) -> None:
    # 1e-6 of a number's size, or of 1 where it is smaller.
    np.testing.assert_allclose(np.asarray(actual), np.asarray(expected), rtol=1e-6, atol=1e-6)


def same_after_saving(
    key: str, seed: int, finished: Finished, x: torch.Tensor, path: Path
) -> np.ndarray:
    """Save the parameters and load them again; return what they predict."""
    layout = load_example(key).layout
    write_safetensors(path, layout.split(finished.parameters))
    loaded = layout.join(read_safetensors(path))
    assert np.array_equal(loaded, finished.parameters)
    before = predict(key, seed, finished.parameters, x)
    assert torch.equal(before, predict(key, seed, loaded, x))
    return before.numpy()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_quadratic_fit_is_the_plain_loop_by_hand(seed: int, tmp_path: Path) -> None:
    torch.manual_seed(seed)
    t = torch.arange(0.0, 20.0)
    speed = 0.75 * (t - 9.5) ** 2 + 1 + 3 * torch.randn(20)
    params = torch.randn(3).requires_grad_()

    def f(t: torch.Tensor) -> torch.Tensor:
        a, b, c = params
        return a * t**2 + b * t + c

    before, losses, rows = f(t).detach(), [], []
    for _ in range(20):
        loss = ((f(t) - speed) ** 2).mean()
        loss.backward()
        assert params.grad is not None
        with torch.no_grad():
            params -= 1e-5 * params.grad
            params.grad = None
        losses.append(loss.item())
        rows.append(params.detach().clone())

    recording, finished = run(load_example("quadratic-fit").replace(seed=seed))
    same(recording.loss, losses)
    same(recording.parameters[1:], torch.stack(rows))
    same(predict("quadratic-fit", seed, recording.start, t.view(-1, 1)), before)
    path = tmp_path / "m.safetensors"
    after = same_after_saving("quadratic-fit", seed, finished, t.view(-1, 1), path)
    same(after, f(t).detach())


@pytest.mark.parametrize("seed", SEEDS)
def test_the_linear_module_is_the_plain_loop_over_samples(seed: int, tmp_path: Path) -> None:
    x = torch.arange(0, 1, 0.02).view(-1, 1)
    y = 0.7 * x + 0.3
    x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.3, random_state=42)
    layer = nn.Linear(1, 1)
    torch.manual_seed(seed)
    torch.randn(50, 1)  # the noise, of size 0, is drawn before the parameters are
    nn.init.uniform_(layer.weight)
    nn.init.uniform_(layer.bias)
    loss_fn, optimizer = nn.L1Loss(), torch.optim.SGD(layer.parameters())

    def judge(x: torch.Tensor, y: torch.Tensor) -> float:
        with torch.inference_mode():
            return loss_fn(layer(x), y).item()

    before = layer(x).detach()
    losses, rows = [], []
    train, test = [judge(x_train, y_train)], [judge(x_test, y_test)]
    for _ in range(50):
        for i in range(len(x_train)):
            loss = loss_fn(layer(x_train[i : i + 1]), y_train[i : i + 1])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
            rows.append([layer.weight.item(), layer.bias.item()])
        train.append(judge(x_train, y_train))
        test.append(judge(x_test, y_test))

    recording, finished = run(load_example("linear-module").replace(seed=seed))
    same(recording.loss, losses)
    same(recording.parameters[1:], rows)
    same(recording.train_loss, train)
    same(recording.test_loss, test)
    same(predict("linear-module", seed, recording.start, x), before.view(-1))
    path = tmp_path / "m.safetensors"
    after = same_after_saving("linear-module", seed, finished, x, path)
    same(after, layer(x).detach().view(-1))


# --- what the notes say -----------------------------------------------------------------------


def test_the_quadratic_fit_settles_early_and_far_from_the_points() -> None:
    recording, finished = outcome("quadratic-fit")
    assert recording.loss[[0, -1]] == pytest.approx([25824, 677], rel=1e-3)
    assert recording.loss[10] < 1.01 * recording.loss[-1]
    assert finished.final["train_r2"] < 0  # worse than a constant
    moved = np.abs(np.diff(recording.parameters[[0, -1]], axis=0))[0]
    assert moved[0] > 10 * max(moved[1:])
    example = load_example("quadratic-fit")
    _, faster = run(
        example.replace(optimizer={"key": "by-hand", "lr": 1e-4}, training={"epochs": 50})
    )
    assert faster.reason is FinishReason.DIVERGED


def test_the_linear_module_hovers_where_its_steps_are_too_long() -> None:
    recording, finished = outcome("linear-module")
    assert (recording.train_loss[32:] < 0.001).all()
    assert finished.final["test_loss"] < 0.001
    assert finished.parameters == pytest.approx([0.7, 0.3], abs=0.005)


def test_the_ten_features_find_their_weights_and_the_noise() -> None:
    recording, finished = outcome("ten-features")
    weights = [n if n % 2 else -n for n in range(1, 11)]
    assert finished.parameters[:10] == pytest.approx(weights, abs=0.15)
    assert finished.final["test_loss"] == pytest.approx(0.25, abs=0.03)
    assert np.std(recording.loss[-30:]) > 100 * np.std(recording.train_loss[-10:])


def test_ten_times_the_learning_rate_takes_a_tenth_of_the_steps_until_it_is_too_much() -> None:
    ends = {name: finished for name, (_, finished) in outcomes("learning-rates").items()}
    steps = [ends[f"lr {lr}"].steps for lr in ("0.001", "0.01", "0.1")]
    assert steps == [8004, 798, 77]
    # Along x a step multiplies by 1 − lr, until the slope, which is x, is below 0.001.
    assert steps == [
        int(np.ceil(np.log(0.001 / 3) / np.log(1 - lr))) + 1 for lr in (1e-3, 1e-2, 0.1)
    ]
    for lr in ("1", "10"):
        assert ends[f"lr {lr}"].reason is FinishReason.DIVERGED
        assert ends[f"lr {lr}"].steps <= 20


def test_small_batches_are_sooner_near_the_minimum_and_wobble_there() -> None:
    runs = {
        name: recording.train_loss for name, (recording, _) in outcomes("batch-variants").items()
    }
    near = {name: int(np.argmax(losses < 1.0)) for name, losses in runs.items()}
    assert near["Stochastic"] == 1
    assert near["Mini-batches of 32"] == 6
    assert runs["Full batch"][-1] > 1.3 * runs["Mini-batches of 32"][-1]
    wobble = {name: np.std(losses[-10:]) for name, losses in runs.items()}
    assert wobble["Stochastic"] > 10 * wobble["Mini-batches of 32"]


def test_the_larger_model_of_the_purchases_learns_chance() -> None:
    runs = {name: finished for name, (_, finished) in outcomes("purchase-likelihood").items()}
    plain, network = (runs[name].final for name in ("Logistic regression", "Hidden layer of 8"))
    for final in (plain, network):
        assert final["test_accuracy"] == pytest.approx(0.87, abs=0.015)
        assert {"test_precision", "test_recall", "test_f1", "test_roc_auc"} <= final.keys()
    assert network["train_loss"] < plain["train_loss"]
    assert network["test_loss"] > plain["test_loss"]
    age, income, education, _ = runs["Logistic regression"].parameters
    assert income > age > education > 0


def test_the_iris_species_that_are_confused_are_versicolor_and_virginica() -> None:
    _, finished = outcome("softmax-iris")
    assert finished.final["test_accuracy"] > 0.9
    assert finished.final["train_accuracy"] > 0.96
    task = build_task(load_example("softmax-iris"))
    assert isinstance(task, ModelTask)
    for part in (task.data.train, task.data.test):
        scores = task.scores(task.split(torch.tensor(finished.parameters)), part.features)
        assert torch.equal(scores.argmax(1) == 0, part.targets == 0)


def test_the_wide_network_overfits_and_each_remedy_helps() -> None:
    runs = outcomes("overfitting")
    alone, end = runs["Left alone"]
    # Adam's loss has spikes, and at which steps depends on the processor's rounding.
    assert np.median(alone.train_loss[-100:]) < 0.001
    assert np.nanargmin(alone.test_loss) < 50
    assert end.final["test_loss"] > 5 * np.nanmin(alone.test_loss)
    for name in ("L2 penalty", "L1 penalty", "Early stopping"):
        assert runs[name][1].final["test_loss"] < 0.5 * end.final["test_loss"]
    assert runs["Early stopping"][1].reason is FinishReason.EARLY_STOPPED
    assert load_example("overfitting").layout.size == 4353


def gradient_norms(key: str, name: str) -> list[float]:
    """The length of the gradient of each weight matrix before the first step."""
    inspection = Session(dict(load_example(key).runs())[name]).inspect()
    return [layer.gradient_norm for layer in inspection.layers if len(layer.shape) == 2]


def test_gradients_vanish_behind_sigmoids_and_what_keeps_them_learns() -> None:
    runs = {name: finished.final for name, (_, finished) in outcomes("vanishing-gradients").items()}
    first, *_, last = gradient_norms("vanishing-gradients", "Sigmoid")
    assert first < 1e-7
    assert last > 0.1
    for name in ("ReLU, Kaiming", "Tanh, Xavier"):
        assert min(gradient_norms("vanishing-gradients", name)) > 1e-3
    learn = {"ReLU, Kaiming", "Tanh, Xavier", "ReLU, Kaiming, lr 2, clipped"}
    for name, final in runs.items():
        if name in learn:
            assert final["test_accuracy"] > 0.95, name
        else:
            # It says the same of every point: ln 2 is the loss of a coin.
            assert final["train_loss"] == pytest.approx(np.log(2), abs=0.002), name
    wild, _ = outcomes("vanishing-gradients")["ReLU, Kaiming, lr 2"]
    assert 0 < (wild.grad_norm > 0.5).sum() < 20


def test_momentum_leaves_the_saddle_sooner_and_from_the_ridge_nothing_does() -> None:
    runs = outcomes("saddle-escape")

    def away(name: str) -> int:
        """After how many steps the path is half way to a hollow."""
        return int(np.argmax(np.abs(runs[name][0].parameters[:, 0]) > 0.5))

    assert away("Plain descent") == pytest.approx(272, abs=5)
    assert away("Momentum") < away("Plain descent") / 3
    waiting = np.abs(runs["Plain descent"][0].loss) < 0.01
    assert waiting.sum() > 190
    for name in ("Plain descent", "Momentum"):
        assert runs[name][1].parameters == pytest.approx([1.0, 0.0], abs=1e-3)
    _, ridge = runs["On the ridge"]
    assert ridge.reason is FinishReason.CONVERGED
    assert ridge.parameters == pytest.approx([0.0, 0.0], abs=1e-3)
    _, many = runs["Eight random starts"]
    ends = many.parameters.reshape(8, 2)
    np.testing.assert_allclose(np.abs(ends), np.tile([1.0, 0.0], (8, 1)), atol=1e-3)
    assert len(set(np.sign(ends[:, 0]))) == 2


def test_the_digits_are_read() -> None:
    recording, finished = outcome("digits")
    assert finished.final["test_accuracy"] >= 0.97
    assert finished.final["train_accuracy"] > 0.99
    assert recording.train_loss[-1] < 0.5 * recording.train_loss[20]
    assert recording.test_loss[-1] == pytest.approx(recording.test_loss[20], rel=0.25)
    example = load_example("digits")
    _, early = run(example.replace(training={"epochs": 5, "batch_size": 64}))
    assert early.final["test_accuracy"] > 0.9
