"""What the self-test looks at. Each check imports what it needs when it is made."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from gd_studio.cli.self_test.trial import Complaints

_EXAMPLES = ("two-dimensional-landscape", "circle-perceptron", "softmax-iris")
"""A function, a network, and a data set of scikit-learn's that is split and standardised."""


@dataclass(frozen=True)
class Check:
    """One check: what is so where it passes, and what finds out."""

    what: str
    complaints: Complaints


def _resources(folder: Path) -> Iterable[str]:
    from gd_studio.cli.self_test.resources import wrong_resources

    return wrong_resources()


def _run(example: str, folder: Path) -> Iterable[str]:
    from gd_studio.cli.self_test.runs import wrong_files

    return wrong_files(example, folder / example)


def _scripts(folder: Path) -> Iterable[str]:
    from gd_studio.cli.self_test.scripts import wrong_scripts

    return wrong_scripts(folder / "scripts")


def _window(folder: Path) -> Iterable[str]:
    # Before Qt is loaded; whoever names a platform wants to see the window on it.
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from gd_studio.desktop.self_test import wrong_in_window

    return wrong_in_window(folder)


CHECKS = (
    Check("examples, pictures, the table of purchases and the handbook are there", _resources),
    *(
        Check(f"the example {example} runs and leaves its files", partial(_run, example))
        for example in _EXAMPLES
    ),
    Check("scripts are exported and compile, those of each reference optimizer too", _scripts),
    Check("the window opens an experiment's file, runs it to its end and closes", _window),
)
