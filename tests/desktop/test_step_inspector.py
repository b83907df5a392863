"""One step, taken apart: its stages, its graph, and the layers it changes."""

from __future__ import annotations

import dataclasses
import itertools
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QGraphicsItem, QWidget

from gd_studio.desktop.inspector import (
    GraphView,
    InspectorView,
    LayerHistograms,
    StepInspector,
)
from gd_studio.desktop.look.theme import DARK, LIGHT
from gd_studio.experiment import OptimizerChoice
from gd_studio.link.inspection import Graph, GraphNode, Inspection, LayerStep, ParameterStep
from tests.desktop.mouse import shown, wheel

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
        choice=OptimizerChoice(key="sgd", lr=0.01, momentum=0.9),
        taken=step,
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
        for label, value, gradient in zip(
            labels, rng.normal(size=41), rng.normal(size=41), strict=True
        )
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


# --- what a person sees and does --------------------------------------------------------------


@pytest.fixture
def inspector(qtbot):
    widget = shown(qtbot, StepInspector())
    widget.activateWindow()
    widget.setFocus()
    qtbot.waitUntil(widget.tabs.hasFocus)
    return widget


def cells(grid):
    model = grid.model()
    return [
        [model.index(row, column).data() for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def headings(grid):
    model = grid.model()
    return [model.headerData(k, Qt.Orientation.Horizontal) for k in range(model.columnCount())]


def colours(widget):
    """How many pixels there are of each colour, by name."""
    image = widget.grab().toImage()
    names = (
        image.pixelColor(x, y).name() for y in range(image.height()) for x in range(image.width())
    )
    counts = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    return counts


def test_without_a_step_it_says_how_to_get_one(qtbot, inspector):
    assert inspector.nothing.isVisible()
    assert "press Step" in inspector.nothing.text()
    with qtbot.assertNotEmitted(inspector.step_wanted):
        qtbot.keyClick(inspector.tabs, Qt.Key.Key_Right)
    inspector.set_inspection(regression())
    assert not inspector.nothing.isVisible()
    inspector.set_inspection(None)
    assert inspector.nothing.isVisible()


def test_the_arrow_keys_go_through_the_stages_in_order(qtbot, inspector):
    inspector.set_inspection(regression())
    seen = [inspector.stages[inspector.stage].title]
    for _ in range(4):
        qtbot.keyClick(inspector.tabs, Qt.Key.Key_Right)
        assert inspector.stages[inspector.stage].isVisible()
        assert inspector.tabs.currentIndex() == inspector.stage
        seen.append(inspector.stages[inspector.stage].title)
    assert seen == ["Zero gradients", "Forward", "Loss", "Backward", "Update"]
    qtbot.keyClick(inspector.tabs, Qt.Key.Key_Left)
    assert inspector.stage == 3


def test_the_arrow_keys_go_through_the_stages_from_within_a_table(qtbot, inspector):
    inspector.set_inspection(regression())
    inspector.show_stage(1)
    inspector.stages[1].grid.setFocus()
    qtbot.keyClick(inspector.stages[1].grid, Qt.Key.Key_Right)
    assert inspector.stage == 2


def test_after_the_last_stage_the_step_is_wanted_and_the_next_begins_anew(qtbot, inspector):
    inspector.set_inspection(regression(1))
    inspector.show_stage(4)
    with qtbot.waitSignal(inspector.step_wanted, timeout=100):
        qtbot.mouseClick(inspector.on_button, Qt.MouseButton.LeftButton)
    inspector.set_inspection(regression(1))  # news of the same step
    assert inspector.stage == 4
    inspector.set_inspection(regression(2))
    assert inspector.stage == 0
    assert inspector.step_label.text() == "Step 2"


def test_an_owner_that_answers_at_once_is_heard(qtbot, inspector):
    inspector.set_inspection(regression(1))
    inspector.step_wanted.connect(lambda: inspector.set_inspection(regression(2)))
    inspector.show_stage(4)
    inspector.go_on()
    assert inspector.stage == 0


def test_the_buttons_say_what_they_do(qtbot, inspector):
    inspector.set_inspection(regression())
    assert not inspector.back_button.isEnabled()
    assert inspector.on_button.accessibleName() == "Next stage"
    qtbot.mouseClick(inspector.on_button, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(inspector.back_button, Qt.MouseButton.LeftButton)
    assert inspector.stage == 0
    inspector.show_stage(4)
    assert "Take this step" in inspector.on_button.accessibleName()


def test_the_forward_stage_lists_the_samples(inspector):
    whole = regression()
    inspector.set_inspection(whole)
    inspector.show_stage(1)
    stage = inspector.stages[1]
    assert headings(stage.grid) == ["x", "prediction", "target", "residual"]
    assert len(cells(stage.grid)) == 20
    assert float(cells(stage.grid)[0][0]) == pytest.approx(whole.features[0, 0], rel=0.01)
    assert stage.sentence.text().startswith("The first 20 of 32 samples")


def test_many_features_and_many_classes_are_summed_up(inspector):
    inspector.set_inspection(deep())
    inspector.show_stage(1)
    grid = inspector.stages[1].grid
    assert headings(grid) == ["features", "largest output", "target"]
    assert cells(grid)[0][:2] == ["64 features", str(deep().predictions[0].argmax())]


def test_a_function_has_a_point_in_place_of_samples(inspector):
    inspector.set_inspection(function())
    inspector.show_stage(1)
    assert cells(inspector.stages[1].grid) == [["weight", "1.51"], ["bias", "0.25"]]
    assert inspector.about_label.text() == ""


def test_the_loss_stage_has_the_formula_the_value_and_the_penalty(inspector):
    inspector.set_inspection(regression())
    inspector.show_stage(2)
    stage = inspector.stages[2]
    assert "mean((<i>p</i> − <i>y</i>)²)" in stage.formula.text()
    assert stage.value.text() == "= 7.1523"
    assert not stage.penalty.isVisible()
    inspector.set_inspection(perceptron())
    assert stage.penalty.isVisible()
    assert "0.00213" in stage.penalty.text()
    assert "0.41595" in stage.penalty.text()


def test_gradients_are_zero_before_the_backward_stage_and_there_after_it(inspector):
    inspector.set_inspection(regression())
    inspector.show_stage(0)
    assert [row[2] for row in cells(inspector.stages[0].grid)] == ["0", "0"]
    inspector.show_stage(3)
    assert [row[2] for row in cells(inspector.stages[3].grid)] == ["−4.21", "−0.83"]
    assert inspector.stages[3].norm.text() == "‖g‖ = 4.294"
    inspector.set_inspection(perceptron())
    assert inspector.stages[3].norm.text() == "‖g‖ = 3.213, clipped to 1"


def test_the_update_stage_works_every_parameter_out(inspector):
    inspector.set_inspection(regression())
    inspector.show_stage(4)
    stage = inspector.stages[4]
    (weight,), _ = cells(stage.grid)
    assert weight.splitlines() == [
        "weight: 1.51 → 1.552",
        "b (momentum_buffer) = −4.213",
        "b ← 0.9 · (−1.83) + (−4.2134) = −4.2134",
        "p ← 1.51 − 0.01 · (−4.2134) = 1.552",
    ]
    assert "lr = 0.01" in stage.sentence.text()


def test_many_parameters_are_shown_by_layer(inspector):
    inspector.set_inspection(deep())
    inspector.show_stage(3)
    assert headings(inspector.stages[3].grid) == ["layer", "shape", "‖value‖", "‖gradient‖"]
    inspector.show_stage(4)
    grid = inspector.stages[4].grid
    assert headings(grid)[-1] == "update/value"
    assert cells(grid)[0][:2] == ["0.weight", "64 × 64"]
    assert len(cells(grid)) == 20


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 0.0, 1e-300])
@pytest.mark.parametrize("kind", [regression, deep])
def test_no_number_upsets_it(inspector, kind, value):
    whole = kind()
    inspector.set_inspection(
        dataclasses.replace(
            whole,
            loss=value,
            gradient_norm=value,
            residuals=np.full_like(whole.residuals, value),
            predictions=np.full_like(whole.predictions, value),
            parameters=tuple(
                dataclasses.replace(step, gradient=value, after=value) for step in whole.parameters
            ),
            layers=tuple(
                dataclasses.replace(step, norm=value, gradient_norm=value, update_norm=value)
                for step in whole.layers
            ),
        )
    )
    for stage in range(5):
        inspector.show_stage(stage)
        inspector.grab()


@pytest.mark.parametrize("stage", range(5))
@pytest.mark.parametrize("kind", [regression, perceptron, deep])
def test_news_while_training_makes_no_widgets_and_keeps_the_place(qtbot, kind, stage):
    view = shown(qtbot, InspectorView())
    view.set_inspection(kind(1))
    view.steps.show_stage(stage)
    view.grab()
    widgets = len(view.findChildren(QWidget))
    items = view.graph.scene().items()
    grid = getattr(view.steps.stages[stage], "grid", None)
    if grid is not None:
        bar = grid.verticalScrollBar()
        bar.setValue(bar.maximum() // 2)
        place = bar.value()
    for step in range(2, 52):
        view.set_inspection(kind(step))
    view.grab()
    assert view.steps.stage == stage
    assert view.steps.step_label.text() == "Step 51"
    assert len(view.findChildren(QWidget)) == widgets
    assert view.graph.scene().items() == items
    assert grid is None or grid.verticalScrollBar().value() == place


# --- the graph --------------------------------------------------------------------------------


def boxes(view):
    return [item for item in view.scene().items() if item.toolTip()]


@pytest.mark.parametrize(
    "graph",
    [chain("addmm"), perceptron().graph, deep().graph, chain(*["addmm"] * 33)],
    ids=["regression", "perceptron", "deep", "100 nodes"],
)
def test_the_graph_runs_down_to_the_loss(qtbot, graph):
    view = shown(qtbot, GraphView())
    view.set_graph(graph)
    centres = view.placement.centres
    assert len(boxes(view)) == len(graph.nodes)
    assert all(centres[i][1] > centres[j][1] for i, j in graph.edges)
    assert centres[0][1] == max(y for _, y in centres)
    for one, other in itertools.combinations(boxes(view), 2):
        assert not one.sceneBoundingRect().intersects(other.sceneBoundingRect())


def test_the_longest_way_runs_straight(qtbot):
    view = shown(qtbot, GraphView())
    graph = deep().graph
    view.set_graph(graph)
    spine = [
        x
        for node, (x, _) in zip(graph.nodes, view.placement.centres, strict=True)
        if node.name in ("mse_loss", "addmm", "sigmoid")
    ]
    assert np.ptp(spine) < 20


def test_an_edge_that_skips_rows_goes_around_the_boxes(qtbot):
    nodes = tuple(GraphNode(name, None, name == "w") for name in ("add", "b", "c", "w"))
    view = shown(qtbot, GraphView())
    view.set_graph(Graph(nodes, ((0, 1), (1, 2), (2, 3), (0, 3), (0, 3))))
    (route,) = [points for edge, points in view.placement.routes.items() if edge == (0, 3)]
    assert len(route) == 4
    for point in route[1:-1]:
        assert not any(box.sceneBoundingRect().contains(*point) for box in boxes(view))


def test_edges_do_not_cross_without_need(qtbot):
    nodes = tuple(GraphNode(name, (), False) for name in "abcdefg")
    view = shown(qtbot, GraphView())
    edges = ((0, 1), (0, 2), (0, 3), (1, 6), (2, 5), (3, 4))
    view.set_graph(Graph(nodes, edges))
    x = [x for x, _ in view.placement.centres]
    pairs = [(x[i], x[j]) for i, j in edges[3:]]
    assert sorted(pairs) == list(zip(sorted(x[1:4]), sorted(x[4:]), strict=True))


def test_the_same_graph_is_not_laid_out_again_and_another_is(qtbot):
    view = shown(qtbot, GraphView())
    view.set_graph(chain("addmm"))
    before = view.placement
    view.zoom(2)
    view.set_graph(chain("addmm"))
    assert view.placement is before
    assert not view.follows
    view.set_graph(chain("addmm", "tanh"))
    assert view.placement is not before
    assert view.follows


def test_the_graph_tells_itself_in_words(qtbot):
    view = shown(qtbot, GraphView())
    view.set_graph(chain("addmm"))
    assert view.accessibleName() == "Computational graph of the loss"
    assert "5 nodes, 2 of them parameters" in view.accessibleDescription()
    assert "addmm of 0.bias and t" in view.accessibleDescription()


def test_a_double_click_shows_all_of_the_graph(qtbot):
    view = shown(qtbot, GraphView())
    view.set_graph(deep().graph)
    fitted = view.transform().m11()
    assert fitted < 0.5
    view.zoom(5)
    assert view.transform().m11() == pytest.approx(5 * fitted)
    qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton)
    assert view.transform().m11() == pytest.approx(fitted)
    every = view.scene().itemsBoundingRect()
    assert view.mapToScene(view.viewport().rect()).boundingRect().contains(every)


def test_the_wheel_zooms_and_dragging_moves_the_graph(qtbot):
    view = shown(qtbot, GraphView())
    view.set_graph(chain("addmm"))
    at = view.viewport().rect().center() + QPoint(60, 40)
    under = view.mapToScene(at)
    wheel(SimpleNamespace(view=view), at, 2)
    assert view.transform().m11() > 1.2
    assert not view.follows
    assert (view.mapToScene(at) - under).manhattanLength() < 4  # what is under the mouse stays
    under = view.mapToScene(at)
    qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseMove(view.viewport(), at + QPoint(50, 30))
    qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=at + QPoint(50, 30))
    assert (view.mapToScene(at + QPoint(50, 30)) - under).manhattanLength() < 4


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_parameters_take_the_accent(qtbot, theme):
    view = shown(qtbot, GraphView())
    view.set_graph(chain("addmm"))
    view.set_theme(theme)
    parameters = [box for box in boxes(view) if box.toolTip().startswith("<p>parameter")]
    assert [box.brush().color().name() for box in parameters] == [theme.accent] * 2
    assert all(isinstance(box, QGraphicsItem) for box in parameters)
    assert colours(view)[theme.accent] > 500


