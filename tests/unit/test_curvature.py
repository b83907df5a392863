from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from gd_studio.engine.answers import Answerer, QuestionError
from gd_studio.engine.curvature.hessian import Loss
from gd_studio.engine.curvature.lanczos import extreme_eigenvalues
from gd_studio.engine.problems import build_task
from gd_studio.experiment import Experiment
from gd_studio.files import load_example
from gd_studio.link.curvature import ClassifyPoint, LocalModel, MeasureCurvature
from gd_studio.link.point import PointKind
from tests.helpers import plain_loops as plain
from tests.helpers.experiments import circle_perceptron, function, linear_regression, model_on


def rotated(matrix: Any) -> np.ndarray:
    """The same spectrum in a basis of its own, drawn once."""
    diagonal = np.asarray(matrix, dtype=np.float64)
    basis, _ = np.linalg.qr(np.random.default_rng(7).normal(size=(len(diagonal), len(diagonal))))
    return basis @ np.diag(diagonal) @ basis.T


SPECTRA = {
    "well apart": np.linspace(-3, 10, 60),
    "degenerate": np.repeat([1.0, 5.0], 20),
    "all the same": np.full(30, 4.0),
    "degenerate ends": np.concatenate([[-2.0] * 3, np.linspace(-1, 1, 40), [6.0] * 3]),
    "negative definite": -np.geomspace(0.01, 50, 40),
    "zero": np.zeros(12),
    "one by one": np.array([-7.0]),
    "two": np.array([1.0, 1e6]),
    "clustered at zero": np.concatenate([np.linspace(-1e-6, 1e-6, 100), [3.0, 9.0]]),
    "clustered at the top": np.concatenate([np.zeros(50), 1 + np.linspace(0, 1e-3, 50)]),
    "tiny": 1e-30 * np.linspace(-1, 2, 20),
    "huge": 1e30 * np.linspace(-1, 2, 20),
}


@pytest.mark.parametrize("spectrum", SPECTRA.values(), ids=list(SPECTRA))
def test_lanczos_finds_both_ends_of_a_spectrum(spectrum: np.ndarray) -> None:
    matrix = torch.from_numpy(rotated(spectrum))
    found = extreme_eigenvalues(lambda vector: matrix @ vector, len(spectrum))
    scale = np.abs(spectrum).max()

    assert found.largest == pytest.approx(spectrum.max(), abs=1e-4 * scale)
    assert found.smallest == pytest.approx(spectrum.min(), abs=1e-4 * scale)
    assert found.products <= len(spectrum)


def test_lanczos_is_done_once_it_has_met_every_distinct_eigenvalue() -> None:
    matrix = torch.from_numpy(rotated(SPECTRA["degenerate"]))
    found = extreme_eigenvalues(lambda vector: matrix @ vector, 40)

    assert found.products == 2
    assert (found.smallest, found.largest) == pytest.approx((1.0, 5.0), rel=1e-12)


def test_the_largest_eigenvalue_alone_takes_fewer_products() -> None:
    spectrum = np.concatenate([np.linspace(-0.02, 1, 300), [20.0]])
    matrix = torch.from_numpy(rotated(spectrum))
    both = extreme_eigenvalues(lambda vector: matrix @ vector, len(spectrum))
    one = extreme_eigenvalues(lambda vector: matrix @ vector, len(spectrum), only_largest=True)

    assert one.largest == pytest.approx(20.0, rel=1e-6)
    assert one.products < both.products / 2


def test_lanczos_says_how_far_off_it_may_be_where_it_has_to_end_early() -> None:
    spectrum = np.linspace(0, 1, 500)
    matrix = torch.from_numpy(rotated(spectrum))
    found = extreme_eigenvalues(lambda vector: matrix @ vector, 500, most=8)

    assert found.products == 8
    assert 1e-4 < 1.0 - found.largest <= found.largest_residual
    assert 1e-4 < found.smallest <= found.smallest_residual


