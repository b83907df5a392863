"""What an entry says first: the versions of what crashed."""

from __future__ import annotations

import contextlib
import os
import sys

from gd_studio import __version__


def versions() -> str:
    """Return the versions of the program and of what it has loaded."""
    parts = [f"GD Studio {__version__}"]
    if getattr(sys, "frozen", False):
        parts.append("installed as a program")
    parts.append(f"Python {'.'.join(map(str, sys.version_info[:3]))}")
    for name in ("PySide6", "torch"):
        if version := getattr(sys.modules.get(name), "__version__", None):
            parts.append(f"{name} {version}")
    return ", ".join(parts)


def system() -> str:
    """Name the operating system; on Linux never by its kernel, which may be called anything."""
    if sys.platform == "win32":
        version = sys.getwindowsversion()
        return f"Windows {version.major}.{version.minor}.{version.build}"
    if sys.platform == "darwin":
        return f"macOS (Darwin {os.uname().release})"
    import platform

    with contextlib.suppress(OSError):
        release = platform.freedesktop_os_release()
        return f"{release['NAME']} {release.get('VERSION_ID', '')}".rstrip()
    return platform.system()
