"""``gd-studio run`` as a process of its own, beside plain PyTorch loops written here."""

from __future__ import annotations

import csv
import json
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.numpy import load_file
from torch import Tensor, nn

from gd_studio.files import example_keys, load_example
from tests.helpers.command import COMMAND, under_way

EXAMPLES = (
    "linear-regression",
    "circle-perceptron",
    "custom-function",
    "two-dimensional-landscape",
)
FILES = {
    "experiment.json",
    "history.csv",
    "landscape.png",
    "loss.png",
    "model.safetensors",
    "result.json",
}
RUNS: dict[str, list[str]] = {
    **{key: [key] for key in EXAMPLES},
    "line, other seed": [
        "linear-regression",
        "--set",
        "seed=7",
        "problem.dataset.samples=30",
        "problem.dataset.noise=0.5",
        "optimizer.lr=0.02",
        "--set",
        "training.epochs=150",
    ],
    "perceptron, momentum": [
        "circle-perceptron",
        "--set",
        "seed=3",
        "problem.model.hidden=4",
        "optimizer.key=sgd",
        "optimizer.lr=0.1",
        "optimizer.momentum=0.9",
        "training.epochs=200",
    ],
    "diverging": ["linear-regression", "--set", "optimizer.lr=1"],
}
SHORT: dict[str, tuple[str, ...]] = {
    "quadratic-fit": ("training.epochs=3",),
    "linear-module": ("training.epochs=2",),
    "ten-features": ("training.epochs=2",),
    "learning-rates": ("training.steps=30",),
    "batch-variants": ("training.epochs=2",),
    "purchase-likelihood": ("training.epochs=5",),
    "softmax-iris": ("training.epochs=5",),
    "overfitting": ("training.epochs=10",),
    "vanishing-gradients": ("training.epochs=2", "problem.model.hidden=4, 4"),
    "saddle-escape": ("training.steps=20",),
    "digits": ("training.epochs=1", "problem.model.channels=2"),
}
"""The other examples, and how each is made short."""


@dataclass
class Done:
    """A command that has ended, and what it wrote."""

    status: int
    out: str
    err: str
    folder: Path

    @property
    def result(self) -> dict[str, Any]:
        result: dict[str, Any] = json.loads((self.folder / "result.json").read_text())
        return result

    @property
    def history(self) -> dict[str, list[float]]:
        with (self.folder / "history.csv").open(newline="") as file:
            header, *rows = csv.reader(file)
        return {
            name: [float(cell) for cell in column]
            for name, column in zip(header, zip(*rows, strict=True), strict=True)
        }

    @property
    def parameters(self) -> dict[str, np.ndarray]:
        return load_file(self.folder / "model.safetensors")


def gd_studio(*arguments: str, folder: Path = Path()) -> Done:
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    process = subprocess.run(
        [*COMMAND, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        env=environment,
        check=False,
    )
    return Done(process.returncode, process.stdout, process.stderr, folder)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Done]:
    """All the runs, two at a time: most of each is the engine loading torch."""
    out = tmp_path_factory.mktemp("out")

    def run(name: str) -> Done:
        return gd_studio("run", *RUNS[name], "--out", str(out / name), folder=out / name)

    with ThreadPoolExecutor(2) as threads:
        return dict(zip(RUNS, threads.map(run, RUNS), strict=True)).__getitem__


# --- plain PyTorch ----------------------------------------------------------------------------


@dataclass
class Plain:
    losses: list[float]
    parameters: dict[str, np.ndarray]


