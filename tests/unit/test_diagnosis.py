"""Runs that come to nothing say why, with numbers that closed forms give; their remedies work."""

from __future__ import annotations

from math import cos, pi, sin, sqrt
from typing import Any

import numpy as np
import pytest

from gd_studio.engine.diagnosis.case import Interrupted
from gd_studio.engine.examination import examine
from gd_studio.engine.session import Session
from gd_studio.experiment import Experiment
from gd_studio.link.diagnosis import Diagnosis, DiagnosisKind
from gd_studio.link.messages import Finished, FinishReason
from gd_studio.link.point import PointKind
from tests.helpers.experiments import function, linear_regression, model_on

SIGMOIDS = {"key": "mlp", "hidden": ", ".join(["8"] * 6), "activation": "sigmoid"}
DOUBLE_WELL = {"formula": "x**4/4 - x**2/2 + y**2/2", "low": -2.0, "high": 2.0}
TWO_HOLLOWS = {"formula": "(sin(2*p) + p**2 - 0.5)**2", "low": -2.0, "high": 2.0}


def sgd(lr: float, **settings: Any) -> dict[str, Any]:
    return {"key": "sgd", "lr": lr, **settings}


def custom(formula: str, *start: float, low: float = -2.0, **changes: Any) -> Experiment:
    settings = {"formula": formula, "low": low, "high": 2.0}
    return function("custom", settings=settings, starts=[start], **changes)


def bowl(largest: float, smallest: float, angle: float, **changes: Any) -> Experiment:
    """A quadratic with two eigenvalues, turned by an angle."""
    c, s = cos(angle), sin(angle)
    xx = largest * c * c + smallest * s * s
    yy = largest * s * s + smallest * c * c
    xy = (largest - smallest) * c * s
    formula = f"{xx / 2!r}*x**2 + {yy / 2!r}*y**2 + {xy!r}*x*y"
    return custom(formula.replace("+ -", "- "), 1.0, 0.7, **changes)


def ended(experiment: Experiment) -> tuple[Session, Finished]:
    session = Session(experiment)
    while session.finish is None:
        session.advance(1 << 30)
    return session, session.finished()


def diagnosed(experiment: Experiment) -> tuple[Diagnosis, Finished]:
    session, finished = ended(experiment)
    return examine(session), finished


def healed(experiment: Experiment, diagnosis: Diagnosis) -> Finished:
    """Run the branch that the remedy offers; nothing is wrong with it."""
    assert diagnosis.remedy is not None
    assert diagnosis.remedy.label.startswith("Try ")
    branch = experiment.branch(diagnosis.remedy.after, diagnosis.remedy.values)
    again, finished = diagnosed(branch)
    assert (again.kind, again.sentence, again.remedy) == (None, "", None)
    return finished


# --- diverged -----------------------------------------------------------------------------------


@pytest.mark.parametrize("angle", [0.0, pi / 6, 2.0])
@pytest.mark.parametrize(("largest", "smallest"), [(1.0, 1.0), (10.0, 1.0), (60.0, 2.0)])
@pytest.mark.parametrize("share", [0.2, 0.9, 0.98, 1.02, 2.0])
def test_below_the_limit_a_bowl_is_descended_and_above_it_the_diagnosis_says_diverged(
    largest: float, smallest: float, angle: float, share: float
) -> None:
    limit = 2 / largest
    experiment = bowl(
        largest, smallest, angle, optimizer=sgd(share * limit), training={"steps": 2000}
    )
    diagnosis, finished = diagnosed(experiment)

    if share < 1:
        assert finished.final["train_loss"] < 1e-10
        assert (diagnosis.kind, diagnosis.sentence) == (None, "")
        assert diagnosis.point is not None
        assert diagnosis.point.kind is PointKind.MINIMUM
        return
    assert finished.reason is FinishReason.DIVERGED
    assert diagnosis.kind is DiagnosisKind.DIVERGED
    chosen = diagnosis.remedy.values["optimizer.lr"]
    assert diagnosis.sentence == (
        f"Diverged at step {finished.steps + 1:,}: the learning rate {share * limit:g} is above "
        f"2/λmax = {limit:.3g} (λmax = {largest:.3g} at the start); try {chosen:g}."
    )
    assert chosen == float(f"{chosen:.0e}")  # one digit
    assert limit / 4 <= chosen <= limit / 2
    assert healed(experiment, diagnosis).final["train_loss"] < 1e-10


