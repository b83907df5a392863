"""The imports that a script needs: those of the names that occur in it."""

from __future__ import annotations

import ast
from collections.abc import Sequence

_STANDARD = {
    "copy": "import copy",
    "itertools": "import itertools",
    "math": "import math",
    "sys": "import sys",
    "Any": "from typing import Any",
    "Path": "from pathlib import Path",
}

_ABSTRACT = ("Callable", "Iterable")
"""Names of collections.abc."""

_OTHERS = {
    "np": "import numpy as np",
    "pd": "import pandas as pd",
    "torch": "import torch",
    "F": "import torch.nn.functional as F",
    "SimpleImputer": "from sklearn.impute import SimpleImputer",
    "train_test_split": "from sklearn.model_selection import train_test_split",
    "StandardScaler": "from sklearn.preprocessing import StandardScaler",
    "nn": "from torch import nn",
    "skip_init": "from torch.nn.utils import skip_init",
}

_SAMPLES = ("load_", "make_")
"""How the functions of sklearn.datasets begin."""


def imports_of(body: Sequence[str]) -> list[str]:
    """Return the lines that import what `body`, the rest of the script, makes use of."""
    tree = ast.parse("\n".join(body))
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    others = [line for name, line in _OTHERS.items() if name in used]
    samples = sorted(name for name in used if name.startswith(_SAMPLES))
    others += [f"from sklearn.datasets import {name}" for name in samples]
    standard = [line for name, line in _STANDARD.items() if name in used]
    if abstract := ", ".join(name for name in _ABSTRACT if name in used):
        standard.append(f"from collections.abc import {abstract}")
    return [*sorted(standard, key=_place), "", *sorted(others, key=_place)]


def _place(line: str) -> tuple[bool, str]:
    """Modules come before names of modules, each by alphabet."""
    return line.startswith("from"), line
