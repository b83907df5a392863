"""Whether an example runs in an engine, and what it leaves can be read again."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.image import imread

from gd_studio.cli.folders import OF_A_RUN
from gd_studio.cli.run import run
from gd_studio.files import load_example, load_experiment, read_safetensors

_FEW_COLOURS = 20
"""What has no more of them is an empty figure."""


def wrong_files(example: str, out: Path) -> Iterator[str]:
    """Run `example` into the folder `out`, as ``gd-studio run`` does, and read what is there."""
    run(example, (), out, quiet=True)
    wanted = set(OF_A_RUN) - {"epochs.csv"}  # which there is only where a model is judged
    if missing := sorted(name for name in wanted if not (out / name).is_file()):
        yield f"{', '.join(missing)} was not written"
        return
    if load_experiment(out / "experiment.json") != load_example(example):
        yield "experiment.json holds another experiment"
    result = json.loads((out / "result.json").read_text(encoding="utf-8"))
    if result["finish"] != "completed":
        yield f"the run ended as {result['finish']}: {result['detail']}"
    yield from _wrong_history(out / "history.csv", result)
    yield from _wrong_parameters(out / "model.safetensors", result)
    for name in ("loss.png", "landscape.png"):
        pixels = imread(out / name)
        colours = np.unique(pixels.reshape(-1, pixels.shape[-1]), axis=0)
        if len(colours) <= _FEW_COLOURS:
            yield f"{name} is empty"


def _wrong_history(path: Path, result: dict[str, Any]) -> Iterator[str]:
    with path.open(encoding="utf-8", newline="") as file:
        losses = [float(row["train_loss"]) for row in csv.DictReader(file)]
    if len(losses) != result["steps"]:
        yield f"history.csv has {len(losses)} rows for {result['steps']} steps"
    last = result["final"]["train_loss"]
    if last is None or not all(map(isfinite, losses)):
        yield "the loss is not finite"
    elif not losses or not last < losses[0]:
        yield f"the loss did not fall: it went from {losses[:1]} to {last}"


def _wrong_parameters(path: Path, result: dict[str, Any]) -> Iterator[str]:
    saved = {name: array.tolist() for name, array in read_safetensors(path).items()}
    if saved != result["parameters"]:
        yield "model.safetensors has other parameters than result.json"