@pytest.mark.parametrize("lr", [0.2002, 0.2003])
def test_a_run_that_ends_before_it_overflows_is_said_to_diverge(lr: float) -> None:
    experiment = function(settings={"condition": 10.0}, optimizer=sgd(lr), training={"steps": 300})
    diagnosis, finished = diagnosed(experiment)
    # The loss of (1, 2) is x²/2 + 5y²: along y each step multiplies by 1 − 10 lr.
    factor = (1 - 10 * lr) ** 2

    assert finished.reason is FinishReason.COMPLETED
    assert diagnosis.kind is DiagnosisKind.DIVERGED
    assert diagnosis.sentence.startswith("Diverges: each of the last 30 steps turns back")
    grown = 20 * (factor**300 + factor**299) / 2
    assert f"grown from 20.5 to {grown:.3g};".replace("e+0", "e+") in diagnosis.sentence
    assert f"the learning rate {lr:g} is above 2/λmax = 0.2; try 0.1." in diagnosis.sentence
    assert healed(experiment, diagnosis).final["train_loss"] < 1e-10


@pytest.mark.parametrize(
    ("optimizer", "formula", "limit"),
    [
        (sgd(0.5, momentum=0.9), "(2 + 2μ) / λmax", 3.8 / 10),
        (sgd(0.5, momentum=0.9, nesterov=True), "(2 + 2μ) / (λmax (1 + 2μ))", 3.8 / 28),
        (sgd(0.5, weight_decay=0.5), "2 / (λmax + λ)", 2 / 10.5),
        ({"key": "by-hand", "lr": 0.5}, "2/λmax", 0.2),
    ],
)
def test_the_limit_is_that_of_the_optimizer_in_use(
    optimizer: dict[str, Any], formula: str, limit: float
) -> None:
    experiment = function(
        settings={"condition": 10.0}, optimizer=optimizer, training={"steps": 2000}
    )
    diagnosis, _ = diagnosed(experiment)

    assert f"the learning rate 0.5 is above {formula} = {limit:.3g} (λmax = 10 at the start)" in (
        diagnosis.sentence
    )
    assert healed(experiment, diagnosis).final["train_loss"] < 1e-6


@pytest.mark.parametrize("batch_size", [None, 1])
def test_a_regression_that_diverges_names_the_curvature_of_its_data(batch_size: int | None) -> None:
    experiment = linear_regression(
        optimizer=sgd(0.2), training={"epochs": 200, "batch_size": batch_size}
    )
    session, finished = ended(experiment)
    diagnosis = examine(session)
    features = session.started().preview.features.astype(np.float64)
    design = np.column_stack([features, np.ones(len(features))])
    largest = float(np.linalg.eigvalsh(2 * design.T @ design / len(design))[-1])

    assert finished.reason is FinishReason.DIVERGED
    assert f"above 2/λmax = {2 / largest:.3g} (λmax = {largest:.3g} at the start)" in (
        diagnosis.sentence
    )
    assert healed(experiment, diagnosis).final["train_r2"] > 0.9


def test_in_a_curved_valley_the_sharpness_of_the_start_is_named() -> None:
    experiment = function(
        "rosenbrock", starts=[(-1.5, 2.0)], optimizer=sgd(0.01), training={"steps": 1000}
    )
    diagnosis, _ = diagnosed(experiment)
    x, y = -1.5, 2.0
    hessian = np.array([[1200 * x * x - 400 * y + 2, -400 * x], [-400 * x, 200]])
    largest = float(np.linalg.eigvalsh(hessian)[-1])

    assert f"2/λmax = {2 / largest:.3g} (λmax = {largest:.3g} at the start)" in diagnosis.sentence
    assert healed(experiment, diagnosis).final["train_loss"] < 5


