"""From a step taken apart to what is drawn of it, and what the key tells."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np

from gd_studio.desktop.look.overlay_colours import overlay_colour
from gd_studio.desktop.look.theme import Theme
from gd_studio.desktop.overlays import OVERLAYS, Overlay
from gd_studio.desktop.plots.arrows import Arrow
from gd_studio.desktop.plots.numbers import write_number
from gd_studio.desktop.plots.overlay_key import KeyRow, Mark
from gd_studio.desktop.plots.picture import Picture
from gd_studio.desktop.plots.quadratic import QuadraticModel
from gd_studio.desktop.scenes.terrain import Terrain, n_starts
from gd_studio.link.arrays import Doubles
from gd_studio.link.inspection import Inspection
from gd_studio.link.step_vectors import StepVectors

_ARROWS: tuple[tuple[Overlay, float], ...] = (
    (Overlay.SCALED, 6.0),
    (Overlay.MOMENTUM, 5.0),
    (Overlay.GRADIENT, 2.5),
    (Overlay.UPDATE, 2.0),
)
"""As they are drawn, with the widths of their shafts: those that often coincide lie below."""

_OF_THE_STEP = (*(overlay for overlay, _ in _ARROWS), Overlay.MOMENT)


def picture_of(
    wanted: Collection[Overlay],
    theme: Theme,
    terrain: Terrain,
    inspection: Inspection | None,
    model: QuadraticModel | None,
) -> Picture:
    """Return what to draw of those `wanted`, with `None` for what is not known.

    Of several starts it is the first one that is drawn.
    """
    key = _Key(theme, "first start: " if n_starts(terrain.subject.experiment) > 1 else "")
    vectors = StepVectors.of(inspection, terrain.axes) if inspection is not None else None
    arrows = list(key.arrows(wanted, vectors)) if vectors is not None else []
    notes = [row for row, arrow in arrows if arrow is None]
    ellipse = None
    if vectors is not None and Overlay.MOMENT in wanted:
        row, half_axes = key.second_moment(vectors, terrain)
        if half_axes is None:
            notes.append(row)
        else:
            ellipse = row, half_axes
    if vectors is None and any(overlay in wanted for overlay in _OF_THE_STEP):
        notes.append(key.nothing(inspection, terrain))
    return Picture(
        tail=vectors.point if vectors is not None else np.zeros(2),
        arrows=tuple((row, arrow) for row, arrow in arrows if arrow is not None),
        ellipse=ellipse,
        model=(key.model(model), model) if model is not None and Overlay.MODEL in wanted else None,
        notes=tuple(notes),
    )


class _Key:
    """Writes the rows of the key; `whose` is said before the numbers."""

    def __init__(self, theme: Theme, whose: str) -> None:
        self._theme = theme
        self._whose = whose

    def _row(self, overlay: Overlay, mark: Mark, told: str, note: str = "") -> KeyRow:
        name, colour = OVERLAYS[overlay].name, overlay_colour(overlay, self._theme)
        return KeyRow(mark, colour, f"{name}{note}", f"{self._whose}{told}")

    def nothing(self, inspection: Inspection | None, terrain: Terrain) -> KeyRow:
        """Why there are no arrows."""
        if inspection is not None:
            size = terrain.subject.preview.layout.size
            told = f"Steps are taken apart for up to 64 numbers; here are {size:,}."
            return KeyRow("none", "", "No arrows: too many parameters", told)
        if terrain.subject.focus is None:
            return KeyRow("none", "", "Arrows: press Step", "They are those of a run’s next step.")
        return KeyRow("none", "", "…", "The next step is being asked for, or there is none.")

    def arrows(
        self, wanted: Collection[Overlay], vectors: StepVectors
    ) -> Iterator[tuple[KeyRow, Arrow | None]]:
        """Those wanted, in the order of drawing."""
        lr = vectors.lr
        vector: Doubles | None
        for overlay, width in _ARROWS:
            if overlay not in wanted:
                continue
            match overlay:
                case Overlay.GRADIENT:
                    vector, told = _descent("gradient", lr, vectors.gradient)
                case Overlay.MOMENTUM if vectors.momentum is not None:
                    vector, told = _descent("momentum", lr, vectors.momentum)
                case Overlay.MOMENTUM:
                    vector, told = None, "This optimizer has no momentum."
                case Overlay.SCALED if vectors.scaled is not None:
                    vector, told = vectors.scaled, f"scaled step {_write(vectors.scaled)}"
                    if np.allclose(vectors.scaled, vectors.update, rtol=1e-3):
                        told += "<br>It is the update."
                case Overlay.SCALED:
                    vector, told = None, "This optimizer scales all parameters alike."
                case _:
                    vector, told = vectors.update, f"update {_write(vectors.update)}"
            if vector is None:
                yield self._row(overlay, "none", told, ": none"), None
            else:
                row = self._row(overlay, "arrow", told)
                yield row, Arrow(vector, row.colour, width)

    def second_moment(
        self, vectors: StepVectors, terrain: Terrain
    ) -> tuple[KeyRow, Doubles | None]:
        """The ellipse's row and half-axes."""
        half_axes = vectors.second_moment
        if half_axes is None:
            told = "This optimizer keeps no second moment."
            return self._row(Overlay.MOMENT, "none", told, ": none"), None
        across, up = (write_number(float(value)) for value in half_axes)
        x, y = terrain.labels
        told = f"√v̂ = {across} of {x}, {up} of {y}"
        return self._row(Overlay.MOMENT, "ellipse", told), half_axes

    def model(self, model: QuadraticModel) -> KeyRow:
        """The row of the quadratic model."""
        minimum = model.minimum
        if not model.is_finite:
            told, note = "The loss has no second derivatives here.", ": none"
        elif minimum is None:
            told, note = "Its Hessian is not positive definite: it has no minimum.", ""
        else:
            x, y = (write_number(float(value)) for value in minimum)
            told, note = f"Its minimum is at ({x}, {y}): there Newton’s method would step.", ""
        return self._row(Overlay.MODEL, "dashes" if model.is_finite else "none", told, note)


def _descent(name: str, lr: float, vector: Doubles) -> tuple[Doubles, str]:
    """How far plain descent would step along a vector, and both in words."""
    step = -lr * vector
    return step, f"{name} {_write(vector)}<br>−lr · {name} {_write(step)}"


def _write(vector: Doubles) -> str:
    x, y = (write_number(float(value)) for value in vector)
    return f"({x}, {y}), length {write_number(float(np.hypot(*vector)))}"