def test_lanczos_leaves_torchs_generator_alone_and_gives_the_same_each_time() -> None:
    matrix = torch.from_numpy(rotated(SPECTRA["well apart"]))
    torch.manual_seed(1)
    state = torch.get_rng_state()
    first = extreme_eigenvalues(lambda vector: matrix @ vector, 60)
    assert torch.equal(torch.get_rng_state(), state)
    torch.manual_seed(2)
    assert extreme_eigenvalues(lambda vector: matrix @ vector, 60) == first


def test_lanczos_ends_where_a_product_is_not_finite() -> None:
    found = extreme_eigenvalues(lambda vector: vector * torch.inf, 5)
    assert np.isnan([found.smallest, found.largest]).all()
    assert found.products == 1


def measured(experiment: Experiment, points: Any, **asked: Any) -> Any:
    return Answerer().answer(
        MeasureCurvature(experiment, np.array(points, dtype=np.float64), **asked)
    )


QUADRATICS = {
    "bowl": (function("quadratic-bowl"), [[1.0, 0.0], [0.0, 10.0]]),
    "stretched bowl": (
        function("quadratic-bowl", settings={"condition": 1e6}),
        [[1.0, 0.0], [0.0, 1e6]],
    ),
    "booth": (function("booth"), [[10.0, 8.0], [8.0, 10.0]]),
    "matyas": (function("matyas"), [[0.52, -0.48], [-0.48, 0.52]]),
    "saddle": (function("saddle"), [[2.0, 0.0], [0.0, -2.0]]),
    "rotated": (
        function(
            "custom", settings={"formula": "0.5*(100*(0.6*x + 0.8*y)**2 + (0.8*x - 0.6*y)**2)"}
        ),
        [[36.64, 47.52], [47.52, 64.36]],
    ),
    "one variable": (function("custom", settings={"formula": "-3*p**2"}, starts=[[1.0]]), [[-6.0]]),
    "linear": (function("custom", settings={"formula": "2*x - y"}), np.zeros((2, 2))),
}