def test_of_many_starts_it_is_told_when_all_have_diverged() -> None:
    changes: dict[str, Any] = {"settings": {"condition": 10.0}, "training": {"steps": 300}}
    starts = [(1.0, 2.0), (2.0, 1.0)]
    diagnosis, _ = diagnosed(function(starts=starts, optimizer=sgd(1.0), **changes))
    assert "the learning rate 1 is above 2/λmax = 0.2" in diagnosis.sentence
    calm, _ = diagnosed(function(starts=starts, optimizer=sgd(1e-5), **changes))
    assert calm == Diagnosis()


def test_after_a_change_the_branch_begins_where_the_change_was() -> None:
    experiment = function(
        settings={"condition": 10.0},
        optimizer=sgd(0.01),
        training={"steps": 300},
        changes=[{"after": 100, "values": {"optimizer.lr": 0.5}}],
    )
    diagnosis, _ = diagnosed(experiment)

    assert diagnosis.remedy is not None
    assert diagnosis.remedy.after == 100
    assert diagnosis.remedy.values == {"optimizer.lr": 0.1}
    assert healed(experiment, diagnosis).final["train_loss"] < 1e-10


def test_the_learning_rate_is_not_blamed_for_what_it_has_not_done() -> None:
    left, _ = diagnosed(custom("sqrt(x)", 0.5, low=0.1, optimizer=sgd(1.0)))
    assert left.sentence.startswith("At step 2 the path has left where the function has a value")
    nowhere, _ = diagnosed(custom("log(x)", -0.5, optimizer=sgd(0.1)))
    assert nowhere.sentence.startswith("At the very start the loss or its gradient is not finite")
    endless, _ = diagnosed(function("saddle", optimizer=sgd(0.1), training={"steps": 2000}))
    assert "the loss has fallen without end; there is no lowest value" in endless.sentence
    for diagnosis in (left, nowhere, endless):
        assert diagnosis.kind is DiagnosisKind.DIVERGED
        assert diagnosis.remedy is None


def test_where_the_start_is_not_sharp_the_way_is_looked_at() -> None:
    # Near the top of the hill between ±2 the loss curves down; the first step leads from 0.3 to 5,
    # where f'' = 12 · 25 − 16 = 284 and each step is far too long.
    experiment = custom("x**4 - 8*x**2", 0.3, optimizer=sgd(1.0), training={"steps": 1000})
    diagnosis, _ = diagnosed(experiment)
    x = 0.3 - (4 * 0.3**3 - 16 * 0.3)
    sharpness = 12 * x**2 - 16
    assert f"above 2/λmax = {2 / sharpness:.3g} (λmax = {sharpness:.3g} after step 1)" in (
        diagnosis.sentence
    )
    assert healed(experiment, diagnosis).final["train_loss"] == pytest.approx(-16, abs=1e-3)


def test_a_loss_far_above_that_of_the_start_is_one_that_diverges() -> None:
    experiment = function(
        settings={"condition": 10.0}, optimizer=sgd(0.21), training={"steps": 300}
    )
    diagnosis, finished = diagnosed(experiment)
    assert finished.reason is FinishReason.COMPLETED
    loss = f"{5 * (2 * 1.1**299) ** 2:.3g}"
    assert f"after 300 steps the loss has grown from 20.5 to {loss}: the learning rate 0.21" in (
        diagnosis.sentence
    )
    assert healed(experiment, diagnosis).final["train_loss"] < 1e-10


def test_an_optimizer_without_a_limit_gets_a_tenth_of_its_learning_rate() -> None:
    experiment = function(
        optimizer={"key": "adadelta", "lr": 1e4},
        settings={"condition": 10.0},
        training={"steps": 2000},
    )
    diagnosis, finished = diagnosed(experiment)
    assert diagnosis.kind is DiagnosisKind.DIVERGED
    assert diagnosis.sentence == (
        f"Diverges: after 2,000 steps the loss has grown from 20.5 to "
        f"{finished.final['train_loss']:.3g}: the learning rate is 10000; try 1000."
    )


