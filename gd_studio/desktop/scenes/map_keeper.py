"""Keeping the map of a landscape up to date with what is in view."""

from __future__ import annotations

import time

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from gd_studio.desktop.scenes.terrain import Terrain
from gd_studio.desktop.scout import Scout
from gd_studio.link.arrays import Floats
from gd_studio.link.questions import MapLandscape
from gd_studio.recording.framing import Ranges

_POINTS_OF_A_CURVE = (801,)
_GRID_OF_A_FUNCTION = (240, 200)
_GRID_OF_A_MODEL = (96, 80)
_GRID_OF_A_LARGE_MODEL = (48, 40)
_LARGE = 1000
"""Parameters from which on a model is large."""

_REST = 9.0
"""How long the map of a slice is left as it is, in times of what drawing it took."""

_SHORT_REST = 1.0
"""The same while one looks back: who has gone to a step waits for its map."""

_SHORTEST_REST = 0.25
"""Seconds."""


class MapKeeper(QObject):
    """Asks the scout for a map when the view has changed, or what a slice holds.

    A new view is asked for at once. The slice of a model that trains changes with every step:
    that is asked for now and then, so that drawing it costs a fraction of a core.

    Signals
    -------
    mapped(values, ranges)
        A map of the present terrain.
    rested()
        A map that was put off may be asked for now.
    """

    mapped = Signal(object, object)
    rested = Signal()

    def __init__(self, scout: Scout, parent: QObject) -> None:
        super().__init__(parent)
        self._scout = scout
        self._asked: tuple[Terrain, Ranges, Floats] | None = None
        self._is_waiting = False
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.timeout.connect(self.rested)

    @property
    def has_asked(self) -> bool:
        """Whether a map of the present terrain has been asked for."""
        return self._asked is not None

    def forget(self) -> None:
        """Take the next terrain for a new one; answers about the last are not wanted."""
        self._asked = None
        self._is_waiting = False
        self._scout.forget("landscape")

    def keep(self, terrain: Terrain, ranges: Ranges) -> None:
        """Ask for a map of `terrain` in `ranges`, unless the last one is as good.

        While a run is going or played the slice may lag behind; at its end it is drawn as it is.
        """
        if self._is_waiting:
            return
        held = terrain.held
        if self._asked is not None:
            same_view = np.allclose(self._asked[1], ranges, rtol=1e-9)
            may_lag = self._rest.isActive() and terrain.may_lag
            if same_view and (may_lag or np.array_equal(self._asked[2], held)):
                return
        self._asked, self._is_waiting = (terrain, ranges, held), True
        asked_at = time.monotonic()
        resolution = _GRID_OF_A_FUNCTION if terrain.is_function else _GRID_OF_A_MODEL
        if not terrain.is_function and len(held) >= _LARGE:
            resolution = _GRID_OF_A_LARGE_MODEL
        self._scout.ask(
            "landscape",
            MapLandscape(
                terrain.subject.experiment,
                terrain.subject.parameters,
                terrain.axes,
                ranges,
                resolution if len(terrain.axes) == 2 else _POINTS_OF_A_CURVE,
            ),
            lambda values: self._take(values, ranges, asked_at),
            lambda _: self._take(None, ranges, asked_at),
        )

    def _take(self, values: Floats | None, ranges: Ranges, asked_at: float) -> None:
        self._is_waiting = False
        took = time.monotonic() - asked_at
        is_changing = self._asked is not None and self._asked[0].subject.is_changing
        rest = took * (_REST if is_changing else _SHORT_REST)
        self._rest.start(round(1000 * max(_SHORTEST_REST, rest)))
        if values is not None:
            self.mapped.emit(values, ranges)
