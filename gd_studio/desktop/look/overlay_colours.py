"""The colours of what is drawn over a landscape."""

from __future__ import annotations

from gd_studio.desktop.look.theme import Theme
from gd_studio.desktop.overlays import Overlay

_LIGHT = {
    Overlay.GRADIENT: "#f74202",
    Overlay.MOMENTUM: "#0c438d",
    Overlay.SCALED: "#c441e9",
    Overlay.MOMENT: "#019c85",
    Overlay.MODEL: "#524411",
}
_DARK = {
    Overlay.GRADIENT: "#fc3812",
    Overlay.MOMENTUM: "#85b5fd",
    Overlay.SCALED: "#c62eee",
    Overlay.MOMENT: "#1c9b84",
    Overlay.MODEL: "#f9b905",
}


def overlay_colour(overlay: Overlay, theme: Theme) -> str:
    """The colour of one, ``"#rrggbb"``; that of text for the update.

    Found by a search like that for the colours of runs: at least 0.15 apart (in OKLab) for people
    with normal, red-blind, green-blind and blue-blind sight, at 3:1 on the plot's background.
    """
    return (_DARK if theme.is_dark else _LIGHT).get(overlay, theme.text)
