"""Where the files are that come with GD Studio: examples and tables."""

from __future__ import annotations

from pathlib import Path

import gd_studio


def resources() -> Path:
    """Return the folder of resources: inside an installed package, beside it in the repository."""
    package = Path(gd_studio.__file__).parent
    inside = package / "resources"
    return inside if inside.is_dir() else package.parent / "resources"