# --- oscillates ---------------------------------------------------------------------------------


def test_just_below_the_limit_a_run_that_hops_to_and_fro_is_told() -> None:
    experiment = function(
        settings={"condition": 10.0}, optimizer=sgd(0.1999), training={"steps": 300}
    )
    diagnosis, _ = diagnosed(experiment)
    ends = [5 * (2 * (1 - 1.999) ** k) ** 2 for k in (299, 300)]

    assert diagnosis.kind is DiagnosisKind.OSCILLATES
    assert "each of the last 30 steps turns back (mean cosine −1)" in diagnosis.sentence
    assert f"the loss stays around {sum(ends) / 2:.3g}," in diagnosis.sentence
    assert "the learning rate 0.1999 is below 2/λmax = 0.2; try 0.1." in diagnosis.sentence
    assert healed(experiment, diagnosis).final["train_loss"] < 1e-10


def test_a_narrow_hollow_that_is_jumped_across_is_told() -> None:
    experiment = function(
        "custom",
        settings=TWO_HOLLOWS,
        starts=[(-0.6,)],
        optimizer=sgd(0.1),
        training={"steps": 200},
    )
    diagnosis, finished = diagnosed(experiment)
    assert diagnosis.kind is DiagnosisKind.OSCILLATES
    assert healed(experiment, diagnosis).final["train_loss"] < 1e-8 < finished.final["train_loss"]


def test_a_regression_at_the_edge_is_told() -> None:
    session, _ = ended(linear_regression(training={"epochs": 1}))
    features = session.started().preview.features.astype(np.float64)
    design = np.column_stack([features, np.ones(len(features))])
    limit = 2 / float(np.linalg.eigvalsh(2 * design.T @ design / len(design))[-1])
    experiment = linear_regression(optimizer=sgd(0.9999 * limit), training={"epochs": 100})
    diagnosis, finished = diagnosed(experiment)

    assert diagnosis.kind is DiagnosisKind.OSCILLATES
    assert healed(experiment, diagnosis).final["train_loss"] < finished.final["train_loss"] / 5


@pytest.mark.parametrize("batch_size", [1, 10])
def test_what_jumps_because_of_its_batches_does_not_oscillate(batch_size: int) -> None:
    training = {"epochs": 30, "batch_size": batch_size}
    diagnosis, _ = diagnosed(linear_regression(optimizer=sgd(0.005), training=training))
    assert diagnosis.kind is None


def test_what_jumps_because_of_its_noise_does_not_oscillate() -> None:
    experiment = function(optimizer=sgd(0.1), training={"steps": 200, "gradient_noise": 5.0})
    assert diagnosed(experiment)[0].kind is None


# --- crawls -------------------------------------------------------------------------------------


def test_far_below_the_limit_a_run_that_has_hardly_begun_crawls() -> None:
    experiment = function(settings={"condition": 10.0}, optimizer=sgd(1e-4))
    diagnosis, _ = diagnosed(experiment)
    # The last step begins with x (1 − lr)⁹⁹, y (1 − 10 lr)⁹⁹.
    loss = (0.9999**99) ** 2 / 2 + 5 * (2 * 0.999**99) ** 2

    assert diagnosis.kind is DiagnosisKind.CRAWLS
    assert diagnosis.sentence == (
        f"Crawls: after 100 steps the loss has fallen from 20.5 to {loss:.3g} and is still "
        "falling; the learning rate 0.0001 is far below 2/λmax = 0.2; try 0.1."
    )
    assert healed(experiment, diagnosis).final["train_loss"] < 1e-8


