"""What a frozen build consists of."""

from __future__ import annotations

import mmap
import os
import re
from dataclasses import dataclass
from pathlib import Path

MACHINE_CODE = (
    b"\x7fELF",
    b"MZ",
    *(b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe"),  # macOS: for one processor, for several
)
"""How a file of machine code begins."""


@dataclass(frozen=True)
class Frozen:
    """A folder that PyInstaller made, and what is in it.

    Parameters
    ----------
    content
        The folder of all but the programs.
    files
        Its files, as paths below it with slashes. Links are left out: what they lead to is there.
    modules
        The Python modules in the archives of the programs, with dots.
    scripts
        The scripts that run at the start.
    """

    content: Path
    files: tuple[str, ...]
    modules: frozenset[str]
    scripts: frozenset[str] = frozenset()

    @classmethod
    def read(cls, folder: Path) -> Frozen:
        """Look at a folder that PyInstaller made."""
        content = folder / "_internal"
        programs = [path for path in sorted(folder.glob("*")) if is_machine_code(path)]
        if not programs or not content.is_dir():
            raise FileNotFoundError(f"{folder} is no frozen build: it has no program or _internal.")
        modules, scripts = archived(programs)
        return cls(content, files_in(content), modules, scripts)

    @property
    def libraries(self) -> list[str]:
        """The files that are machine code."""
        return [name for name in self.files if is_machine_code(self.content / name)]

    def find(self, name: str, pattern: str) -> re.Match[bytes] | None:
        """Look into a file for what a regular expression describes."""
        with (
            (self.content / name).open("rb") as file,
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data,
        ):
            found = re.search(pattern.encode(), data)
            # What is found must outlive the mapping.
            return found and re.search(pattern.encode(), found.group())


def files_in(folder: Path) -> tuple[str, ...]:
    """All files in a folder, but for links."""
    paths = (Path(where) / name for where, _, names in os.walk(folder) for name in names)
    return tuple(sorted(p.relative_to(folder).as_posix() for p in paths if not p.is_symlink()))


def is_machine_code(path: Path) -> bool:
    """Whether a file is a program or a shared library, of whatever system."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(4).startswith(MACHINE_CODE)


def archived(programs: list[Path]) -> tuple[frozenset[str], frozenset[str]]:
    """The modules and the scripts in the archives of programs."""
    # It is there only where builds are made.
    from PyInstaller.archive import readers  # type: ignore[import-untyped]

    modules: set[str] = set()
    scripts: set[str] = set()
    for program in programs:
        archive = readers.CArchiveReader(str(program))
        for name, (*_, kind) in archive.toc.items():
            if kind == readers.PKG_ITEM_PYZ:
                modules.update(archive.open_embedded_archive(name).toc)
            elif kind == readers.PKG_ITEM_PYSOURCE:
                scripts.add(name)
    return frozenset(modules), frozenset(scripts)
