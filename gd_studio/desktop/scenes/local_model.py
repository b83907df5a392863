"""Keeping the quadratic model of the loss up to date with the point that is shown."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from gd_studio.desktop.plots.quadratic import QuadraticModel
from gd_studio.desktop.scenes.terrain import Terrain
from gd_studio.desktop.scout import Scout
from gd_studio.experiment import Experiment
from gd_studio.link.arrays import Doubles
from gd_studio.link.curvature import LocalModel, Quadratic

_TOPIC = "quadratic model"

_REST = 4.0
"""How long a run goes on until it is asked for a model again, in times of what the last took."""

_SHORTEST_REST = 0.25
"""Seconds."""


@dataclass(frozen=True)
class _Place:
    """Where a quadratic model is asked for."""

    experiment: Experiment
    axes: tuple[int, ...]
    parameters: Doubles

    def is_along(self, other: _Place) -> bool:
        """Whether both lie in the same plane of the same loss, up to what is held."""
        return self.axes == other.axes and self.experiment is other.experiment

    def is_at(self, other: _Place) -> bool:
        """Whether both have the same model."""
        return self.is_along(other) and np.array_equal(self.parameters, other.parameters)


class LocalModelKeeper(QObject):
    """Asks the scout for the model at the point shown: of a run that goes on, now and then.

    Signals
    -------
    changed()
        A model has come, or one that was put off may be asked for now.
    """

    changed = Signal()

    def __init__(self, scout: Scout, parent: QObject) -> None:
        super().__init__(parent)
        self._scout = scout
        self._asked: _Place | None = None
        self._is_waiting = False
        self._model: tuple[_Place, QuadraticModel] | None = None
        self._rest = QTimer(self, singleShot=True)
        self._rest.timeout.connect(self.changed)

    def shown(self, terrain: Terrain) -> QuadraticModel | None:
        """The model, if it is that of the point shown; of a run that goes on, the last one."""
        if self._model is None:
            return None
        (place, model), here = self._model, _place(terrain)
        is_near = terrain.subject.is_changing and place.is_along(here)
        return model if is_near or place.is_at(here) else None

    def keep(self, terrain: Terrain) -> None:
        """Ask for the model at the point shown, unless it is known or on its way."""
        place = _place(terrain)
        if self._is_waiting or (self._asked is not None and self._asked.is_at(place)):
            return
        if terrain.subject.is_changing and self._rest.isActive():
            return
        self._asked, self._is_waiting = place, True
        asked_at = time.monotonic()
        self._scout.ask(
            _TOPIC,
            LocalModel(place.experiment, place.parameters, place.axes),
            lambda quadratic: self._take(place, quadratic, asked_at),
            lambda _: self._take(place, None, asked_at),
        )

    def forget(self) -> None:
        """Know nothing, and wait for nothing."""
        if self._asked is not None:
            self._scout.forget(_TOPIC)
        self._asked = self._model = None
        self._is_waiting = False

    def _take(self, place: _Place, quadratic: Quadratic | None, asked_at: float) -> None:
        self._is_waiting = False
        took = time.monotonic() - asked_at
        self._rest.start(round(1000 * max(_SHORTEST_REST, _REST * took)))
        self._model = None
        if quadratic is not None:
            point = place.parameters[list(place.axes)]
            model = QuadraticModel(point, quadratic.loss, quadratic.gradient, quadratic.hessian)
            self._model = place, model
        self.changed.emit()


def _place(terrain: Terrain) -> _Place:
    parameters = terrain.subject.parameters.astype(np.float64)
    if terrain.is_function:
        parameters = parameters[: len(terrain.axes)]  # of the first start
    return _Place(terrain.subject.experiment, terrain.axes, parameters)