@pytest.mark.parametrize(
    "experiment",
    [
        linear_regression(optimizer=sgd(1e-6), training={"epochs": 200}),
        model_on(
            "circle",
            {"key": "mlp", "hidden": "16"},
            "bce",
            optimizer=sgd(1e-5),
            training={"epochs": 200},
        ),
        function(optimizer={"key": "adam", "lr": 1e-5}),
    ],
    ids=["regression", "network", "adam"],
)
def test_models_and_adaptive_steps_crawl_as_well(experiment: Experiment) -> None:
    diagnosis, finished = diagnosed(experiment)
    assert diagnosis.kind is DiagnosisKind.CRAWLS
    assert healed(experiment, diagnosis).final["train_loss"] < 0.5 * finished.final["train_loss"]


def test_a_run_that_was_stopped_was_not_given_the_time_to_arrive() -> None:
    session = Session(function(settings={"condition": 10.0}, optimizer=sgd(1e-4)))
    session.advance(50)
    session.stop()
    assert examine(session).kind is None


def test_a_run_that_has_arrived_does_not_crawl_however_small_its_rate() -> None:
    experiment = function(optimizer=sgd(0.005), training={"steps": 5000})
    assert diagnosed(experiment)[0].kind is None


# --- stalled ------------------------------------------------------------------------------------


def test_a_schedule_that_takes_the_learning_rate_away_is_told() -> None:
    experiment = function(
        optimizer=sgd(0.01),
        settings={"condition": 10.0},
        schedule={"key": "exponential", "gamma": 0.5},
        training={"steps": 300},
    )
    diagnosis, _ = diagnosed(experiment)
    # 0.5⁷ < 1/100: step 8 is the first whose rate is so small.
    x = y = 1.0
    for step in range(300):
        x, y = x * (1 - 0.01 * 0.5**step), y * (1 - 0.1 * 0.5**step)
    norm = sqrt(x**2 + (10 * 2 * y) ** 2)

    assert diagnosis.kind is DiagnosisKind.STALLED
    assert "from step 8 on the learning rate was below a hundredth of its highest, 0.01" in (
        diagnosis.sentence
    )
    assert f"though the gradient still has one of {norm:.3g}" in diagnosis.sentence
    assert healed(experiment, diagnosis).final["train_loss"] < 0.01


def test_a_schedule_that_falls_when_the_work_is_done_is_healthy() -> None:
    experiment = function(
        optimizer=sgd(0.1),
        schedule={"key": "exponential", "gamma": 0.97},
        training={"steps": 600},
    )
    assert diagnosed(experiment)[0].kind is None


def test_adagrad_whose_divisor_has_grown_is_told() -> None:
    experiment = function(
        optimizer={"key": "adagrad", "lr": 1e-3},
        settings={"condition": 10.0},
        training={"steps": 300},
    )
    diagnosis, _ = diagnosed(experiment)
    point, squares = np.array([1.0, 2.0]), np.zeros(2)
    for _ in range(300):
        gradient = np.array([1.0, 10.0]) * point
        squares += gradient**2
        point -= 1e-3 * gradient / np.sqrt(squares)

    assert diagnosis.kind is DiagnosisKind.STALLED
    assert f"by now up to {np.sqrt(squares).max():.3g};" in diagnosis.sentence
    assert healed(experiment, diagnosis).final["train_loss"] < 1e-6


def test_a_plateau_says_that_nothing_shows_the_way() -> None:
    experiment = function("easom", starts=[(-8.0, -8.0)], optimizer=sgd(0.1))
    diagnosis, _ = diagnosed(experiment)
    assert diagnosis.kind is DiagnosisKind.STALLED
    assert diagnosis.sentence.startswith("Stalled on a plateau: the loss is ")
    assert diagnosis.sentence.endswith("start elsewhere.")
    assert diagnosis.remedy is None
    assert diagnosis.point is not None
    assert diagnosis.point.kind is PointKind.PLATEAU


