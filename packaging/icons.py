"""Draw the icons of GD Studio in the sizes and formats that desktops ask for.

    python packaging/icons.py FOLDER      everything that an installer needs, into FOLDER
    python packaging/icons.py --window    the icons of the window, into resources/icons

FOLDER then holds the icons of the application and of its files: `hicolor/`, as Linux lays them out,
and one `.ico` (Windows) and one `.icns` (macOS) of each.

The drawings are the SVG files in resources/icons. Few pixels show little, so the application's
icon has a simpler drawing for 24 pixels and less. The icons of the window are kept as PNG files, so
that no window has to load QtSvg to open: whoever changes a drawing draws them again.

Needs QtSvg and Pillow, and no screen. The same drawings give the same bytes.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

DRAWINGS = Path(__file__).parent.parent / "resources" / "icons"

LINUX_SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
WINDOWS_SIZES = (16, 20, 24, 32, 40, 48, 64, 96, 128, 256)
MACOS_SIZES = (1024, 512, 256, 128, 64, 32)
"""Largest first: Pillow takes the first for the icon and looks for the others beside it."""

WINDOW_SIZES = (16, 24, 256)
"""A window shows its icon very small or, in the bar of tasks, larger; Qt scales between these."""

SMALL = 24
"""The largest size that is drawn simply."""


class Icon(NamedTuple):
    """One icon: the names of its drawing and of the one for few pixels, and where it belongs."""

    name: str
    small: str
    kind: str
    linux_name: str
    macos_scale: float
    """How much smaller it is on macOS, where applications leave more room around themselves."""


APPLICATION = Icon("gd-studio", "gd-studio-small", "apps", "gd-studio", 0.92)
EXPERIMENT = Icon(
    "gd-studio-experiment",
    "gd-studio-experiment",
    "mimetypes",
    "application-vnd.gd-studio.experiment+json",
    1.0,
)


def drawn(icon: Icon, size: int, scale: float = 1.0) -> Image.Image:
    """Draw an icon, `size` pixels wide and high, and smaller than that by `scale`."""
    drawing = DRAWINGS / f"{icon.small if size <= SMALL else icon.name}.svg"
    renderer = QSvgRenderer(str(drawing))
    if not renderer.isValid():
        raise SystemExit(f"{drawing} is not there, or is no SVG that Qt can read")
    picture = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    margin = size * (1 - scale) / 2
    renderer.render(painter, QRectF(margin, margin, size * scale, size * scale))
    painter.end()
    # In a variable, or its bytes are gone before they are read.
    picture = picture.convertToFormat(QImage.Format.Format_RGBA8888)
    return Image.frombytes("RGBA", (size, size), bytes(picture.constBits()))


def write_for_installers(folder: Path) -> None:
    """Write every icon in every size and format."""
    for icon in (APPLICATION, EXPERIMENT):
        _write_hicolor(icon, folder / "hicolor")
        _write_ico(icon, folder)
        _write_icns(icon, folder)


def write_for_window() -> None:
    """Write the icons of the window to where it looks for them; the largest has the plain name."""
    for size in WINDOW_SIZES:
        suffix = "" if size == max(WINDOW_SIZES) else f"-{size}"
        drawn(APPLICATION, size).save(DRAWINGS / f"{APPLICATION.name}{suffix}.png", optimize=True)


def _write_hicolor(icon: Icon, theme: Path) -> None:
    for size in LINUX_SIZES:
        folder = theme / f"{size}x{size}" / icon.kind
        folder.mkdir(parents=True, exist_ok=True)
        drawn(icon, size).save(folder / f"{icon.linux_name}.png", optimize=True)
    folder = theme / "scalable" / icon.kind
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(DRAWINGS / f"{icon.name}.svg", folder / f"{icon.linux_name}.svg")


def _write_ico(icon: Icon, folder: Path) -> None:
    *smaller, largest = (drawn(icon, size) for size in WINDOWS_SIZES)
    largest.save(
        folder / f"{icon.name}.ico",
        sizes=[(size, size) for size in WINDOWS_SIZES],
        append_images=smaller,
    )


def _write_icns(icon: Icon, folder: Path) -> None:
    largest, *smaller = (drawn(icon, size, icon.macos_scale) for size in MACOS_SIZES)
    largest.save(folder / f"{icon.name}.icns", append_images=smaller)


def main() -> None:
    """Draw what the command line asks for."""
    parser = argparse.ArgumentParser(description="Draw the icons of GD Studio.")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "folder", metavar="FOLDER", type=Path, nargs="?", help="write all that installers need here"
    )
    what.add_argument(
        "--window", action="store_true", help="draw the PNG files in resources/icons anew"
    )
    options = parser.parse_args()
    if options.window:
        write_for_window()
    else:
        write_for_installers(options.folder)


if __name__ == "__main__":
    main()
