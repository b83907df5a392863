"""The optimizers that torch does not have: their classes, as the engine has them."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import gd_studio
from gd_studio.script.parts import Parts


def write_references(parts: Parts) -> list[list[str]]:
    """Return the class of each reference optimizer that occurs in a run, a section for each."""
    names = dict.fromkeys(part.experiment.optimizer.entry.reference for part in parts)
    return [_class(name) for name in names if name]


def _class(name: str) -> list[str]:
    """Return the lines of a class; its file is read, and never imported."""
    file = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower() + ".py"
    folder = Path(gd_studio.__file__).parent / "engine" / "reference"
    text = (folder / file).read_text(encoding="utf-8")
    (found,) = (
        node
        for node in ast.parse(text).body
        if isinstance(node, ast.ClassDef) and node.name == name
    )
    lines = text.split("\n")[found.lineno - 1 : found.end_lineno]
    return [re.sub(r"  # type: ignore.*", "", line) for line in lines]
