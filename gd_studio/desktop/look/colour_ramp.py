"""Colour maps of even steps to the eye, from a few stops in OKLCh."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

# OKLab to linear sRGB (B. Ottosson, 2020).
_TO_LMS = np.array(
    [[1.0, 0.3963377774, 0.2158037573], [1.0, -0.1055613458, -0.0638541728],
     [1.0, -0.0894841775, -1.2914855480]]
)  # fmt: skip
_TO_RGB = np.array(
    [[4.0767416621, -3.3077115913, 0.2309699292], [-1.2684380046, 2.6097574011, -0.3413193965],
     [-0.0041960863, -0.7034186147, 1.7076147010]]
)  # fmt: skip


def ramp(stops: Sequence[tuple[float, float, float]], n: int = 256) -> npt.NDArray[np.uint8]:
    """Blend colours evenly.

    Parameters
    ----------
    stops
        ``(lightness 0..1, chroma, hue in degrees)`` of each, at equal distances.

    Returns
    -------
    ``(n, 3)`` sRGB; read-only.
    """
    at = np.linspace(0.0, 1.0, len(stops))
    where = np.linspace(0.0, 1.0, n)
    light, chroma, hue = np.asarray(stops).T
    # Between opposite hues the way goes straight through grey, not around through a third one.
    corners = (light, chroma * np.cos(np.radians(hue)), chroma * np.sin(np.radians(hue)))
    lab = np.stack([np.interp(where, at, corner) for corner in corners], axis=1)
    linear = np.clip((lab @ _TO_LMS.T) ** 3 @ _TO_RGB.T, 0.0, 1.0)
    srgb = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    colours = np.round(255 * srgb).astype(np.uint8)
    colours.flags.writeable = False
    return colours
