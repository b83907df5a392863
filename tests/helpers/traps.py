"""Files that tell when they are executed, as a stranger could leave them in a folder."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from importlib.metadata import packages_distributions
from pathlib import Path

_OPTIONAL = ("sitecustomize", "usercustomize", "triton", "simplejson", "opt_einsum", "pyarrow")
"""What libraries import where it happens to be there."""


_TRAP = """
import {system} as system
file = system.open({{sprung!r}}, system.O_WRONLY | system.O_CREAT | system.O_APPEND)
system.write(file, b"{{name}}\\n")
system.close(file)
""".format(system=os.name if os.name == "nt" else "posix")
"""Some are executed before Python has so much as ``open``."""


def _trapped_names() -> list[str]:
    """Return the names of all modules that anything here could import, but for our own package."""
    installed = {name for name in packages_distributions() if name.isidentifier()}
    names = installed | sys.stdlib_module_names | set(_OPTIONAL)
    return sorted(names - {"gd_studio", "__main__"})


class Traps:
    """A module for each name in `folder`, which leaves its name in a file when it is executed.

    Parameters
    ----------
    folder
        Where they are.
    sprung
        The file that they leave their names in.
    but
        Names without a trap.
    """

    def __init__(self, folder: Path, sprung: Path, but: Iterable[str] = ()) -> None:
        self._sprung = sprung
        for name in sorted(set(_trapped_names()).difference(but)):
            (folder / f"{name}.py").write_text(_TRAP.format(name=name, sprung=str(sprung)))

    @property
    def sprung(self) -> list[str]:
        """The names of those that were executed."""
        return self._sprung.read_text().split() if self._sprung.exists() else []

    def take(self) -> list[str]:
        """Return those that were executed since it was asked last."""
        names = self.sprung or (["something"] if self._sprung.exists() else [])
        self._sprung.unlink(missing_ok=True)
        return names
