"""What the optimizer goes by, drawn over the landscape, in the window and with its engine."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
import torch
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtWidgets import QLabel, QMenu
from torch import Tensor

from gd_studio.desktop.look.overlay_colours import overlay_colour
from gd_studio.desktop.look.theme import DARK, LIGHT
from gd_studio.desktop.main_window import MainWindow
from gd_studio.desktop.overlays import OVERLAYS, Overlay
from gd_studio.desktop.settings import Settings
from gd_studio.link.curvature import LocalModel
from gd_studio.link.messages import Ask, Inspect
from gd_studio.recording import RunState
from tests.desktop.person import choose
from tests.helpers import plain_loops as plain
from tests.helpers.experiments import circle_perceptron, function
from tests.helpers.windows import PATIENCE, look_at, open_experiment, press, settle

START = (1.5, 2.0)
HELD = 3
MOMENTUM = {"key": "sgd", "lr": 0.02, "momentum": 0.8, "nesterov": True}
ADAM = {"key": "adam", "lr": 0.1, "beta1": 0.8, "beta2": 0.95}
ADAMW = {"key": "adamw", "lr": 0.1, "weight_decay": 0.5}


def bowl(point: Tensor) -> Tensor:
    return 0.5 * (point[0] ** 2 + 10 * point[1] ** 2)


def rosenbrock(point: Tensor) -> Tensor:
    return (1 - point[0]) ** 2 + 100 * (point[1] - point[0] ** 2) ** 2


FUNCTIONS = {"quadratic-bowl": bowl, "rosenbrock": rosenbrock}


@dataclass
class PlainStep:
    """A step of a plain loop: where it began, its gradient, where it ended, what it remembers."""

    before: np.ndarray
    gradient: np.ndarray
    after: np.ndarray
    state: dict[str, np.ndarray]


def plain_step(f, make_optimizer, number: int, start=START) -> PlainStep:
    """The step `number`, from 1."""
    point = torch.tensor(start, requires_grad=True)
    optimizer = make_optimizer([point])
    for _ in range(number):
        before = point.detach().clone().double().numpy()
        optimizer.zero_grad()
        f(point).backward()
        optimizer.step()
    return PlainStep(
        before,
        point.grad.double().numpy(),
        point.detach().double().numpy(),
        {
            name: value.double().numpy()
            for name, value in optimizer.state[point].items()
            if isinstance(value, Tensor) and value.ndim
        },
    )


def layer_of(window: MainWindow):
    return window.stage.landscape.map.overlays


def switch(window: MainWindow, *overlays: Overlay) -> None:
    """Switch each on or off, as a click in the menu does."""
    for action in window.overlays_menu.actions():
        if action.data() in overlays:
            action.trigger()


@pytest.fixture
def window(window):
    yield window
    switch(window, *window.overlays_menu.chosen)


def step_to(qtbot, window: MainWindow, number: int) -> None:
    """Take steps one by one, until the run holds after so many."""
    for taken in range(1, number + 1):
        press(qtbot, window, "step")
        qtbot.waitUntil(lambda n=taken: holds_after(window, n), timeout=PATIENCE)


def holds_after(window: MainWindow, steps: int) -> bool:
    rows = window.table.rows
    return bool(rows) and rows[-1].run.steps == steps and rows[-1].run.state is RunState.PAUSED


def wait_for_arrows_at(qtbot, window: MainWindow, point) -> None:
    layer = layer_of(window)
    qtbot.waitUntil(
        lambda: layer.arrows.isVisible() and np.allclose(layer.arrows.tail, point, rtol=1e-6),
        timeout=PATIENCE,
    )


def vectors(window: MainWindow) -> dict[str, np.ndarray]:
    """The arrows drawn, by their names in the key: without the scale that makes them readable."""
    arrows = layer_of(window).arrows
    names = [row.name for row, _ in layer_of(window).picture.arrows]
    ends = (arrows.tips - arrows.tail) / np.array(arrows.scales)[:, np.newaxis]
    return dict(zip(names, ends, strict=True))


def told(window: MainWindow, name: str) -> str:
    """What the key says under the mouse of the row that begins with a name."""
    (row,) = [row for row in layer_of(window).key.rows if row.name.startswith(name)]
    return row.told


ALL = tuple(Overlay)
ONE_VARIABLE = function("custom", starts=((1.0,),), settings={"formula": "x**2"})


@pytest.mark.parametrize("key", FUNCTIONS)
def test_with_momentum_the_arrows_end_where_a_plain_loop_has_them(qtbot, window, key):
    step = plain_step(
        FUNCTIONS[key],
        lambda p: torch.optim.SGD(p, lr=0.0002, momentum=0.8, nesterov=True),
        HELD + 1,
    )
    optimizer = {**MOMENTUM, "lr": 0.0002}
    open_experiment(qtbot, window, function(key, starts=(START,), optimizer=optimizer))
    switch(window, *ALL)
    step_to(qtbot, window, HELD)
    wait_for_arrows_at(qtbot, window, step.before)
    drawn = vectors(window)
    assert set(drawn) == {"Gradient", "Momentum", "Update"}
    np.testing.assert_allclose(drawn["Gradient"], -0.0002 * step.gradient, rtol=1e-5)
    np.testing.assert_allclose(
        drawn["Momentum"], -0.0002 * step.state["momentum_buffer"], rtol=1e-5
    )
    np.testing.assert_allclose(drawn["Update"], step.after - step.before, rtol=1e-3, atol=1e-7)
    assert "no second moment" in told(window, "Second moment")
    assert "scales all parameters alike" in told(window, "Scaled step")
    assert not layer_of(window).ellipse.isVisible()


@pytest.mark.parametrize("key", FUNCTIONS)
@pytest.mark.parametrize(
    ("optimizer", "make", "betas"),
    [
        (ADAM, lambda p: torch.optim.Adam(p, lr=0.1, betas=(0.8, 0.95)), (0.8, 0.95)),
        (ADAMW, lambda p: torch.optim.AdamW(p, lr=0.1, weight_decay=0.5), (0.9, 0.999)),
    ],
    ids=["adam", "adamw"],
)
def test_with_adam_so_do_the_scaled_step_and_the_ellipse(
    qtbot, window, key, optimizer, make, betas
):
    step = plain_step(FUNCTIONS[key], make, HELD + 1)
    open_experiment(qtbot, window, function(key, starts=(START,), optimizer=optimizer))
    switch(window, *ALL)
    step_to(qtbot, window, HELD)
    wait_for_arrows_at(qtbot, window, step.before)
    drawn, layer = vectors(window), layer_of(window)
    first = step.state["exp_avg"] / (1 - betas[0] ** (HELD + 1))
    root = np.sqrt(step.state["exp_avg_sq"] / (1 - betas[1] ** (HELD + 1)))
    np.testing.assert_allclose(drawn["Gradient"], -0.1 * step.gradient, rtol=1e-5)
    np.testing.assert_allclose(drawn["Momentum"], -0.1 * step.state["exp_avg"], rtol=1e-5)
    np.testing.assert_allclose(drawn["Update"], step.after - step.before, rtol=1e-3, atol=1e-7)
    np.testing.assert_allclose(drawn["Scaled step"], -0.1 * first / (root + 1e-8), rtol=1e-4)
    # Only where the weights do not decay beside it is the scaled step all of the update.
    assert ("It is the update." in told(window, "Scaled step")) == (optimizer is ADAM)
    half_axes = [layer.ellipse.x.max(), layer.ellipse.y.max()] - step.before
    np.testing.assert_allclose(half_axes, layer.ellipse_scale * root, rtol=1e-3)
    assert f"√v̂ = {root[0]:.4g}"[:9] in told(window, "Second moment")


@pytest.mark.parametrize("has_run", [False, True], ids=["at the start", "at a held step"])
def test_the_quadratic_model_of_a_bowl_is_the_bowl(qtbot, window, has_run):
    open_experiment(qtbot, window, function(starts=(START,), optimizer=MOMENTUM))
    switch(window, Overlay.MODEL)
    if has_run:
        step_to(qtbot, window, HELD)
    layer = layer_of(window)
    point = START
    if has_run:
        point = plain_step(
            bowl, lambda p: torch.optim.SGD(p, lr=0.02, momentum=0.8, nesterov=True), HELD
        ).after
    qtbot.waitUntil(
        lambda: layer.picture is not None and layer.picture.model is not None, timeout=PATIENCE
    )
    qtbot.waitUntil(
        lambda: np.allclose(layer.picture.model[1].point, point, rtol=1e-6), timeout=PATIENCE
    )
    settle(qtbot, window)
    # One step of Newton's method from anywhere: to the bowl's own minimum.
    np.testing.assert_allclose(layer.minimum.points, [[0, 0]], atol=1e-6)
    x, y = layer.lines.x, layer.lines.y
    fine = np.isfinite(x)
    assert fine.sum() > 100
    heights = 0.5 * (x**2 + 10 * y**2)[fine]
    # Each lies near one of a few heights: the grid's lines are straight between its points.
    levels = np.unique(np.round(heights, 1))
    assert len(levels) < 0.2 * len(heights)
    (x0, x1), (y0, y1) = window.stage.landscape.map.shown()
    assert x0 <= x[fine].min() < x[fine].max() <= x1
    assert y0 <= y[fine].min() < y[fine].max() <= y1
    assert "(0, 0)" in told(window, "Quadratic model") or "10⁻" in told(window, "Quadratic model")


def test_where_the_hessian_is_not_positive_definite_no_minimum_is_marked(qtbot, window):
    # At (0, 1) the second derivative along x is 2 − 400 y < 0.
    open_experiment(qtbot, window, function("rosenbrock", starts=((0.0, 1.0),)))
    switch(window, Overlay.MODEL)
    layer = layer_of(window)
    qtbot.waitUntil(lambda: layer.lines.isVisible() and len(layer.lines.x) > 0, timeout=PATIENCE)
    assert not len(layer.minimum.points)
    assert "not positive definite" in told(window, "Quadratic model")


def test_nothing_is_asked_or_painted_while_all_are_off(qtbot, window, monkeypatch):
    sent = []
    for worker in (window.trainer.worker, window.scout.worker):
        monkeypatch.setattr(worker, "send", _listening_in(worker.send, sent))
    open_experiment(qtbot, window, function(starts=(START,), optimizer=MOMENTUM))
    step_to(qtbot, window, 2)
    settle(qtbot, window)
    layer = layer_of(window)
    assert not [r for r in sent if isinstance(r, Inspect)]
    assert not [r for r in sent if isinstance(r, Ask) and isinstance(r.question, LocalModel)]
    items = (layer.arrows, layer.ellipse, layer.lines, layer.minimum)
    assert not any(item.isVisible() for item in items)
    assert not layer.key.isVisible()
    switch(window, Overlay.UPDATE, Overlay.MODEL)
    qtbot.waitUntil(layer.arrows.isVisible, timeout=PATIENCE)
    qtbot.waitUntil(layer.lines.isVisible, timeout=PATIENCE)
    assert len([r for r in sent if isinstance(r, Inspect)]) == 1
    switch(window, Overlay.UPDATE, Overlay.MODEL)
    assert not any(item.isVisible() for item in items)
    assert not layer.key.isVisible()


def _listening_in(send, sent):
    def listen(request):
        sent.append(request)
        send(request)

    return listen


def test_each_can_be_switched_by_itself(qtbot, window):
    open_experiment(qtbot, window, function(starts=(START,), optimizer=ADAM))
    step_to(qtbot, window, 1)
    switch(window, Overlay.GRADIENT)
    qtbot.waitUntil(lambda: layer_of(window).arrows.isVisible(), timeout=PATIENCE)
    assert set(vectors(window)) == {"Gradient"}
    switch(window, Overlay.UPDATE)
    assert set(vectors(window)) == {"Gradient", "Update"}
    switch(window, Overlay.GRADIENT)
    assert set(vectors(window)) == {"Update"}
    switch(window, Overlay.MOMENT)
    assert layer_of(window).ellipse.isVisible()
    switch(window, Overlay.MOMENT)
    assert not layer_of(window).ellipse.isVisible()


def test_while_looking_back_the_arrows_are_those_of_the_step_shown(qtbot, window):
    def make(p):
        return torch.optim.Adam(p, lr=0.1, betas=(0.8, 0.95))

    open_experiment(qtbot, window, function(starts=(START,), optimizer=ADAM))
    switch(window, Overlay.UPDATE, Overlay.GRADIENT)
    step_to(qtbot, window, 4)
    for shown in (1, 3, 0, 4):
        window.timeline.go_to(shown)
        step = plain_step(bowl, make, shown + 1)
        # Those of the step before are gone at once, and those of this one come.
        layer = layer_of(window)
        window.stage.refresh()
        is_drawn = layer.arrows.isVisible() and len(layer.arrows.arrows) > 0
        assert not is_drawn or np.allclose(layer.arrows.tail, step.before, rtol=1e-5)
        wait_for_arrows_at(qtbot, window, step.before)
        drawn = vectors(window)
        np.testing.assert_allclose(drawn["Update"], step.after - step.before, rtol=1e-3)
        np.testing.assert_allclose(drawn["Gradient"], -0.1 * step.gradient, rtol=1e-4)


def test_they_follow_a_run_that_goes_on(qtbot, window):
    training = {"steps": 1_000_000_000}
    optimizer = {"key": "sgd", "lr": 1e-4}
    window.trainer.limit_speed(200.0)
    open_experiment(
        qtbot, window, function(starts=(START,), optimizer=optimizer, training=training)
    )
    switch(window, *ALL)
    press(qtbot, window, "run")
    layer = layer_of(window)
    qtbot.waitUntil(lambda: layer.arrows.isVisible() and layer.lines.isVisible(), timeout=PATIENCE)
    seen = {float(layer.arrows.tail[0])}
    models = {float(layer.picture.model[1].point[0])}

    def look() -> bool:
        if layer.picture is not None and layer.picture.arrows:
            seen.add(float(layer.picture.tail[0]))
        if layer.picture is not None and layer.picture.model is not None:
            models.add(float(layer.picture.model[1].point[0]))
        return len(seen) > 3 and len(models) > 2

    qtbot.waitUntil(look, timeout=PATIENCE)
    press(qtbot, window, "stop")
    qtbot.waitUntil(lambda: window.trainer.active is None, timeout=PATIENCE)


def test_of_several_starts_the_first_one_has_arrows(qtbot, window):
    starts = ((-1.0, 3.0), START)
    step = plain_step(bowl, lambda p: torch.optim.SGD(p, lr=0.05), 2, start=starts[0])
    optimizer = {"key": "sgd", "lr": 0.05}
    open_experiment(qtbot, window, function(starts=starts, optimizer=optimizer))
    switch(window, Overlay.GRADIENT, Overlay.UPDATE, Overlay.MODEL)
    step_to(qtbot, window, 1)
    wait_for_arrows_at(qtbot, window, step.before)
    np.testing.assert_allclose(vectors(window)["Gradient"], -0.05 * step.gradient, rtol=1e-5)
    assert told(window, "Gradient").startswith("first start: ")
    layer = layer_of(window)
    qtbot.waitUntil(lambda: layer.picture.model is not None, timeout=PATIENCE)
    np.testing.assert_allclose(layer.picture.model[1].point, step.before, rtol=1e-5)
    assert "the first" in window.overlays_menu.actions()[0].toolTip()


def test_of_a_model_they_lie_in_the_plane_of_the_axes_picked(qtbot, window):
    torch.manual_seed(42)
    x, y = plain.circle(42)
    model = plain.perceptron()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)

    def flat() -> np.ndarray:
        return torch.cat([p.detach().reshape(-1) for p in model.parameters()]).double().numpy()

    loss = torch.nn.BCELoss()
    for _ in range(3):
        before = flat()
        optimizer.zero_grad()
        loss(model(x), y).backward()
        optimizer.step()
    gradient = torch.cat([p.grad.reshape(-1) for p in model.parameters()]).double().numpy()
    update = flat() - before
    axes = [30, 3]  # a weight of the second layer, and one of the first

    open_experiment(qtbot, window, circle_perceptron())
    switch(window, *ALL)
    step_to(qtbot, window, 2)
    across, up = window.stage.landscape.picker.boxes
    choose(across, across.itemText(axes[0]))
    choose(up, up.itemText(axes[1]))
    wait_for_arrows_at(qtbot, window, before[axes])
    drawn = vectors(window)
    np.testing.assert_allclose(drawn["Gradient"], -0.01 * gradient[axes], rtol=1e-4, atol=1e-9)
    np.testing.assert_allclose(drawn["Update"], update[axes], rtol=1e-3, atol=1e-7)
    layer = layer_of(window)
    qtbot.waitUntil(lambda: layer.picture.model is not None, timeout=PATIENCE)
    quadratic = layer.picture.model[1]
    np.testing.assert_allclose(quadratic.point, before[axes], rtol=1e-5)
    np.testing.assert_allclose(quadratic.gradient, gradient[axes], rtol=1e-3, atol=1e-7)
    labels = window.stage.landscape.terrain.labels
    assert all(label in told(window, "Second moment") for label in labels)


def test_short_arrows_are_drawn_larger_and_the_key_says_how_much(qtbot, window):
    optimizer = {"key": "sgd", "lr": 1e-7}
    open_experiment(qtbot, window, function(starts=(START,), optimizer=optimizer))
    switch(window, Overlay.GRADIENT, Overlay.UPDATE)
    step_to(qtbot, window, 1)
    layer = layer_of(window)
    qtbot.waitUntil(layer.arrows.isVisible, timeout=PATIENCE)
    settle(qtbot, window)
    plot = window.stage.landscape.map
    (x0, x1), (y0, y1) = plot.shown()
    pixel = (x1 - x0) / plot.box.width(), (y1 - y0) / plot.box.height()
    lengths = np.hypot(*((layer.arrows.tips - layer.arrows.tail) / pixel).T)
    assert 15 <= lengths.min() <= lengths.max() <= 150
    # In plain descent both are the same, and so they are drawn at the same scale.
    assert layer.arrows.scales[0] == layer.arrows.scales[1] >= 1e4
    assert all("×" in row.name for row in layer.key.rows)
    assert "times as long as it is" in told(window, "Gradient")


def test_the_key_tells_colours_names_and_numbers_and_hides_no_point(qtbot, window):
    open_experiment(qtbot, window, function(starts=(START,), optimizer=ADAM))
    switch(window, *ALL)
    step_to(qtbot, window, 1)
    layer = layer_of(window)
    qtbot.waitUntil(lambda: len(layer.key.rows) == len(Overlay), timeout=PATIENCE)
    settle(qtbot, window)
    labels = [label for label in layer.key.findChildren(QLabel) if label.isVisible()]
    assert {label.text().split(" ×")[0] for label in labels} == {w.name for w in OVERLAYS.values()}
    for label in labels:
        assert label.width() >= label.sizeHint().width()
    # The bowl's gradient at the point after a step of 0.1 along both.
    assert "gradient (1.4, 19), length 19.05" in told(window, "Gradient")
    view = window.stage.landscape.map.view
    for point in (START, layer.arrows.tail):
        place = QPointF(float(point[0]), float(point[1]))
        spot = view.mapFromScene(view.box.mapViewToScene(place))
        assert not layer.key.geometry().contains(spot)
    assert layer.key.parentWidget().rect().contains(layer.key.geometry())


def test_what_is_chosen_is_remembered_and_stands_in_the_view_menu(qtbot, window):
    switch(window, Overlay.UPDATE, Overlay.MOMENT)
    assert Settings().overlays == ("update", "moment")
    switch(window, Overlay.UPDATE)
    assert Settings().overlays == ("moment",)
    again = type(window.overlays_menu)(Settings(), window)
    assert again.chosen == (Overlay.MOMENT,)
    again.deleteLater()
    view = next(a.menu() for a in window.menuBar().actions() if a.text() == "&View")
    assert isinstance(view, QMenu)
    assert window.overlays_menu.menuAction() in view.actions()
    assert window.stage.overlays.button.menu() is window.overlays_menu


def test_settings_that_are_no_overlays_switch_nothing_on(qtbot, window):
    settings = Settings()
    settings.overlays = ("nonsense", "gradient")
    menu = type(window.overlays_menu)(settings, window)
    assert menu.chosen == (Overlay.GRADIENT,)
    menu.deleteLater()
    settings.overlays = ()


def test_functions_of_one_variable_have_none_and_the_tooltip_says_so(qtbot, window):
    open_experiment(qtbot, window, ONE_VARIABLE)
    assert not window.stage.overlays.button.isEnabled()
    assert "one variable" in window.overlays_menu.actions()[0].toolTip()
    open_experiment(qtbot, window, function(starts=(START,)))
    assert window.stage.overlays.button.isEnabled()


def test_behind_another_tab_nothing_is_asked(qtbot, window, monkeypatch):
    open_experiment(qtbot, window, function(starts=(START,), optimizer=MOMENTUM))
    switch(window, Overlay.GRADIENT, Overlay.MODEL)
    look_at(qtbot, window, "Code")
    sent = []
    for worker in (window.trainer.worker, window.scout.worker):
        monkeypatch.setattr(worker, "send", _listening_in(worker.send, sent))
    step_to(qtbot, window, 2)
    settle(qtbot, window)
    assert not [r for r in sent if isinstance(r, Inspect)]
    assert not [r for r in sent if isinstance(r, Ask) and isinstance(r.question, LocalModel)]
    look_at(qtbot, window, "Quadratic bowl")
    qtbot.waitUntil(layer_of(window).arrows.isVisible, timeout=PATIENCE)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_the_colours_are_those_of_the_theme(qtbot, window, theme):
    open_experiment(qtbot, window, function(starts=(START,), optimizer=ADAM))
    switch(window, *ALL)
    step_to(qtbot, window, 1)
    qtbot.waitUntil(lambda: len(layer_of(window).key.rows) == len(Overlay), timeout=PATIENCE)
    window.stage.set_theme(theme)
    rows = {row.name.split(" ×")[0]: row.colour for row in layer_of(window).key.rows}
    assert rows == {OVERLAYS[o].name: overlay_colour(o, theme) for o in Overlay}
    picture = window.stage.landscape.map.grab().toImage()
    assert picture.pixelColor(QPoint(2, picture.height() - 2)).name() == theme.plot_background
    window.stage.set_theme(LIGHT)
