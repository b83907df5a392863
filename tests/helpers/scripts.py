"""Exported scripts, run without the program, and the engine's runs beside them."""

from __future__ import annotations

import csv
import random
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from gd_studio.experiment import Experiment
from gd_studio.link.messages import Finished, FinishReason
from gd_studio.script import data_beside, needed_data, write_script
from tests.helpers.sessions import run

RUNNER = """
import contextlib, io, runpy, sys
for script in sys.argv[1:]:
    sys.argv = [script, script.removesuffix(".py") + ".pt"]
    print(script)
    with contextlib.redirect_stdout(io.StringIO()):
        runpy.run_path(script, run_name="__main__")
assert not [name for name in sys.modules if name.startswith("gd_studio")]
"""
"""Runs scripts one after the other in one process: loading torch takes longer than most do."""


def run_scripts(folder: Path, experiments: Mapping[str, Experiment]) -> dict[str, Tensor]:
    """Run the script of each experiment; return the parameters that it saves, flat, by its name.

    What is for the device "cuda:7" is run on the CPU, so that it can be run anywhere.
    """
    paths = []
    for place, experiment in enumerate(experiments.values()):
        path = folder / f"script_{place}.py"
        path.write_text(write_script(experiment).replace('"cuda:7"', '"cpu"'), encoding="utf-8")
        if (data := needed_data(experiment)) is not None:
            file = data if isinstance(data, Path) else Path(data.path)
            shutil.copy(file, data_beside(path))
        paths.append(path)
    command = [sys.executable, "-W", "error", "-c", RUNNER, *map(str, paths)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-200:] + done.stderr[-3000:]
    ends = {}
    for (name, experiment), path in zip(experiments.items(), paths, strict=True):
        saved = torch.load(path.with_suffix(".pt"))
        assert tuple(saved) == experiment.layout.names
        ends[name] = torch.cat([saved[part].reshape(-1) for part in experiment.layout.names])
    return ends


def run_engine(experiment: Experiment) -> tuple[Tensor, Finished]:
    """Run the engine with one thread; return the parameters it ends with, flat."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        _, finished = run(experiment)
    finally:
        torch.set_num_threads(threads)
    return torch.from_numpy(finished.parameters), finished


def assert_same(folder: Path, experiments: dict[str, Experiment]) -> dict[str, FinishReason]:
    """Hold the scripts against the engine; return how the engine's runs ended."""
    ends = run_scripts(folder, experiments)
    reasons = {}
    different = []
    for name, experiment in experiments.items():
        parameters, finished = run_engine(experiment)
        reasons[name] = finished.reason
        if not torch.equal(parameters, ends[name]):
            different.append(f"{name}: {finished.reason} {parameters[:4]} {ends[name][:4]}")
    assert not different, "\n".join(different)
    return reasons


def people(path: Path, separator: str, *, holes: bool) -> dict[str, Any]:
    """Write a table of numbers and categories, perhaps with holes; return it as a data set."""
    draw = random.Random(5)
    columns: list[dict[str, Any]] = [
        {"name": "age"},
        {"name": 'the "size", in m'},
        {"name": "colour", "kind": "category", "categories": ["red", "green", "blue"]},
        {
            "name": "grade",
            "kind": "category",
            "categories": ["1", "n/a", "10"],
            "encoding": "ordinal",
        },
        {"name": "remark", "kind": "ignore"},
        {"name": "bought", "kind": "category", "categories": ["no", "yes"]},
    ]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=separator)
        writer.writerow([column["name"] for column in columns])
        for _ in range(90):
            row = [
                str(draw.randint(18, 70)),
                f" {draw.gauss(1.7, 0.1):.17g}",
                draw.choice(["red", "green", "blue "]),
                draw.choice(["1", "n/a", "10"]),
                "x, y; z",
                draw.choice(["no", "yes"]),
            ]
            if holes:
                for place in range(len(row)):
                    if draw.random() < 0.1:
                        row[place] = draw.choice(["", "?", "NA"])
            writer.writerow(row)
    table = {"columns": columns, "target": "bought", "task": "binary"}
    return {"key": "table", "path": str(path), "table": table}
