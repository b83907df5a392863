from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from gd_studio.files import write_result
from gd_studio.link.environment import Device, Environment
from tests.helpers.recordings import LINE, finished_run

ENVIRONMENT = Environment({"torch": "9.9"}, (Device("cpu", "CPU"),), 1)


def refuse(name: str) -> float:
    raise AssertionError(f"{name} is not JSON")


def test_the_outcome_is_strict_json_with_everything_in_it(tmp_path: Path) -> None:
    final = {"train_loss": 0.5, "grad_norm": float("inf")}
    run = finished_run(LINE, [[0.0, 0.0], [0.1, 1e-45]], final=final)
    assert run.finished is not None
    write_result(tmp_path / "r.json", run.experiment, ENVIRONMENT, run.finished)
    result = json.loads((tmp_path / "r.json").read_text(), parse_constant=refuse)
    assert list(result) == [
        "experiment",
        "environment",
        "finish",
        "detail",
        "diagnosis",
        "point",
        "steps",
        "seconds",
        "final",
        "parameters",
    ]
    assert result["environment"] == {"versions": {"torch": "9.9"}, "device": "cpu", "threads": 1}
    assert (result["finish"], result["detail"], result["steps"]) == ("completed", "Done.", 1)
    assert result["final"] == {"train_loss": 0.5, "grad_norm": None}
    assert type(run.experiment).parse(result["experiment"]) == run.experiment
    assert np.float32(result["parameters"]["weight"][0][0]) == np.float32(0.1)
    assert np.float32(result["parameters"]["bias"][0]) == np.float32(1e-45)
