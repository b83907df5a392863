"""Points that differ by class in colour and symbol, those of a test hollow."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle, islice
from typing import Any

import numpy as np
import numpy.typing as npt

from gd_studio.desktop.look.theme import Theme
from gd_studio.desktop.plots.data_table import Columns
from gd_studio.desktop.plots.legend import Entry
from gd_studio.desktop.plots.markers import Markers
from gd_studio.desktop.plots.symbols import CLASS_SYMBOLS, glyph_of
from gd_studio.desktop.plots.view import PlotViewBox

Array = npt.NDArray[Any]


class ClassPoints:
    """Markers for each of some classes: ``train``, and above them ``test``."""

    def __init__(self, classes: int) -> None:
        symbols = tuple(islice(cycle(CLASS_SYMBOLS), classes))
        self.train = tuple(Markers(symbol, still=True) for symbol in symbols)
        self.test = tuple(Markers(symbol, still=True, hollow=True) for symbol in symbols)

    def __len__(self) -> int:
        return len(self.train)

    @property
    def is_tested(self) -> bool:
        """Whether there are points of a test."""
        return any(len(markers.points) for markers in self.test)

    def add_to(self, box: PlotViewBox) -> None:
        """Draw them in a view box."""
        for height, group in ((10, self.train), (11, self.test)):
            for markers in group:
                markers.setZValue(height)
                box.addItem(markers, ignoreBounds=True)

    def remove_from(self, box: PlotViewBox) -> None:
        """Take them out of a view box."""
        for markers in (*self.train, *self.test):
            box.removeItem(markers)

    def set_train(self, features: Array | None, targets: Array | None) -> Array:
        """Show these ``(n, 2)`` of classes ``(n,)``; returns all of them."""
        return _share_out(self.train, features, targets)

    def set_test(self, features: Array | None, targets: Array | None) -> Array:
        """Show these of a test, in the same form."""
        return _share_out(self.test, features, targets)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        for group in (self.train, self.test):
            for markers, colour in zip(group, cycle(theme.class_colours), strict=False):
                markers.set_edge(theme.casing)
                markers.set_points(markers.points, colour)

    def entries(self, names: Sequence[str], muted: str) -> list[Entry]:
        """What a legend tells of them: the classes by name, and what is of a test."""
        entries: list[Entry] = [
            (glyph_of(markers.symbol), markers.colours[0], name)
            for markers, name in zip(self.train, names, strict=False)
        ]
        if self.is_tested:
            if not entries:
                entries.append((glyph_of("circle"), muted, "train"))
            entries.append((glyph_of("circle", hollow=True), muted, "test"))
        return entries

    def columns(self, x: str, y: str) -> Columns:
        """The points, their class, and (where there is a test) whether they are of the test."""
        groups = (*self.train, *self.test)
        points = np.concatenate([markers.points for markers in groups])
        sizes = [len(markers.points) for markers in groups]
        codes = np.arange(len(groups), dtype=np.float64) % len(self)
        headings = [x, y, "class"]
        values = [points[:, 0], points[:, 1], np.repeat(codes, sizes)]
        if self.is_tested:
            headings.append("test")
            values.append(np.repeat([float(markers.hollow) for markers in groups], sizes))
        return Columns.of(headings, *values)


def _share_out(group: tuple[Markers, ...], features: Array | None, targets: Array | None) -> Array:
    """Give each class its points; returns all of them."""
    points = np.asarray(() if features is None else features, dtype=np.float64).reshape(-1, 2)
    codes = np.asarray(() if targets is None else targets, dtype=np.float64).reshape(-1)
    codes = np.clip(np.rint(np.nan_to_num(codes)), 0, len(group) - 1)
    for code, markers in enumerate(group):
        markers.set_points(points[codes == code], markers.colours)
    return points
