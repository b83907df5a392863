"""Shared libraries that came inside other parts or from the building system."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path, PurePosixPath

from third_party.frozen import Frozen

COMMON_LICENCES = Path("/usr/share/common-licenses")


@dataclass(frozen=True)
class Library:
    """A library that `known.toml` describes; its fields are explained there."""

    name: str
    licence: str
    files: list[str]
    folder: str = ""
    mark: str = ""
    version: str = ""
    texts: list[str] = field(default_factory=list)
    source: str | None = None
    covered_by: str = ""

    def is_in(self, frozen: Frozen, path: str) -> bool:
        """Whether a file of a frozen build is this library, or contains it."""
        name = PurePosixPath(path).name
        return any(
            fnmatchcase((path if "/" in pattern else name).lower(), pattern.lower())
            for pattern in self.files
        ) and (not self.mark or frozen.find(path, self.mark) is not None)


@cache
def known_libraries() -> tuple[Library, ...]:
    """All libraries in `known.toml`."""
    text = Path(__file__).with_name("known.toml").read_text(encoding="utf-8")
    return tuple(Library(**entry) for entry in tomllib.loads(text)["library"])


def is_bundled(path: str) -> bool:
    """Whether a library lies where wheels put libraries of others."""
    folders = PurePosixPath(path).parts[:-1]
    return any(folder.endswith((".libs", ".dylibs")) for folder in folders)


@dataclass(frozen=True, order=True)
class Package:
    """A package of the building system, where that is Debian or Ubuntu."""

    name: str
    version: str

    @property
    def copyright(self) -> Path:
        """The file with its licences."""
        return Path("/usr/share/doc", self.name, "copyright")

    @property
    def licence(self) -> str:
        """What the file says of its licence, where it is in the form that a program can read."""
        text = self.copyright.read_text(encoding="utf-8")
        found = re.search(r"^Files:\s*\*\s*$.*?^License:\s*(.+?)\s*$", text, re.M | re.S)
        return found.group(1) if found else "see the text"

    @property
    def texts(self) -> dict[str, Path]:
        """The file, and the licences that it refers to."""
        text = self.copyright.read_text(encoding="utf-8")
        names = re.findall(rf"{COMMON_LICENCES}/([\w.-]*\w)", text)
        common = {f"{name}.txt": COMMON_LICENCES / name for name in sorted(set(names))}
        return {"copyright.txt": self.copyright} | common


def debian_package(path: str) -> Package | None:
    """The package that a library of the building system is from.

    Parameters
    ----------
    path
        Its path in the frozen folder. Only its name counts: PyInstaller takes a library under the
        name that programs ask for.
    """
    if shutil.which("dpkg-query") is None:
        return None
    name = PurePosixPath(path).name
    found = dpkg_query("--search", f"*/{name}").splitlines()
    owners = [line.split(": ", 1) for line in found if line.endswith(f"/{name}")]
    # Not from a folder of some program's own.
    packages = [who for who, where in owners if is_library_folder(where.rpartition("/")[0])]
    if not packages:
        return None
    package = min(packages)
    return Package(package.partition(":")[0], dpkg_query("--show", "-f", "${Version}", package))


def is_library_folder(folder: str) -> bool:
    """Whether the system looks for libraries in a folder, such as /usr/lib/x86_64-linux-gnu."""
    return re.fullmatch(r"(/usr)?/lib(32|64)?(/[\w]+-linux-gnu\w*)?", folder) is not None


def dpkg_query(*arguments: str) -> str:
    """What dpkg knows; nothing where it finds nothing."""
    command = ["dpkg-query", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout
