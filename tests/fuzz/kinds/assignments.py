"""What ``--set`` takes: paths and values, right and wrong."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from random import Random

from gd_studio.experiment import ExperimentError, assign
from gd_studio.files import example_keys, load_example
from tests.fuzz.mutation import TEXTS, mutated_bytes, places, to_json, value


def make(random: Random) -> bytes:
    """Return the name of an example and a few assignments, a line each."""
    example = random.choice(sorted(example_keys()))
    lines = [example, *(_assignment(random, example) for _ in range(random.choice((1, 1, 2, 4))))]
    content = "\n".join(lines).encode("utf-8", "surrogatepass")
    return mutated_bytes(random, content, 1) if not random.randrange(5) else content


def attempt(content: bytes, folder: Path) -> bool:
    """Change an example; what is accepted has to be an experiment that can be written."""
    example, *assignments = content.decode("utf-8", "surrogateescape").split("\n")
    if example not in example_keys():
        example = "linear-regression"
    try:
        changed = assign(load_example(example), assignments)
    except ExperimentError:
        return False
    changed.to_json()
    return True


@cache
def _paths(example: str) -> list[str]:
    data = json.loads(load_example(example).to_json())
    return [".".join(map(str, path)) for path in places(data)]


def _assignment(random: Random, example: str) -> str:
    path = random.choice(_paths(example))
    match random.randrange(8):
        case 0:
            path = random.choice(TEXTS)
        case 1:
            path += random.choice((".", ".x", ".0", "[0]", ".key", "." * 500))
    given = value(random)
    text = given if isinstance(given, str) else to_json(given)
    return random.choice((f"{path}={text}", f"{path} = {text}", f"{path}={text}", path))
