"""Light and dark: the colours of the window and its plots, and how they reach Qt."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from gd_studio.desktop.look.colour_ramp import ramp
from gd_studio.desktop.look.stylesheet import stylesheet

Choice = Literal["system", "light", "dark"]

RUN_COLOURS: tuple[str, ...] = (
    "#2b80e6",
    "#c74913",
    "#02b877",
    "#eb7cc2",
    "#b88f00",
    "#9361ae",
    "#398056",
    "#9d96ff",
)
"""Colours of runs, in the order they are given out.

Found by a search for the greatest least distance (in OKLab) between any two as people with normal,
red-blind, green-blind and blue-blind sight see them, at 2.5:1 on light and 3.5:1 on dark at least.
"""


@dataclass(frozen=True)
class Theme:
    """One set of colours, each ``"#rrggbb"``.

    Attributes
    ----------
    window, base, raised
        Backgrounds: of the window, of what is written or drawn in, of buttons and hovers.
    text, muted
        Of what is read first, and of what goes with it; both at least 4.5:1 on each background.
    border, accent, on_accent, danger, warning
        Lines; the one accent and the text on it; and what has a meaning.
    plot_background, plot_text, plot_axis, plot_grid
        Of all plots.
    casing
        Around paths and points, so that they stand out from a map.
    contour
        Contour lines, with their opacity in 0..255.
    class_colours
        The points of ten classes, in the order of their codes: at least 0.1 apart (in OKLab) for
        people with normal, red-blind, green-blind and blue-blind sight.
    landscape
        Low to high, ``(256, 3)`` uint8: even steps of lightness, high values near the background.
    boundary
        Probability 0 to 1, ``(256, 3)`` uint8, the background's lightness in the middle.
    """

    name: Literal["light", "dark"]
    window: str
    base: str
    raised: str
    text: str
    muted: str
    border: str
    accent: str
    on_accent: str
    danger: str
    warning: str
    plot_background: str
    plot_text: str
    plot_axis: str
    plot_grid: str
    casing: str
    contour: tuple[str, int]
    class_colours: tuple[str, ...]
    landscape: npt.NDArray[np.uint8] = field(repr=False, compare=False)
    boundary: npt.NDArray[np.uint8] = field(repr=False, compare=False)

    @property
    def classes(self) -> tuple[str, str]:
        """The points of class 0 and of class 1."""
        return self.class_colours[0], self.class_colours[1]

    @property
    def is_dark(self) -> bool:
        """Whether text is lighter than its background."""
        return self.name == "dark"


_LIGHT_CLASSES = (
    "#2465b4", "#bf5405", "#558b70", "#670355", "#cb9830",
    "#a878fc", "#23abbb", "#8e412c", "#5e6275", "#353600",
)  # fmt: skip

LIGHT = Theme(
    name="light",
    window="#f4f5f7",
    base="#ffffff",
    raised="#e9ebef",
    text="#1b1f26",
    muted="#586170",
    border="#cfd4dc",
    accent="#2563c9",
    on_accent="#ffffff",
    danger="#b3261e",
    warning="#8a5a00",
    plot_background="#ffffff",
    plot_text="#434b58",
    plot_axis="#aab1bd",
    plot_grid="#e8ebf0",
    casing="#ffffff",
    contour=("#10202f", 70),
    class_colours=_LIGHT_CLASSES,
    landscape=ramp(
        (
            (0.40, 0.12, 280),
            (0.54, 0.11, 250),
            (0.69, 0.10, 210),
            (0.83, 0.09, 165),
            (0.97, 0.05, 110),
        )
    ),
    boundary=ramp(((0.76, 0.095, 255), (0.975, 0.006, 255), (0.80, 0.105, 60))),
)

_DARK_CLASSES = (
    "#6cb0f5", "#f5a04c", "#abfec8", "#af3b85", "#f3f134",
    "#9b5ad9", "#42e2f5", "#cc7962", "#8d9ead", "#497516",
)  # fmt: skip

DARK = Theme(
    name="dark",
    window="#16191e",
    base="#1d2127",
    raised="#2a3038",
    text="#e7eaef",
    muted="#a3adba",
    border="#3a424d",
    accent="#7db0ff",
    on_accent="#0d1b30",
    danger="#ff8a80",
    warning="#f2b84b",
    plot_background="#1a1e23",
    plot_text="#b4bdc9",
    plot_axis="#56606d",
    plot_grid="#2a3038",
    casing="#0d1014",
    contour=("#e8f1ff", 52),
    class_colours=_DARK_CLASSES,
    landscape=ramp(
        (
            (0.90, 0.10, 130),
            (0.74, 0.10, 170),
            (0.56, 0.09, 215),
            (0.39, 0.075, 255),
            (0.23, 0.04, 275),
        )
    ),
    boundary=ramp(((0.44, 0.095, 255), (0.235, 0.010, 255), (0.46, 0.095, 60))),
)


def system_theme() -> Theme:
    """The theme that the desktop asks for; light where it does not say."""
    dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
    return DARK if dark else LIGHT


def palette_of(theme: Theme) -> QPalette:
    """The theme as Qt's palette."""
    role = QPalette.ColorRole
    palette = QPalette()
    for where, colour in (
        (role.Window, theme.window),
        (role.WindowText, theme.text),
        (role.Base, theme.base),
        (role.AlternateBase, theme.window),
        (role.Text, theme.text),
        (role.PlaceholderText, theme.muted),
        (role.Button, theme.raised),
        (role.ButtonText, theme.text),
        (role.BrightText, theme.danger),
        (role.ToolTipBase, theme.raised),
        (role.ToolTipText, theme.text),
        (role.Highlight, theme.accent),
        (role.HighlightedText, theme.on_accent),
        (role.Accent, theme.accent),
        (role.Link, theme.accent),
        (role.LinkVisited, theme.accent),
        (role.Light, theme.base),
        (role.Midlight, theme.raised),
        (role.Mid, theme.border),
        (role.Dark, theme.border),
        (role.Shadow, theme.border),
    ):
        palette.setColor(where, QColor(colour))
    faint = QColor(theme.muted)
    faint.setAlphaF(0.62)
    for where in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        palette.setColor(QPalette.ColorGroup.Disabled, where, faint)
    return palette


