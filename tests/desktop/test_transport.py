from __future__ import annotations

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QSlider

from gd_studio.desktop.transport import Progress, Transport
from gd_studio.link.messages import Failed
from gd_studio.recording import Run, RunState
from tests.helpers.experiments import linear_regression


@pytest.fixture
def transport(qtbot):
    transport = Transport([QAction("Run")])
    qtbot.addWidget(transport)
    return transport


def test_the_speed_goes_from_one_step_a_second_to_no_limit(qtbot, transport) -> None:
    slider = transport.findChild(QSlider)
    limits: list[float | None] = []
    transport.speed_changed.connect(limits.append)
    for position in range(slider.maximum() - 1, -1, -1):
        slider.setValue(position)
    slider.setValue(slider.maximum())

    assert limits[0] == 100_000
    assert limits[-2] == 1
    assert limits[-1] is None
    slowing = [limit for limit in limits[:-1] if limit is not None]
    assert slowing == sorted(slowing, reverse=True)
    assert all(limit == int(limit) for limit in slowing)


def test_the_progress_of_a_held_run_has_its_steps_and_no_promise(qtbot) -> None:
    progress = Progress()
    qtbot.addWidget(progress)
    run = Run(linear_regression(training={"epochs": 4000}), "a run")
    run.total_steps = 4000
    run.state = RunState.PAUSED
    progress.show_run(run)

    assert progress.text == "0 / 4,000 steps"


def test_a_run_whose_data_are_being_read_is_being_prepared(qtbot) -> None:
    progress = Progress()
    qtbot.addWidget(progress)
    progress.show_run(Run(linear_regression(), "a run"))

    assert progress.text == "preparing…"


def test_a_run_that_failed_before_it_began_is_not_being_prepared_any_more(qtbot) -> None:
    progress = Progress()
    qtbot.addWidget(progress)
    run = Run(linear_regression(), "a run")
    run.receive(Failed("there is no such file"))
    progress.show_run(run)

    assert progress.text == ""
