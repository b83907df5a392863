"""What this is, what it runs on, and where it says that something went wrong."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from html import escape
from pathlib import Path

from PySide6 import __version__ as pyside_version
from PySide6.QtCore import Qt, QUrl
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from gd_studio import __version__, crash_log
from gd_studio.desktop.plain_text import PlainLabel
from gd_studio.link.environment import Environment


class AboutDialog(QDialog):
    """Tells versions, licences, and where the crash log is."""

    def __init__(self, parent: QWidget, environment: Environment | None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("About GD Studio")
        self.title = _text(f"<h3>GD Studio {__version__}</h3>See gradient descent happen.")
        self.versions = _text(_versions(environment))
        self.notes = _text(
            "".join(f"<p>{part}</p>" for part in (_crash_log(), *_licences())), wraps=True
        )
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        for widget in (self.title, self.versions, self.notes, buttons):
            layout.addWidget(widget)


def _text(html: str, *, wraps: bool = False) -> PlainLabel:
    """Text that can be copied, with links that open."""
    label = PlainLabel()
    label.setTextFormat(Qt.TextFormat.RichText)
    label.setText(html)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
    label.setOpenExternalLinks(True)
    label.setWordWrap(wraps)
    if wraps:
        label.setMinimumWidth(460)
    return label


def _versions(environment: Environment | None) -> str:
    if environment is None:
        return "The engine is still starting."
    rows = (
        f"<tr><td>{name}&nbsp;&nbsp;&nbsp;</td><td>{version}</td></tr>"
        for name, version in environment.versions.items()
    )
    return f"<table>{''.join(rows)}</table>"


def _crash_log() -> str:
    crash_log.collect()
    log = crash_log.path()
    more = (
        _link("Open its folder", log.parent) if os.path.exists(log) else "Nothing written so far."
    )
    return f"<b>Crash log</b><br>{escape(str(log))}<br>{more}"


def _licences() -> Iterable[str]:
    yield "<b>Licence</b><br>GD Studio is free software under the MIT licence."
    texts = Path(sys.executable).parent / "THIRD-PARTY.md"
    others = f"<b>Third-party parts</b><br>Qt and PySide6 {pyside_version} under LGPL-3.0. "
    if not getattr(sys, "frozen", False):
        yield others + "pip has installed them and all others, each with its own licence."
    elif os.path.isfile(texts):
        yield others + f"The licences of all parts are in {_link('THIRD-PARTY.md', texts)}."
    else:
        yield others + "The list of all licences, THIRD-PARTY.md, is missing beside the program."


def _link(text: str, path: Path) -> str:
    url = QUrl.fromLocalFile(str(path)).toString(QUrl.ComponentFormattingOption.FullyEncoded)
    return f'<a href="{escape(url)}">{escape(text)}</a>'