def apply_theme(app: QApplication, scheme: Theme | Qt.ColorScheme) -> Theme:
    """Dress the whole application; returns the theme that it wears now."""
    theme = scheme if isinstance(scheme, Theme) else _theme_of(scheme)
    if app.style().objectName() != "fusion":
        app.setStyle("Fusion")
    app.setPalette(palette_of(theme))
    app.setStyleSheet(stylesheet(theme))
    return theme


def _theme_of(scheme: Qt.ColorScheme) -> Theme:
    if scheme == Qt.ColorScheme.Unknown:
        return system_theme()
    return DARK if scheme == Qt.ColorScheme.Dark else LIGHT


class ThemeKeeper(QObject):
    """Keeps the application in the theme that the user chose, or in the desktop's.

    Signals
    -------
    theme_changed
        The new :class:`Theme`; plots take it through their ``set_theme``.
    """

    theme_changed = Signal(object)

    def __init__(self, app: QApplication, choice: Choice = "system") -> None:
        super().__init__(app)
        self._app = app
        self._choice: Choice = choice
        self._theme = apply_theme(app, self._wanted())
        app.styleHints().colorSchemeChanged.connect(self._on_scheme_changed)

    @property
    def theme(self) -> Theme:
        """What the application wears now."""
        return self._theme

    @property
    def choice(self) -> Choice:
        """What the user chose."""
        return self._choice

    def choose(self, choice: Choice) -> None:
        """Wear light or dark, or follow the desktop."""
        self._choice = choice
        self._refresh()

    @Slot(object)
    def _on_scheme_changed(self, _scheme: Any) -> None:
        self._refresh()

    def _wanted(self) -> Theme:
        return {"light": LIGHT, "dark": DARK}.get(self._choice) or system_theme()

    def _refresh(self) -> None:
        theme = self._wanted()
        if theme != self._theme:
            self._theme = apply_theme(self._app, theme)
            self.theme_changed.emit(theme)
