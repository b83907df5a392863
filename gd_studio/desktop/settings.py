"""What the window remembers from one time to the next."""

from __future__ import annotations

import os
from collections.abc import Iterable

from PySide6.QtCore import QByteArray, QDir, QSettings

from gd_studio.desktop.look.theme import Choice
from gd_studio.link.messages import SNAPSHOT_BYTES

_MOST_CONSENTS = 1000

LAYOUT = 2
"""Number of the arrangement of docks; a state saved under another number is not restored."""


def keep_settings_in(folder: str) -> None:
    """Keep settings in `folder` from now on, on every system: the user's own are left alone."""
    # The native format has a place of its own on Windows and macOS, which cannot be changed.
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, folder)


class Settings:
    """Typed access to the user's settings."""

    def __init__(self) -> None:
        # Without a format named, Qt takes the native one, whatever the default is.
        self._store = QSettings(
            QSettings.defaultFormat(), QSettings.Scope.UserScope, "GD Studio", "GD Studio"
        )

    def forget(self) -> None:
        """Forget everything."""
        self._store.clear()

    @property
    def folder(self) -> str:
        """The folder that was opened from or saved to last."""
        folder = str(self._store.value("folder", "", type=str))
        return folder if os.path.isdir(folder) else QDir.homePath()

    @folder.setter
    def folder(self, folder: str) -> None:
        self._store.setValue("folder", folder)

    @property
    def theme(self) -> Choice:
        """Light, dark, or as the system is."""
        match self._store.value("theme", "system", type=str):
            case "light":
                return "light"
            case "dark":
                return "dark"
            case _:
                return "system"

    @theme.setter
    def theme(self, choice: Choice) -> None:
        self._store.setValue("theme", choice)

    @property
    def memory(self) -> int:
        """How many bytes the moments may take that runs can be taken back to."""
        size = str(self._store.value("memory", ""))
        return int(size) if size.isdecimal() and int(size) > 0 else SNAPSHOT_BYTES

    @memory.setter
    def memory(self, size: int) -> None:
        self._store.setValue("memory", size)

    @property
    def overlays(self) -> tuple[str, ...]:
        """What is drawn over the landscape, by the names of the overlays."""
        return tuple(str(self._store.value("overlays", "", type=str)).split())

    @overlays.setter
    def overlays(self, names: tuple[str, ...]) -> None:
        self._store.setValue("overlays", " ".join(names))

    def has_agreed(self, consent: str) -> bool:
        """Whether the user has agreed to what `consent` stands for."""
        return consent in self._consents()

    def agree(self, consents: Iterable[str]) -> None:
        """Remember that the user has agreed; the oldest of very many are forgotten."""
        kept = list(dict.fromkeys([*self._consents(), *consents]))[-_MOST_CONSENTS:]
        self._store.setValue("consents", " ".join(kept))

    def _consents(self) -> list[str]:
        return str(self._store.value("consents", "", type=str)).split()

    @property
    def geometry(self) -> QByteArray:
        """Where the window was, as Qt saves it."""
        return self._bytes("window/geometry")

    @property
    def docks(self) -> QByteArray:
        """How the docks lay, as Qt saves it."""
        return self._bytes("window/docks")

    def save_window(self, geometry: QByteArray, docks: QByteArray) -> None:
        """Remember where the window is and how its docks lie."""
        self._store.setValue("window/geometry", geometry)
        self._store.setValue("window/docks", docks)

    def _bytes(self, key: str) -> QByteArray:
        value = self._store.value(key)
        return value if isinstance(value, QByteArray) else QByteArray()
