"""All that can be chosen, in an engine process and by the command: the same as in this process.

Of the source this shows that nothing is lost on the way. Of a frozen program, that nothing is left
out of it which something needs.
"""

from __future__ import annotations

import subprocess

import pytest
import torch

from gd_studio.catalog import DATASETS, FUNCTIONS, LOSSES, MODELS, OPTIMIZERS, SCHEDULES
from gd_studio.cli import main
from gd_studio.experiment import Experiment, ExperimentError
from gd_studio.files import example_keys, save_experiment
from gd_studio.link.client import EngineClient
from gd_studio.link.messages import Failed, Finished, Ready, StartRun
from tests.helpers.command import COMMAND
from tests.helpers.courses import SCHEDULE_CASES
from tests.helpers.experiments import circle_perceptron, function, model_on
from tests.helpers.scripts import run_engine

pytestmark = [pytest.mark.timeout(300), pytest.mark.long]

SHORT = {"epochs": 3}


@pytest.fixture(scope="module")
def engine():
    client = EngineClient()
    assert isinstance(client.receive(), Ready)
    yield client
    client.close()


def optimizers() -> dict[str, Experiment]:
    # Held back a little: of a network without that, Newton's method finds no inverse.
    training = {**SHORT, "l2": 0.1}
    return {
        f"optimizer {key}": circle_perceptron(optimizer={"key": key}, training=training)
        for key in OPTIMIZERS
    }


def schedules() -> dict[str, Experiment]:
    return {
        f"schedule {key}": circle_perceptron(
            schedule={"key": key, **SCHEDULE_CASES.get(key, {})}, training={"epochs": 40}
        )
        for key in SCHEDULES
    }


def functions() -> dict[str, Experiment]:
    return {
        f"function {key}": function(
            key, starts=[[0.3] * len(entry.variables or "x")], training={"steps": 20}
        )
        for key, entry in FUNCTIONS.items()
    }


def fits() -> dict[str, Experiment]:
    """Return an experiment for each data set, model and loss that go together."""
    found = {}
    for dataset in DATASETS:
        for model in MODELS:
            for loss in LOSSES:
                try:
                    fit = model_on(dataset, model, loss, training=SHORT, split=0.25)
                except ExperimentError:
                    continue
                found[f"{dataset}, {model}, {loss}"] = fit
    return found


def end(engine: EngineClient, experiment: Experiment) -> torch.Tensor | str:
    engine.send(StartRun(experiment))
    while not isinstance(event := engine.receive(), Finished | Failed):
        pass
    return event.message if isinstance(event, Failed) else torch.from_numpy(event.parameters)


@pytest.mark.parametrize("choices", [optimizers, schedules, functions, fits])
def test_an_engine_process_ends_with_the_bits_of_this_one(engine, choices) -> None:
    experiments = choices()
    different = []
    for name, experiment in experiments.items():
        expected, _ = run_engine(experiment)
        reached = end(engine, experiment)
        if isinstance(reached, str) or not torch.equal(reached, expected):
            different.append(f"{name}: {reached}")

    assert len(experiments) >= 15
    assert not different, "\n".join(different)


def test_the_fits_have_each_data_set_model_and_loss_in_them() -> None:
    names = {part for name in fits() for part in name.split(", ")}

    assert names >= {*DATASETS, *MODELS, *LOSSES}


@pytest.mark.parametrize("key", example_keys())
def test_the_command_exports_an_example_as_this_process_does(key, capsys) -> None:
    assert_exported_alike(key, capsys)


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_the_command_exports_an_optimizer_as_this_process_does(key, tmp_path, capsys) -> None:
    file = tmp_path / "experiment.gdstudio"
    save_experiment(file, optimizers()[f"optimizer {key}"])

    assert_exported_alike(str(file), capsys)


def assert_exported_alike(experiment: str, capsys: pytest.CaptureFixture[str]) -> None:
    done = subprocess.run(
        [*COMMAND, "export", experiment], capture_output=True, text=True, check=True, timeout=60
    )
    assert main(["export", experiment]) == 0
    assert "torch" in done.stdout
    assert done.stdout == capsys.readouterr().out
    assert done.stderr == ""
