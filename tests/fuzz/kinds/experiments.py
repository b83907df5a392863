"""Experiments: read from a file, written again, exported as a script, and previewed."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from gd_studio.catalog import DATASETS, LOSSES, MODELS, OPTIMIZERS, SCHEDULES
from gd_studio.engine.answers import Answerer, QuestionError
from gd_studio.experiment import Experiment, ExperimentError
from gd_studio.files import FileProblem, example_keys, load_example, load_experiment
from gd_studio.link.questions import ShowPreview
from gd_studio.script import write_script
from tests.fuzz.mutation import mutated_bytes, mutated_tree, to_json

_CATALOGS: dict[str, Any] = {
    "dataset": DATASETS,
    "model": MODELS,
    "loss": LOSSES,
    "optimizer": OPTIMIZERS,
    "schedule": SCHEDULES,
}


def make(random: Random) -> bytes:
    """Return the text of an example or of a mixture, with something wrong in it."""
    data = json.loads(random.choice(_examples()))
    if not random.randrange(2):
        _mix(random, data)
    if random.randrange(4):
        data = mutated_tree(random, data, random.choice((1, 1, 1, 2, 5)))
    content = to_json(data).encode()
    return mutated_bytes(random, content, 2) if not random.randrange(6) else content


def attempt(content: bytes, folder: Path) -> bool:
    """Read a file; what is accepted has to come back, have a script that parses, and a start."""
    path = folder / "input.gdstudio"
    path.write_bytes(content)
    try:
        experiment = load_experiment(path)
    except (FileProblem, ExperimentError):
        return False
    assert Experiment.from_json(experiment.to_json()) == experiment
    for _, single in experiment.runs()[:2]:
        compile(write_script(single), "script.py", "exec")
        try:
            Answerer().answer(ShowPreview(single))
        except QuestionError:
            return False
    return True


@cache
def _examples() -> list[str]:
    table = {
        "columns": [
            {"name": "a"},
            {"name": "b", "kind": "category", "categories": ["u", "v"]},
            {"name": "y"},
        ],
        "target": "y",
        "task": "regression",
    }
    with_table = {
        **json.loads(load_example("linear-regression").to_json()),
        "problem": {
            "kind": "model",
            "dataset": {"key": "table", "path": "table.csv", "table": table},
            "model": {"key": "linear"},
            "loss": {"key": "mse"},
        },
    }
    return [
        *(load_example(key).to_json() for key in sorted(example_keys())),
        json.dumps(with_table),
    ]


def _mix(random: Random, data: dict[str, Any]) -> None:
    """Put choices of the catalogue in place, whether or not they go together."""
    for name in random.sample(sorted(_CATALOGS), 2):
        where = data if name in ("optimizer", "schedule") else data["problem"]
        where[name] = {"key": random.choice(list(_CATALOGS[name]))}
    if not random.randrange(4):
        data["problem"]["model"] = {
            "key": "mlp",
            "hidden": ",".join(["1024"] * random.choice((1, 2, 8, 32))),
        }