@pytest.mark.parametrize(("experiment", "hessian"), QUADRATICS.values(), ids=list(QUADRATICS))
def test_the_curvature_of_a_quadratic_is_that_of_its_matrix(experiment, hessian) -> None:
    points = np.random.default_rng(0).normal(size=(5, len(hessian)))
    curvature = measured(experiment, points)
    eigenvalues = np.linalg.eigvalsh(hessian)

    np.testing.assert_allclose(curvature.largest, eigenvalues[-1], rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(curvature.smallest, eigenvalues[0], rtol=1e-8, atol=1e-12)
    sizes = np.abs(eigenvalues)
    condition = sizes.max() / sizes.min() if sizes.min() else np.inf
    np.testing.assert_allclose(curvature.condition, condition, rtol=1e-8)
    assert (curvature.samples, curvature.n_samples) == (0, 0)


def test_each_point_of_a_path_has_the_curvature_there() -> None:
    points = np.random.default_rng(1).uniform(-2, 2, (3000, 2))
    curvature = measured(function("rosenbrock", starts=[[0.0, 0.0]] * 4), points)

    x, y = points.T
    hessians = np.empty((3000, 2, 2))
    hessians[:, 0, 0] = 2 - 400 * (y - 3 * x**2)
    hessians[:, 0, 1] = hessians[:, 1, 0] = -400 * x
    hessians[:, 1, 1] = 200
    expected = np.linalg.eigvalsh(hessians)
    np.testing.assert_allclose(curvature.largest, expected[:, 1], rtol=1e-10)
    np.testing.assert_allclose(curvature.smallest, expected[:, 0], rtol=1e-8, atol=1e-9)


def test_there_is_no_curvature_where_the_function_has_no_value() -> None:
    experiment = function("custom", settings={"formula": "sqrt(p)"}, starts=[[1.0]])
    curvature = measured(experiment, [[-1.0], [4.0], [0.0]])

    assert curvature.largest[1] == pytest.approx(-0.25 * 4**-1.5)
    assert np.isnan(curvature.largest[[0, 2]]).all()
    assert np.isnan(curvature.condition[[0, 2]]).all()


@pytest.mark.parametrize("shift", [0.0, 0.3])
def test_a_preconditioner_divides_the_hessian_from_both_sides(shift: float) -> None:
    scales = np.array([[0.1, 2.0], [1.0, 1.0], [30.0, 0.01]])
    curvature = measured(function("booth"), np.zeros((3, 2)), scales=scales, shift=shift)
    hessian = np.array([[10.0, 8.0], [8.0, 10.0]]) + shift * np.eye(2)
    for i, scale in enumerate(scales):
        expected = np.linalg.eigvalsh(hessian / np.sqrt(np.outer(scale, scale)))
        assert curvature.smallest[i] == pytest.approx(expected[0])
        assert curvature.largest[i] == pytest.approx(expected[1])


def trained_circle(steps: int) -> tuple[Experiment, torch.Tensor, torch.Tensor, torch.Tensor]:
    """The example, its data, and the flat parameters after some steps of a plain loop."""
    experiment = load_example("circle-perceptron")
    x, y = plain.circle(experiment.seed)
    model = plain.perceptron()
    if steps:
        plain.train(model, nn.BCELoss(), x, y, lambda p: torch.optim.Adam(p, lr=0.01), steps)
    flat = torch.cat([p.detach().reshape(-1) for p in model.parameters()]).double()
    return experiment, x.double(), y.double(), flat


def torchs_hessian(loss: Callable[[torch.Tensor], torch.Tensor], at: torch.Tensor) -> torch.Tensor:
    with warnings.catch_warnings():
        # Its forward mode is loaded by way of what torch itself has deprecated.
        warnings.simplefilter("ignore", DeprecationWarning)
        return torch.func.hessian(loss)(at)


def circle_hessian(x: torch.Tensor, y: torch.Tensor, flat: torch.Tensor) -> torch.Tensor:
    def loss(p: torch.Tensor) -> torch.Tensor:
        hidden = torch.relu(x @ p[:20].view(10, 2).T + p[20:30])
        output = torch.sigmoid(hidden @ p[30:40].view(1, 10).T + p[40])
        return nn.functional.binary_cross_entropy(output, y)

    return torchs_hessian(loss, flat)


@pytest.mark.parametrize("steps", [0, 400])
def test_the_curvature_of_the_circle_perceptron_is_that_of_torchs_hessian(steps: int) -> None:
    experiment, x, y, flat = trained_circle(steps)
    expected = torch.linalg.eigvalsh(circle_hessian(x, y, flat)).numpy()
    curvature = measured(experiment, flat.numpy()[None])

    assert curvature.largest[0] == pytest.approx(expected[-1], rel=1e-8)
    assert curvature.smallest[0] == pytest.approx(expected[0], rel=1e-6)
    assert (curvature.samples, curvature.n_samples) == (100, 100)

    _, _, product = Loss(build_task(experiment)).expand(flat)
    found = extreme_eigenvalues(product, 41)
    assert found.largest == pytest.approx(expected[-1], rel=1e-2)
    assert found.largest == pytest.approx(expected[-1], rel=1e-6)
    assert found.smallest == pytest.approx(expected[0], abs=1e-4 * expected[-1])


def test_penalties_are_part_of_the_loss_that_is_measured() -> None:
    experiment = circle_perceptron(training={"epochs": 1, "l2": 0.25, "batch_size": 10})
    _, x, y, flat = trained_circle(0)
    expected = torch.linalg.eigvalsh(circle_hessian(x, y, flat) + 0.5 * torch.eye(41).double())
    curvature = measured(experiment, flat.numpy()[None])

    assert curvature.largest[0] == pytest.approx(expected[-1].item(), rel=1e-8)
    assert curvature.condition[0] == pytest.approx((expected[-1] / expected[0]).item(), rel=1e-8)


DIGITS = model_on("digits", {"key": "mlp", "hidden": "4"}, "cross-entropy")


def test_a_model_of_many_parameters_is_measured_by_products() -> None:
    torch.manual_seed(0)
    task = build_task(DIGITS)
    x, y = task.data.train.features.double(), task.data.train.targets
    flat = 0.1 * torch.randn(task.layout.size, dtype=torch.float64)
    scales = 0.5 + torch.rand(task.layout.size, dtype=torch.float64)

    def loss(p: torch.Tensor) -> torch.Tensor:
        w, b, v, c = p.split([4 * 64, 4, 40, 10])
        hidden = torch.relu(x @ w.view(4, 64).T + b)
        return nn.functional.cross_entropy(hidden @ v.view(10, 4).T + c, y)

    hessian = torchs_hessian(loss, flat)
    for given in (None, scales):
        asked = None if given is None else given.numpy()[None]
        divided = hessian if given is None else hessian / torch.outer(given, given).sqrt()
        expected = torch.linalg.eigvalsh(divided).numpy()
        curvature = measured(DIGITS, flat.numpy()[None], scales=asked)
        assert curvature.largest[0] == pytest.approx(expected[-1], rel=1e-4)
        assert curvature.smallest[0] == pytest.approx(expected[0], abs=1e-3 * expected[-1])
        assert np.isnan(curvature.condition[0])
        assert curvature.samples == curvature.n_samples == len(x)


def test_fewer_samples_are_looked_at_where_that_is_asked_for() -> None:
    flat = build_task(DIGITS).tensors
    point = torch.cat([tensor.detach().reshape(-1) for tensor in flat]).double().numpy()[None]
    curvature = measured(DIGITS, point, most_samples=100, only_largest=True)

    assert 50 < curvature.samples <= 100 < curvature.n_samples
    assert curvature.largest[0] > 0


KNOWN = {
    "minimum of the bowl": (
        function("quadratic-bowl", settings={"condition": 40.0}),
        [0.0, 0.0],
        PointKind.MINIMUM,
        "A minimum: both eigenvalues of the Hessian are positive (1 to 40), condition number 40.",
    ),
    "minimum in single precision": (
        function("himmelblau"),
        np.array([-2.805118, 3.131313], dtype=np.float32),
        PointKind.MINIMUM,
        "A minimum: both eigenvalues",
    ),
    "minimum in one variable": (
        function("custom", settings={"formula": "(p - 1)**2"}, starts=[[0.0]]),
        [1.0],
        PointKind.MINIMUM,
        "A minimum: the second derivative is 2.",
    ),
    "maximum": (
        function("himmelblau"),
        [-0.270845, -0.923039],
        PointKind.MAXIMUM,
        "A maximum: both eigenvalues of the Hessian are negative",
    ),
    "saddle": (
        function("saddle"),
        [0.0, 0.0],
        PointKind.SADDLE,
        "A saddle: of 2 eigenvalues of the Hessian 1 is positive, 1 is negative (−2 to 2).",
    ),
    "flat valley": (
        function("custom", settings={"formula": "(x - y)**2"}),
        [0.5, 0.5],
        PointKind.FLAT_MINIMUM,
        "A minimum, flat in some directions: of 2 eigenvalues of the Hessian 1 is positive, 1 is "
        "about zero (0 to 4).",
    ),
    "ridge": (
        function("custom", settings={"formula": "-(x - y)**2"}),
        [0.5, 0.5],
        PointKind.FLAT_MAXIMUM,
        "A maximum, flat in some directions",
    ),
    "plain": (function("easom"), [-8.0, -8.0], PointKind.PLATEAU, "A plateau"),
    "monkey saddle": (function("monkey-saddle"), [0.0, 0.0], PointKind.PLATEAU, "A plateau"),
    "slope": (
        function("quadratic-bowl"),
        [3.0, 0.0],
        PointKind.SLOPE,
        "A slope: the gradient has length 3. Both eigenvalues of the Hessian are positive (1 to",
    ),
    "valley": (function("rosenbrock"), [0.5, 0.25], PointKind.SLOPE, "A slope"),
    "slope without curvature": (
        function("custom", settings={"formula": "2*x - y"}),
        [0.0, 0.0],
        PointKind.SLOPE,
        "A slope: the gradient has length 2.24. Both eigenvalues of the Hessian are about zero",
    ),
    "edge with the way down leading out": (
        function("saddle"),
        [0.5, 2.0],
        PointKind.BOUNDARY,
        "A point at the edge of the domain, where the way down leads out",
    ),
    "beyond the edge": (function("saddle"), [0.5, -2.5], PointKind.BOUNDARY, "A point at the edge"),
    "edge with the way down leading in": (
        function("quadratic-bowl"),
        [4.0, 1.0],
        PointKind.SLOPE,
        "A slope",
    ),
    "no value": (
        function("custom", settings={"formula": "log(p)"}, starts=[[1.0]]),
        [-1.0],
        PointKind.UNDEFINED,
        "The loss or one of its derivatives is not finite here.",
    ),
    "tip": (function("ackley"), [0.0, 0.0], PointKind.UNDEFINED, "The loss or one"),
}


@pytest.mark.parametrize(("experiment", "point", "kind", "sentence"), KNOWN.values(), ids=KNOWN)
def test_a_point_of_a_function_is_what_it_is_known_to_be(experiment, point, kind, sentence) -> None:
    found = Answerer().answer(ClassifyPoint(experiment, np.array(point, dtype=np.float64)))

    assert found.kind == kind
    assert found.sentence.startswith(sentence)


@pytest.mark.parametrize("factor", [1e-12, 1.0, 1e12])
def test_the_unit_of_a_loss_changes_nothing_about_what_a_point_is(factor: float) -> None:
    formula = f"{factor!r}*(x**4 - 2*x**2 + y**2)"
    experiment = function("custom", settings={"formula": formula})
    kinds = [
        Answerer().answer(ClassifyPoint(experiment, np.array(point))).kind
        for point in ([1.0, 0.0], [0.0, 0.0], [0.5, 0.5])
    ]
    assert kinds == [PointKind.MINIMUM, PointKind.SADDLE, PointKind.SLOPE]


def test_the_fit_of_a_line_ends_in_a_minimum() -> None:
    x, y = (part.double() for part in plain.noisy_line(42))
    design = torch.cat([x, torch.ones_like(x)], dim=1)
    best = torch.linalg.lstsq(design, y).solution.reshape(-1)
    expected = torch.linalg.eigvalsh(2 * design.T @ design / len(x))

    found = Answerer().answer(ClassifyPoint(linear_regression(), best.float().double().numpy()))
    assert found.kind == PointKind.MINIMUM
    assert (found.signs.positive, found.signs.zero, found.signs.negative) == (2, 0, 0)
    assert found.condition == pytest.approx((expected[1] / expected[0]).item(), rel=1e-6)
    assert found.loss == pytest.approx(((design @ best - y.view(-1)) ** 2).mean().item(), rel=1e-6)

    found = Answerer().answer(ClassifyPoint(linear_regression(), best.numpy() + 0.3))
    assert found.kind == PointKind.SLOPE


def test_a_model_of_many_parameters_is_classified_by_the_ends_of_its_spectrum() -> None:
    size = build_task(DIGITS).layout.size
    # Nothing reaches the outputs, and nothing comes back from them but to their bias.
    found = Answerer().answer(ClassifyPoint(DIGITS, np.zeros(size)))
    assert found.kind == PointKind.SLOPE
    assert found.signs is None
    assert found.loss == pytest.approx(np.log(10))
    assert found.sentence.startswith("A slope: the gradient has length ")

    penalised = model_on(
        "digits",
        {"key": "mlp", "hidden": "4"},
        "cross-entropy",
        training={"epochs": 1, "l2": 1e4},
    )
    found = Answerer().answer(ClassifyPoint(penalised, np.zeros(size)))
    assert found.kind == PointKind.MINIMUM
    assert found.smallest == pytest.approx(2e4, rel=1e-3)


def test_the_local_model_is_the_loss_to_second_order() -> None:
    experiment, x, y, flat = trained_circle(100)
    quadratic = Answerer().answer(LocalModel(experiment, flat.numpy(), (40, 3)))
    hessian = circle_hessian(x, y, flat)

    np.testing.assert_allclose(quadratic.hessian, hessian[[40, 3]][:, [40, 3]], rtol=1e-8)
    task = build_task(experiment)
    width = 1e-5
    for axis, slope in zip((40, 3), quadratic.gradient, strict=True):
        losses = []
        for sign in (1, -1):
            moved = flat.clone()
            moved[axis] += sign * width
            losses.append(task.loss_at(task.split(moved), task.data.train).item())
        assert slope == pytest.approx((losses[0] - losses[1]) / (2 * width), rel=1e-4)
        assert quadratic.loss == pytest.approx(sum(losses) / 2, rel=1e-6)


def test_the_local_model_of_a_function_may_have_one_axis() -> None:
    experiment = function("custom", settings={"formula": "p**3"}, starts=[[1.0]])
    quadratic = Answerer().answer(LocalModel(experiment, np.array([2.0]), (0,)))
    assert (quadratic.loss, quadratic.gradient.tolist()) == (8.0, [12.0])
    assert quadratic.hessian.tolist() == [[12.0]]


@pytest.mark.parametrize(("share", "ends_at_zero"), [(0.99, True), (1.01, False)])
def test_descent_converges_below_the_limit_and_diverges_above_it(
    share: float, ends_at_zero: bool
) -> None:
    experiment = function("quadratic-bowl", settings={"condition": 40.0})
    lr = share * 2 / measured(experiment, [[1.0, 2.0]]).largest[0]
    point = torch.tensor([1.0, 2.0], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([point], lr=lr)
    for _ in range(2000):
        optimizer.zero_grad()
        (0.5 * (point[0] ** 2 + 40 * point[1] ** 2)).backward()
        optimizer.step()

    assert (point.detach().norm() < 1e-6) == ends_at_zero
    assert (point.detach().norm() > 1e6) != ends_at_zero


def test_what_does_not_fit_the_task_is_named() -> None:
    bowl = function("quadratic-bowl")
    with pytest.raises(QuestionError, match=r"each point needs 2 numbers.*\[1, 3\]"):
        measured(bowl, [[1.0, 2.0, 3.0]])
    with pytest.raises(QuestionError, match="2 points, and scales for 1 of them"):
        measured(bowl, np.zeros((2, 2)), scales=np.ones((1, 2)))
    with pytest.raises(QuestionError, match="finite and above zero"):
        measured(bowl, np.zeros((1, 2)), scales=np.array([[1.0, 0.0]]))
    with pytest.raises(QuestionError, match="no parameter 2: they are 0 to 1"):
        Answerer().answer(LocalModel(bowl, np.zeros(2), (0, 2)))


@pytest.mark.parametrize("experiment", [function("rosenbrock"), circle_perceptron(), DIGITS])
def test_a_measurement_tells_how_far_it_is_and_can_be_withdrawn(experiment: Experiment) -> None:
    size = Loss(build_task(experiment)).size
    question = MeasureCurvature(experiment, np.full((3, size), 0.1), most_samples=50)
    shares: list[float] = []
    Answerer().answer(question, shares.append)
    assert shares == sorted(shares)
    assert 0 <= shares[0] < shares[-1] <= 1

    with pytest.raises(QuestionError, match="nobody waited"):
        Answerer().answer(question, withdrawn=lambda: True)