def test_a_graph_without_nodes_is_left_out(qtbot):
    view = shown(qtbot, InspectorView())
    view.set_inspection(regression())
    assert view.graph.isVisible()
    view.set_inspection(function())
    assert not view.graph.isVisible()
    view.grab()


# --- layers -----------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_vanishing_gradients_are_seen(qtbot, theme):
    widget = shown(qtbot, LayerHistograms(), 900, 1400)
    widget.set_theme(theme)
    widget.set_layers(deep().layers)
    rows = cells(widget.grid)
    assert rows[0][:3] == ["0.weight", "64 × 64", "4,096"]
    bars = [widget.grid.grid.cell(row, 4) for row in range(len(rows))]
    shares = [bar.share for bar in bars]
    assert shares == sorted(shares)
    assert shares[0] < 0.15 < 0.85 < shares[-1] <= 1
    assert bars[0].alarming
    assert not bars[-1].alarming
    counts = colours(widget)
    # Histograms of twenty layers, and the warning bars.
    assert counts[theme.accent] > 20 * 500
    assert counts[theme.warning] > 100


def test_histograms_without_numbers_say_so(qtbot):
    widget = shown(qtbot, LayerHistograms())
    broken = (np.zeros(30, dtype=int), np.full(31, np.nan))
    widget.set_layers([dataclasses.replace(layer("a", (2,)), values=broken)])
    widget.grab()
    assert cells(widget.grid)[0][5] == "no finite values"


def test_histograms_keep_their_place_while_training(qtbot):
    widget = shown(qtbot, LayerHistograms())
    widget.set_layers(deep(1).layers)
    bar = widget.grid.verticalScrollBar()
    bar.setValue(200)
    widgets = len(widget.findChildren(QWidget))
    for step in range(50):
        widget.set_layers(deep(step).layers)
    assert bar.value() == 200
    assert len(widget.findChildren(QWidget)) == widgets
