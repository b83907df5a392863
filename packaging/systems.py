"""What Windows and macOS are told about GD Studio: its version, its name and its kind of file.

Not yet run on Windows or macOS: written from the documentation of the systems and of PyInstaller.
The spec imports this; nothing else of the project does.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PyInstaller.utils.win32.versioninfo import VSVersionInfo

NAME = "GD Studio"
DESCRIPTION = "See gradient descent happen"
AUTHORS = "The GD Studio authors"
COPYRIGHT = f"Copyright (c) 2026 {AUTHORS}. MIT licence."

IDENTIFIER = "example.gd-studio"
"""The home page read backwards, as macOS has it; it is as much of a placeholder as that is."""

EXTENSION = "gdstudio"
MIME_TYPE = "application/vnd.gd-studio.experiment+json"

OLDEST_MACOS = "14.0"
"""What the wheels of torch, numpy and scipy are built for."""


def info_plist(version: str) -> dict[str, object]:
    """Return what the ``Info.plist`` of the bundle says beyond what PyInstaller writes itself."""
    number = ".".join(map(str, numbers(version)[:3]))
    kind = f"{IDENTIFIER}.experiment"
    return {
        "CFBundleDisplayName": NAME,
        "CFBundleName": NAME,
        "CFBundleShortVersionString": number,
        "CFBundleVersion": number,
        "LSApplicationCategoryType": "public.app-category.education",
        "LSMinimumSystemVersion": OLDEST_MACOS,
        "NSHighResolutionCapable": True,
        "NSHumanReadableCopyright": COPYRIGHT,
        "NSPrincipalClass": "NSApplication",
        "CFBundleDocumentTypes": [
            {
                "CFBundleTypeName": "GD Studio experiment",
                "CFBundleTypeRole": "Editor",
                "CFBundleTypeIconFile": "gd-studio-experiment.icns",
                "LSHandlerRank": "Owner",
                "LSItemContentTypes": [kind],
            },
            # Offered under Open With, and never the program that a double click starts.
            {
                "CFBundleTypeName": "JSON",
                "CFBundleTypeRole": "Editor",
                "LSHandlerRank": "Alternate",
                "LSItemContentTypes": ["public.json"],
            },
        ],
        "UTExportedTypeDeclarations": [
            {
                "UTTypeIdentifier": kind,
                "UTTypeDescription": "GD Studio experiment",
                "UTTypeIconFile": "gd-studio-experiment.icns",
                "UTTypeConformsTo": ["public.json"],
                "UTTypeTagSpecification": {
                    "public.filename-extension": [EXTENSION],
                    "public.mime-type": [MIME_TYPE],
                },
            },
        ],
    }


def version_resource(version: str, program: str) -> VSVersionInfo:
    """Return what the properties of an executable show on Windows.

    Parameters
    ----------
    version
        The version of GD Studio.
    program
        The name of the executable, without ``.exe``.
    """
    # Here and not above: PyInstaller brings what this needs on Windows only.
    from PyInstaller.utils.win32.versioninfo import (
        FixedFileInfo,
        StringFileInfo,
        StringStruct,
        StringTable,
        VarFileInfo,
        VarStruct,
        VSVersionInfo,
    )

    english, unicode = 0x0409, 1200
    told = {
        "CompanyName": AUTHORS,
        "FileDescription": NAME,  # what the task manager shows, and Open With
        "FileVersion": version,
        "InternalName": program,
        "LegalCopyright": COPYRIGHT,
        "OriginalFilename": f"{program}.exe",
        "ProductName": NAME,
        "ProductVersion": version,
        "Comments": DESCRIPTION,
    }
    return VSVersionInfo(
        ffi=FixedFileInfo(filevers=numbers(version), prodvers=numbers(version)),
        kids=[
            StringFileInfo(
                [
                    StringTable(
                        f"{english:04x}{unicode:04x}",
                        [StringStruct(name, text) for name, text in told.items()],
                    )
                ]
            ),
            VarFileInfo([VarStruct("Translation", [english, unicode])]),
        ],
    )


def numbers(version: str) -> tuple[int, int, int, int]:
    """Return a version as the four numbers of Windows: ``0.2.0rc1`` is 0, 2, 0, 0.

    Raises
    ------
    ValueError
        Where it does not begin with three numbers.
    """
    found = re.match(r"(\d+)\.(\d+)\.(\d+)(?![\d.])", version)
    if found is None:
        raise ValueError(
            f"the version {version!r} does not begin with three numbers, as 1.2.3 does"
        )
    major, minor, patch = map(int, found.groups())
    return major, minor, patch, 0
