"""When a run is said to overfit: synthetic losses after each epoch."""

from __future__ import annotations

import time

import numpy as np
import pytest

from gd_studio.link.arrays import Doubles
from gd_studio.recording.overfitting import Overfitting, find_overfitting

EPOCHS = np.arange(401)
STEPS = 8 * EPOCHS
FALLING = 1.2 * np.exp(-EPOCHS / 60.0) + 0.02
RISING_AGAIN = 0.3 + 0.9 * np.exp(-EPOCHS / 40.0) + 5e-4 * EPOCHS


def noise(size: float, seed: int = 0) -> Doubles:
    drawn: Doubles = size * np.random.default_rng(seed).normal(size=len(EPOCHS))
    return drawn


def found(train: Doubles, test: Doubles) -> Overfitting:
    overfitting = find_overfitting(STEPS[: len(test)], train, test)
    assert overfitting is not None
    return overfitting


def test_a_test_loss_that_rises_while_the_training_loss_falls_is_overfitting() -> None:
    overfitting = found(FALLING, RISING_AGAIN)
    lowest = int(RISING_AGAIN.argmin())
    assert overfitting.best_epoch == lowest
    assert overfitting.best_step == 8 * lowest
    assert overfitting.best_loss == RISING_AGAIN.min()
    assert overfitting.last_loss == RISING_AGAIN[-1]


def test_it_is_told_in_a_sentence() -> None:
    assert Overfitting(1_200, 9_600, 0.3104, 0.52).sentence("Run 1") == (
        "Run 1 overfits from epoch 1,200 on: the test loss rose from 0.31 to 0.52"
        " while the training loss fell"
    )


def test_a_test_loss_that_only_rises_is_overfitting_from_the_start() -> None:
    overfitting = found(FALLING, np.linspace(1.0, 5.0, len(EPOCHS)))
    assert (overfitting.best_epoch, overfitting.best_step) == (0, 0)
    assert "from the start" in overfitting.sentence("Run 1")


@pytest.mark.parametrize("seed", range(5))
def test_noise_moves_the_best_epoch_only_a_little(seed: int) -> None:
    overfitting = found(FALLING, RISING_AGAIN + noise(0.02, seed))
    assert overfitting.best_epoch == pytest.approx(RISING_AGAIN.argmin(), abs=60)
    assert overfitting.last_loss == pytest.approx(RISING_AGAIN[-1], abs=0.03)


@pytest.mark.parametrize(
    "test",
    [
        FALLING + 0.1,
        np.full(401, 0.5),
        0.3 + 0.9 * np.exp(-EPOCHS / 40.0) + 2e-5 * EPOCHS,
        np.full(401, np.nan),
        np.where(EPOCHS < 395, FALLING, 2.0),
    ],
    ids=["still falling", "flat", "hardly rising", "no test part", "rising only just now"],
)
def test_other_test_losses_are_no_overfitting(test: Doubles) -> None:
    assert find_overfitting(STEPS, FALLING, test) is None


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("size", [0.01, 0.1, 0.3])
def test_a_noisy_plateau_is_no_overfitting(size: float, seed: int) -> None:
    plateau = 1.0 + np.exp(-EPOCHS / 20.0) + noise(size, seed)
    assert find_overfitting(STEPS, FALLING, plateau) is None


def test_a_run_whose_training_loss_rises_as_well_diverges_and_does_not_overfit() -> None:
    train = np.linspace(0.1, 0.5, len(EPOCHS))
    assert find_overfitting(STEPS, train, RISING_AGAIN) is None


def test_what_is_left_of_a_loss_by_rounding_is_no_overfitting() -> None:
    learnt = np.maximum(np.exp(-EPOCHS / 4.0), 1e-14 * (1 + EPOCHS / 100))
    assert find_overfitting(STEPS, np.exp(-EPOCHS / 4.0), learnt) is None


def test_losses_that_are_not_finite_are_passed_over() -> None:
    test = RISING_AGAIN.copy()
    test[[3, 200]] = np.nan, np.inf
    assert found(FALLING, test).best_step == 8 * int(RISING_AGAIN.argmin())


@pytest.mark.parametrize("count", range(5))
def test_a_few_epochs_tell_nothing(count: int) -> None:
    rising = np.arange(1.0, 1.0 + count)
    assert find_overfitting(STEPS[:count], -rising, rising) is None


def test_a_long_run_is_judged_within_a_frame() -> None:
    steps = np.arange(10_001)
    test = 0.3 + np.exp(-steps / 500) + 5e-5 * steps
    test += 0.02 * np.random.default_rng(0).normal(size=len(test))
    train = np.exp(-steps / 1_000)
    took = []
    for _ in range(5):
        begun = time.perf_counter()
        assert find_overfitting(steps, train, test) is not None
        took.append(time.perf_counter() - begun)
    assert min(took) < 0.008