def test_a_network_whose_gradient_vanishes_is_told() -> None:
    experiment = model_on("circle", SIGMOIDS, "bce", optimizer=sgd(0.1), training={"epochs": 300})
    diagnosis, _ = diagnosed(experiment)
    assert diagnosis.kind is DiagnosisKind.STALLED
    assert "the model says the same of every sample" in diagnosis.sentence
    assert "is left in the first; try another initialisation" in diagnosis.sentence
    assert diagnosis.remedy is None


# --- saddles ------------------------------------------------------------------------------------


@pytest.mark.parametrize("training", [{"steps": 400}, {"steps": 400, "stop_gradient_norm": 1e-4}])
def test_a_saddle_is_no_end_and_noise_leads_away_from_it(training: dict[str, Any]) -> None:
    experiment = function(
        "custom",
        settings=DOUBLE_WELL,
        starts=[(0.0, 1.5)],
        optimizer=sgd(0.05),
        training=training,
    )
    diagnosis, finished = diagnosed(experiment)
    # From (0, y) the gradient is (0, y), and at (0, 0) the Hessian has −1 and 1.
    assert diagnosis.kind is DiagnosisKind.SADDLE
    assert "the smallest eigenvalue of the Hessian is −1: there is a way down" in diagnosis.sentence
    assert diagnosis.remedy is not None
    assert diagnosis.remedy.values == {"training.gradient_noise": 0.01}
    branched = healed(experiment, diagnosis)
    assert branched.final["train_loss"] == pytest.approx(-0.25, abs=1e-3)
    assert abs(finished.final["train_loss"]) < 1e-6


def test_a_maximum_is_told_like_a_saddle() -> None:
    diagnosis, _ = diagnosed(custom("cos(x)", 0.0, optimizer=sgd(0.1)))
    assert diagnosis.sentence.startswith("Sits on a maximum")


def test_the_method_of_newton_is_not_offered_noise() -> None:
    experiment = function(
        "custom", settings=DOUBLE_WELL, starts=[(0.2, 1.0)], optimizer={"key": "newton"}
    )
    diagnosis, _ = diagnosed(experiment)
    assert diagnosis.kind is DiagnosisKind.SADDLE
    assert diagnosis.sentence.endswith(
        "Newton's method goes to any point without a slope: try another optimizer."
    )
    assert diagnosis.remedy is None


def test_a_network_of_zeros_sits_on_a_saddle() -> None:
    experiment = model_on(
        "circle",
        {"key": "mlp", "hidden": "3", "activation": "tanh"},
        "bce",
        optimizer=sgd(1.0),
        training={"epochs": 400},
    )
    layout = experiment.layout
    zeros = layout.split(np.zeros(layout.size, np.float32))
    values = {name: part.tolist() for name, part in zeros.items()}
    diagnosis, _ = diagnosed(experiment.replace(initial_parameters=values))
    assert diagnosis.kind is DiagnosisKind.SADDLE
    assert diagnosis.sentence.endswith("try another seed.")
    assert diagnosis.remedy is None


# --- the diagnosis itself -----------------------------------------------------------------------


def test_a_session_stays_where_it_is_and_goes_on_with_the_same_bits() -> None:
    session, finished = ended(linear_regression(training={"epochs": 300}))
    session.go_to(120)
    before = session.visited(1)
    examine(session)
    after = session.visited(1)
    assert (after.step, session.finish) == (120, None)
    assert np.array_equal(before.parameters, after.parameters)
    session.go_to(300)
    assert session.finish is not None
    assert np.array_equal(session.finished().parameters, finished.parameters)


@pytest.mark.parametrize("looks", [0, 1, 3, 10, 30])
def test_a_diagnosis_that_is_broken_off_can_be_made_anew(looks: int) -> None:
    experiment = function(settings={"condition": 10.0}, optimizer=sgd(0.1999))
    session, finished = ended(experiment)
    left = iter(range(looks))

    def go_on() -> None:
        if next(left, None) is None:
            raise Interrupted

    with pytest.raises(Interrupted):
        examine(session, go_on)
    assert np.array_equal(session.finished().parameters, finished.parameters)
    assert examine(session).kind is DiagnosisKind.OSCILLATES
