"""Where the files are that come with GD Studio: examples, tables and the handbook."""

from __future__ import annotations

from pathlib import Path

import gd_studio


def resources() -> Path:
    """Return the folder of resources: inside an installed package, beside it in the repository."""
    package = Path(gd_studio.__file__).parent
    inside = package / "resources"
    return inside if inside.is_dir() else package.parent / "resources"


def handbook() -> Path:
    """Return the handbook: among the resources of an installed package, or in the repository."""
    inside = resources() / "handbook.md"
    return inside if inside.is_file() else Path(gd_studio.__file__).parents[1] / "docs/handbook.md"
