"""Python itself: what of a frozen build is its own, and its licence."""

from __future__ import annotations

import platform
import sys
import sysconfig
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from third_party.part import TEXTS, IncompleteError, Part

NAME = "Python"

FILES = (
    *("libpython3*", "python3*.dll", "python", "python.framework/versions/*/python"),
    *("lib-dynload/*", "python3*/lib-dynload/*"),
)
"""Its library and its modules in C, in lower case."""


def has_file(path: str) -> bool:
    """Whether a file of machine code is Python's own, by its path in the frozen folder."""
    if any(fnmatchcase(path.lower(), pattern) for pattern in FILES):
        return True
    # Where modules in C lie at the top, it goes by their names.
    place = PurePosixPath(path)
    is_module = place.suffix in {".so", ".pyd"} and len(place.parts) == 1
    return is_module and place.name.partition(".")[0] in sys.stdlib_module_names


def has_module(name: str) -> bool:
    """Whether a module is of the standard library."""
    top = name.partition(".")[0]
    # The module with the settings that Python was built with has the system in its name.
    return top in sys.stdlib_module_names or top.startswith("_sysconfigdata")


def part(files: tuple[str, ...]) -> Part:
    """Python as a part of a frozen build, with these files of machine code."""
    candidates = [
        Path(sysconfig.get_path("stdlib"), "LICENSE.txt"),
        Path(sys.base_prefix, "LICENSE.txt"),
    ]
    text = next((path for path in candidates if path.is_file()), None)
    if text is None:
        places = " or ".join(map(str, candidates))
        raise IncompleteError([f"Python's licence is not in {places}."])
    return Part(
        name=NAME,
        version=platform.python_version(),
        licence="PSF-2.0",
        folder=NAME,
        texts={"LICENSE.txt": text, "Python-parts.txt": TEXTS / "Python-parts.txt"},
        files=files,
        source="https://www.python.org/",
    )