def train(model: nn.Module, x: Tensor, y: Tensor, loss_of: Any, optimizer: Any, n: int) -> Plain:
    losses = []
    for _ in range(n):
        optimizer.zero_grad()
        loss = loss_of(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return Plain(losses, {name: p.detach().numpy() for name, p in model.named_parameters()})


def plain_line(
    seed: int = 42, samples: int = 100, noise: float = 1.0, lr: float = 0.01, epochs: int = 1000
) -> Plain:
    torch.manual_seed(seed)
    x = torch.rand(samples, 1) * 10
    y = 2 * x + 1 + noise * torch.randn(samples, 1)
    model = nn.Linear(1, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    return train(model, x, y, nn.functional.mse_loss, optimizer, epochs)


def plain_circle(seed: int, hidden: int, optimizer: Callable[[Any], Any], epochs: int) -> Plain:
    torch.manual_seed(seed)
    x = torch.rand(100, 2) * 2 - 1
    y = (x[:, :1] ** 2 + x[:, 1:] ** 2 > 0.5).float()
    model = nn.Sequential(nn.Linear(2, hidden), nn.ReLU(), nn.Linear(hidden, 1), nn.Sigmoid())
    loss_of = nn.functional.binary_cross_entropy
    return train(model, x, y, loss_of, optimizer(model.parameters()), epochs)


def descend(name: str, start: Tensor, f: Callable[[Tensor], Tensor], lr: float, n: int) -> Plain:
    points = start.requires_grad_()
    optimizer = torch.optim.SGD([points], lr=lr)
    losses = []
    for _ in range(n):
        optimizer.zero_grad()
        values = f(points)
        values.sum().backward()
        optimizer.step()
        losses.append(values.detach().double().mean().item())
    return Plain(losses, {name: points.detach().numpy()})


def plain_curve() -> Plain:
    def f(p: Tensor) -> Tensor:
        return (torch.sin(2 * p) + p**2 - 0.5) ** 2

    return descend("p", torch.tensor([[1.0]]), f, 0.1, 200)


def plain_landscape() -> Plain:
    def f(points: Tensor) -> Tensor:
        x1, x2 = points[:, 0], points[:, 1]
        return torch.sin(x1) * torch.cos(x2) + torch.sin(x1 / 2) * torch.cos(x2 / 2)

    torch.manual_seed(42)
    return descend("position", torch.rand(10, 2) * 10, f, 0.001, 30)


EXPECTED: dict[str, Callable[[], Plain]] = {
    "linear-regression": plain_line,
    "circle-perceptron": lambda: plain_circle(
        42, 10, lambda parameters: torch.optim.Adam(parameters, lr=0.01), 1000
    ),
    "custom-function": plain_curve,
    "two-dimensional-landscape": plain_landscape,
    "line, other seed": lambda: plain_line(7, 30, 0.5, 0.02, 150),
    "perceptron, momentum": lambda: plain_circle(
        3, 4, lambda parameters: torch.optim.SGD(parameters, lr=0.1, momentum=0.9), 200
    ),
}


# --- the runs ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EXPECTED)
def test_a_run_ends_with_the_numbers_of_a_plain_loop(
    done: Callable[[str], Done], name: str
) -> None:
    run, expected = done(name), EXPECTED[name]()
    assert run.status == 0, run.err
    assert run.result["finish"] == "completed"
    np.testing.assert_allclose(run.history["train_loss"], expected.losses, rtol=1e-5, atol=1e-12)
    assert run.parameters.keys() == expected.parameters.keys()
    for parameter, values in expected.parameters.items():
        # Not nearly: the same bits.
        np.testing.assert_array_equal(run.parameters[parameter], values)
        np.testing.assert_array_equal(
            np.array(run.result["parameters"][parameter], dtype=np.float32), values
        )


def test_the_linear_regression_meets_its_reference_numbers(done: Callable[[str], Done]) -> None:
    run = done("linear-regression")
    loss = run.history["train_loss"]
    assert loss[0] == pytest.approx(145.89120483398438, rel=1e-5)
    assert loss[99] == pytest.approx(0.7986109256744385, rel=1e-5)
    assert loss[999] == pytest.approx(0.6632102131843567, rel=1e-5)
    assert run.result["final"]["train_loss"] == loss[999]
    assert run.parameters["weight"].item() == pytest.approx(1.9552937746047974, rel=1e-5)
    assert run.parameters["bias"].item() == pytest.approx(1.2207869291305542, rel=1e-5)


def test_the_circle_perceptron_meets_its_reference_numbers(done: Callable[[str], Done]) -> None:
    run = done("circle-perceptron")
    loss = run.history["train_loss"]
    assert loss[0] == pytest.approx(0.6734554767608643, rel=1e-5)
    assert loss[99] == pytest.approx(0.37872228026390076, rel=1e-5)
    assert loss[999] == pytest.approx(0.043336305767297745, rel=1e-5)
    assert run.result["final"]["train_accuracy"] == pytest.approx(0.99, abs=1e-9)


@pytest.mark.parametrize("name", RUNS)
def test_a_run_leaves_all_its_files_and_they_agree(done: Callable[[str], Done], name: str) -> None:
    run = done(name)
    assert {path.name for path in run.folder.iterdir()} == FILES
    result, history = run.result, run.history
    assert result["steps"] == len(history["step"])
    assert history["step"] == history["epoch"] == list(range(1, result["steps"] + 1))
    assert result["final"]["train_loss"] == history["train_loss"][-1]
    last = [column[-1] for column in list(history.values())[5:]]
    flat = np.concatenate([run.parameters[key].reshape(-1) for key in result["parameters"]])
    np.testing.assert_array_equal(np.array(last, dtype=np.float32), flat)
    assert result["experiment"] == json.loads((run.folder / "experiment.json").read_text())
    versions = result["environment"]["versions"]
    assert versions["torch"] == torch.__version__
    assert {"scikit-learn", "pandas"} < versions.keys()
    for figure in ("loss.png", "landscape.png"):
        with Image.open(run.folder / figure) as image:
            colours = image.convert("RGB").getcolors(maxcolors=2**24)
        assert colours is not None
        assert len(colours) > 20


def test_a_summary_says_how_it_ended_and_where_the_files_are(done: Callable[[str], Done]) -> None:
    run = done("linear-regression")
    assert "1,000 steps" in run.out
    assert "0.66321" in run.out
    assert "\nPoint: A slope: " in run.out
    assert run.result["diagnosis"] is None
    assert run.result["point"]["kind"] == "slope"
    assert str(run.folder) in run.out
    assert run.err == ""  # no progress bar where there is no terminal


def test_a_diverging_run_is_a_result(done: Callable[[str], Done]) -> None:
    run = done("diverging")
    assert run.status == 0
    assert run.result["finish"] == "diverged"
    lr = run.result["experiment"]["optimizer"]["lr"]
    diagnosis = run.result["diagnosis"]
    assert diagnosis["kind"] == "diverged"
    assert f"Diagnosis: {diagnosis['sentence']}" in run.out
    assert f"the learning rate {lr:g} is above 2/λmax = " in diagnosis["sentence"]
    assert diagnosis["remedy"]["values"]["optimizer.lr"] < lr
    assert run.result["point"] is None
    assert np.isfinite(run.parameters["weight"]).all()


def test_the_experiment_of_an_output_run_again_gives_the_same_numbers(
    done: Callable[[str], Done], tmp_path: Path
) -> None:
    first = done("perceptron, momentum")
    experiment = str(first.folder / "experiment.json")
    again = gd_studio("run", experiment, "--quiet", "--out", str(tmp_path), folder=tmp_path)
    assert (again.status, again.out, again.err) == (0, "", "")
    for name in ("history.csv", "model.safetensors", "experiment.json"):
        assert (tmp_path / name).read_bytes() == (first.folder / name).read_bytes()
    assert again.result["parameters"] == first.result["parameters"]


# --- the course, and several runs -------------------------------------------------------------


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Done]:
    """The other examples, shortened, two at a time."""
    out = tmp_path_factory.mktemp("short")

    def run(key: str) -> Done:
        folder = out / key
        return gd_studio("run", key, "--set", *SHORT[key], "--out", str(folder), folder=folder)

    with ThreadPoolExecutor(2) as threads:
        return dict(zip(SHORT, threads.map(run, SHORT), strict=True)).__getitem__


def test_every_example_is_run() -> None:
    assert {*EXAMPLES, *SHORT} == set(example_keys())


def assert_one_run(folder: Path) -> None:
    result = json.loads((folder / "result.json").read_text())
    problem, training = result["experiment"]["problem"], result["experiment"]["training"]
    judged = problem["kind"] == "model" and (problem["split"] or training["batch_size"])
    names = FILES | ({"epochs.csv"} if judged else set())
    assert {path.name for path in folder.iterdir()} == names
    run = Done(0, "", "", folder)
    assert result["steps"] == len(run.history["step"])
    assert run.parameters.keys() == result["parameters"].keys()
    if judged:
        with (folder / "epochs.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
        assert [int(row["epoch"]) for row in rows] == list(range(len(rows)))
        if training["patience"] is None:
            assert float(rows[-1]["train_loss"]) == result["final"]["train_loss"]
            assert float(rows[-1]["test_loss"]) == result["final"]["test_loss"]


@pytest.mark.long
@pytest.mark.timeout(300)  # the first of them waits for all the runs
@pytest.mark.parametrize("key", SHORT)
def test_every_example_leaves_its_files(short: Callable[[str], Done], key: str) -> None:
    done = short(key)
    assert (done.status, done.err) == (0, "")
    if not done.result["experiment"]["variations"]:
        assert_one_run(done.folder)
        return
    top = {"runs", "comparison.csv", "comparison.png", "experiment.json", "result.json"}
    assert {path.name for path in done.folder.iterdir()} == top
    variations = [variation["name"] for variation in done.result["experiment"]["variations"]]
    runs = done.result["runs"]
    assert [run["name"] for run in runs] == variations
    with (done.folder / "comparison.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    for run, row in zip(runs, rows, strict=True):
        assert_one_run(done.folder / run["folder"])
        own = json.loads((done.folder / run["folder"] / "result.json").read_text())
        assert {name: own[name] for name in run if name in own} == {
            name: value for name, value in run.items() if name not in ("name", "folder")
        }
        assert (row["run"], row["finish"], row["steps"]) == (
            run["name"],
            run["finish"],
            str(run["steps"]),
        )
        for name, value in run["final"].items():
            assert (float(row[name]) if row[name] else None) == value
        assert run["name"] in done.out
    with Image.open(done.folder / "comparison.png") as image:
        image.load()


def test_the_runs_that_diverge_are_named(short: Callable[[str], Done]) -> None:
    out = short("learning-rates").out
    for name in ("lr 1", "lr 10"):
        assert f"{name}: Diverged at step" in out
    assert "lr 0.1: " not in out


def test_a_run_with_changes_on_its_way_has_the_rates_that_were_used(tmp_path: Path) -> None:
    torch.manual_seed(42)
    x = torch.rand(100, 1) * 10
    y = 2 * x + 1 + torch.randn(100, 1)
    model = nn.Linear(1, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    losses = []
    for step in range(30):
        if step == 12:
            optimizer.param_groups[0].update(lr=0.05, momentum=0.5)
        optimizer.zero_grad()
        loss = nn.MSELoss()(model(x), y)
        loss.backward()
        losses.append(loss.item())
        optimizer.step()
    changes = [{"after": 12, "values": {"optimizer.lr": 0.05, "optimizer.momentum": 0.5}}]
    setting = f"changes={json.dumps(changes)}"
    short = ("--set", "training.epochs=30", "--set", setting)
    done = gd_studio(
        "run", "linear-regression", *short, "--out", str(tmp_path / "out"), folder=tmp_path / "out"
    )

    assert done.status == 0, done.err
    assert done.history["lr"] == [0.01] * 12 + [0.05] * 18
    assert done.history["train_loss"] == losses
    assert done.result["experiment"]["changes"] == changes
    again = tmp_path / "again"
    gd_studio("run", str(tmp_path / "out" / "experiment.json"), "--out", str(again))
    assert (again / "history.csv").read_bytes() == (tmp_path / "out" / "history.csv").read_bytes()


def test_data_that_are_not_there_are_told_in_a_line(tmp_path: Path) -> None:
    columns = [{"name": "x"}, {"name": "y"}]
    table = {"columns": columns, "target": "y", "task": "regression"}
    missing = str(tmp_path / "missing.csv")
    problem = {
        "kind": "model",
        "dataset": {"key": "table", "path": missing, "table": table},
        "model": {"key": "linear"},
        "loss": {"key": "mse"},
    }
    experiment = {"problem": problem, "optimizer": {"key": "sgd"}, "training": {"epochs": 2}}
    path = tmp_path / "e.json"
    for variations in ([], [{"name": "only", "changes": {}}]):
        path.write_text(json.dumps({**experiment, "variations": variations}))
        done = gd_studio("run", str(path), "--out", str(tmp_path / "out"))
        assert not (tmp_path / "out").exists()
        assert (done.status, done.out) == (2, "")
        (line,) = done.err.splitlines()
        assert line.startswith("gd-studio: only: " if variations else "gd-studio: ")
        assert missing in line


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent in another way there")
def test_ctrl_c_ends_the_present_run_and_begins_no_other(tmp_path: Path) -> None:
    out = tmp_path / "out"
    settings = "--set", "training.epochs=100000000"
    with under_way("run", "batch-variants", "--out", str(out), *settings) as process:
        assert not out.exists()
        os.killpg(process.pid, signal.SIGINT)
        printed, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert {path.name for path in (out / "runs").iterdir()} == {"Full-batch"}
    assert "Stopped: 2 of 3 runs were not begun." in printed
    (run,) = json.loads((out / "result.json").read_text())["runs"]
    assert (run["name"], run["finish"]) == ("Full batch", "stopped")
    assert run["steps"] > 0
    assert (out / "comparison.png").exists()
    assert {path.name for path in (out / run["folder"]).iterdir()} == {*FILES, "epochs.csv"}


# --- what goes wrong --------------------------------------------------------------------------


def test_wrong_input_ends_with_a_line_for_each_problem_and_nothing_written(tmp_path: Path) -> None:
    path, out = tmp_path / "e.json", tmp_path / "out"
    path.write_text('{"problem": {"kind": "nothing"}, "sed": 3}')
    run = gd_studio("run", str(path), "--out", str(out))
    assert run.status == 2
    assert run.out == ""
    lines = run.err.splitlines()
    assert [line.split(": ")[2] for line in lines] == ["problem", "optimizer", "training", "sed"]
    assert not out.exists()


def test_a_device_that_is_not_there_is_told_before_anything_is_written(tmp_path: Path) -> None:
    out = tmp_path / "out"
    run = gd_studio("run", "linear-regression", "--set", "device=cuda:77", "--out", str(out))
    assert run.status == 2
    assert run.err.startswith("gd-studio: device: there is no 'cuda:77' here")
    assert len(run.err.splitlines()) == 1
    assert not out.exists()


def test_a_folder_that_is_a_file_is_told_before_the_run(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.write_text("mine")
    run = gd_studio("run", "linear-regression", "--out", str(out))
    assert (run.status, run.out) == (2, "")
    assert run.err == f"gd-studio: --out {out}: is a file, and a folder is needed\n"
    assert out.read_text() == "mine"


def test_without_a_display_the_window_says_what_can_be_done_instead() -> None:
    if sys.platform != "linux":
        pytest.skip("elsewhere there is always a display")
    run = gd_studio()
    assert run.status == 2
    assert "gd-studio run" in run.err
    assert len(run.err.splitlines()) == 1


def test_the_devices_are_those_of_the_engine() -> None:
    run = gd_studio("list", "devices", "--json")
    assert run.status == 0, run.err
    devices = {device["key"]: device for device in json.loads(run.out)}
    assert devices["cpu"]["available"] is True
    for device in devices.values():
        assert device["available"] == (device["reason"] == "")


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent in another way there")
def test_ctrl_c_stops_the_run_and_writes_what_it_has_reached(tmp_path: Path) -> None:
    out = tmp_path / "out"
    settings = "--set", "training.epochs=1000000000"
    with under_way("run", "linear-regression", "--out", str(out), *settings) as process:
        # As a terminal does it: to every process of the group, the engine included.
        os.killpg(process.pid, signal.SIGINT)
        deadline = time.monotonic() + 60
        while not out.exists() and time.monotonic() < deadline:
            time.sleep(0.005)
        os.killpg(process.pid, signal.SIGINT)  # the impatient one comes while files are written
        printed, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Stopped after" in printed
    assert {path.name for path in out.iterdir()} == FILES
    run = Done(0, printed, "", out)
    assert run.result["finish"] == "stopped"
    assert 0 < run.result["steps"] == len(run.history["step"]) < 1_000_000_000


def test_a_reader_that_goes_away_is_no_bug() -> None:
    command = f"{shlex.join(COMMAND)} list functions --json | head -c 10"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


def test_a_full_disk_behind_stdout_is_told_in_a_line() -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [*COMMAND, "list", "functions"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr == "gd-studio: cannot print: No space left on device\n"


def test_a_display_that_does_not_answer_is_told_in_a_line() -> None:
    environment = {**os.environ, "DISPLAY": ":7654"}
    for name in ("WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        environment.pop(name, None)
    done = subprocess.run(
        COMMAND,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "':7654' does not answer" in done.stderr
    assert "gd-studio run" in done.stderr


def test_a_name_that_is_taken_by_a_folder_is_told_before_the_run(tmp_path) -> None:
    (tmp_path / "landscape.png").mkdir()
    done = subprocess.run(
        [*COMMAND, "run", "custom-function", "--out", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "landscape.png is a folder" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["landscape.png"]


def test_without_a_console_a_run_leaves_its_files(tmp_path: Path) -> None:
    code = (
        "import sys; sys.stdout = sys.stderr = None; "
        "from gd_studio.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", code, "run", "custom-function", "--out", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert {path.name for path in tmp_path.iterdir()} == FILES


def test_the_content_of_a_file_runs_whatever_its_name_ends_with(tmp_path: Path) -> None:
    written = []
    for name in ("50 % größer.gdstudio", "e.json"):
        path = tmp_path / name
        path.write_text(load_example("custom-function").to_json())
        out = tmp_path / f"out of {name}"
        done = gd_studio("run", str(path), "--quiet", "--out", str(out))
        assert (done.status, done.err) == (0, "")
        written.append({file.name: file.read_bytes() for file in out.iterdir()})
    saved, other = written
    assert saved.keys() == FILES
    assert saved["history.csv"] == other["history.csv"]
    assert saved["experiment.json"] == other["experiment.json"]


def test_a_title_with_dollar_signs_is_drawn_as_it_is(tmp_path) -> None:
    done = subprocess.run(
        [
            *(*COMMAND, "run", "custom-function"),
            *("--set", "title=$\\foo{$ 空", "--out", str(tmp_path)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert (tmp_path / "loss.png").stat().st_size > 1000
