from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import pytest

from gd_studio import __version__
from gd_studio.cli import main
from gd_studio.cli.reading import change
from gd_studio.experiment import Experiment
from tests.helpers.recordings import LINE

Capture = pytest.CaptureFixture[str]


def complaints(capsys: Capture, *arguments: str) -> list[str]:
    """Give wrong arguments and return the lines on stderr."""
    assert main(arguments) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    return printed.err.splitlines()


def test_the_version_is_told(capsys: Capture) -> None:
    with pytest.raises(SystemExit) as ending:
        main(["--version"])
    assert ending.value.code == 0
    assert capsys.readouterr().out == f"gd-studio {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "word"),
    [(["--help"], "commands:"), (["run", "--help"], "--set"), (["list", "-h"], "--json")],
)
def test_help_is_told(capsys: Capture, arguments: list[str], word: str) -> None:
    with pytest.raises(SystemExit) as ending:
        main(arguments)
    assert ending.value.code == 0
    assert word in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["rnu"], "there is no example, file or command 'rnu'; did you mean 'run'?"),
        (["lst"], "there is no example, file or command 'lst'; did you mean 'list'?"),
        (["list", "optimizer"], "there is no kind 'optimizer' to list; did you mean 'optimizers'?"),
        (["list", "models", "--jso"], "no option '--jso'; did you mean '--json'?"),
        (["run", "custom-functoin"], "did you mean 'custom-function'?"),
        (["run", "nonexist"], "command 'nonexist'; 'gd-studio list examples' has the examples"),
        (["run"], "EXPERIMENT"),
        (["list"], "KIND"),
        (["run", "linear-regression", "second"], "'second' is one too many"),
        (["run", "missing.json"], "missing.json: does not exist"),
        (["missing.json"], "missing.json: does not exist"),
        (["run", "linear-regression", "--set", "seed"], "--set seed: give a value"),
    ],
)
def test_wrong_input_is_one_line_that_says_what_to_do(
    capsys: Capture, arguments: list[str], sentence: str
) -> None:
    (line,) = complaints(capsys, *arguments)
    assert line.startswith("gd-studio: ")
    assert sentence in line


def test_each_problem_of_a_file_is_a_line(capsys: Capture, tmp_path: Path) -> None:
    path = tmp_path / "e.json"
    path.write_text(json.dumps({**LINE, "sed": 3, "optimizer": {"key": "sgd", "lr": -1}}))
    for arguments in (["run", str(path)], [str(path)]):
        first, second = complaints(capsys, *arguments)
        assert first.startswith(f"gd-studio: {path}: optimizer.lr: ")
        assert second.startswith(f"gd-studio: {path}: sed: ")


def test_each_problem_of_a_setting_is_a_line(capsys: Capture) -> None:
    run = ["run", "linear-regression", "--set", "optimizer.lr=-1", "--set", "seed=-1", "title=x"]
    first, second = complaints(capsys, *run)
    assert first.startswith("gd-studio: --set optimizer.lr: ")
    assert second.startswith("gd-studio: --set seed: ")


def test_a_setting_that_runs_override_is_noted(capsys: Capture) -> None:
    def noted(*variations: Mapping[str, object]) -> list[str]:
        named = [{"name": name, "changes": c} for name, c in zip("abc", variations, strict=False)]
        change(Experiment.parse({**LINE, "variations": named}), ["optimizer.lr=0.1", "seed=7"])
        return capsys.readouterr().err.splitlines()

    lr, adam, batch = {"optimizer.lr": 1}, {"optimizer.key": "adam"}, {"training.batch_size": 1}
    start = "note: optimizer.lr is set by"
    end = "so --set does not change it"
    assert noted() == noted(batch) == []
    assert noted(lr, adam) == [f"{start} every run of this experiment itself, {end}"]
    assert noted(lr, batch) == [f"{start} the run 'a' itself, {end} there"]
    assert noted(lr, batch, adam) == [f"{start} the runs 'a', 'c' themselves, {end} there"]


def test_without_a_display_no_window_opens(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for variable in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(variable, raising=False)
    for arguments in ([], ["linear-regression"]):
        (line,) = complaints(capsys, *arguments)
        assert "gd-studio run" in line


@pytest.mark.parametrize(
    "kind", ["functions", "models", "datasets", "optimizers", "schedules", "losses", "examples"]
)
def test_a_table_has_a_row_for_each_entry(capsys: Capture, kind: str) -> None:
    assert main(["list", kind, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert rows
    assert main(["list", kind]) == 0
    table = capsys.readouterr().out.splitlines()
    first_words = [line.split(" ")[0] for line in table if not line.startswith(" ")]
    assert first_words == [row["key"] for row in rows]


def test_the_list_has_what_is_special_about_a_kind(capsys: Capture) -> None:
    def listed(kind: str, key: str) -> dict:
        main(["list", kind, "--json"])
        rows = json.loads(capsys.readouterr().out)
        return next(row for row in rows if row["key"] == key)

    rosenbrock = listed("functions", "rosenbrock")
    assert rosenbrock["minima"] == [[1.0, 1.0]]
    assert rosenbrock["variables"] == ["x", "y"]
    assert len(rosenbrock["domain"]) == 2
    assert "**2" in rosenbrock["formula"]
    assert rosenbrock["source"]
    assert listed("losses", "bce")["tasks"] == ["binary"]
    assert listed("datasets", "circle")["task"] == "binary"
    hidden = listed("models", "perceptron")["parameters"][0]
    assert (hidden["name"], hidden["default"], hidden["maximum"]) == ("hidden", 10, 1024)
    assert set(listed("examples", "custom-function")) == {"key", "title", "notes"}


def test_the_command_line_loads_nothing_heavy() -> None:
    heavy = "torch", "PySide6", "matplotlib", "gd_studio.desktop", "gd_studio.engine"
    code = f"import sys, gd_studio.cli; print([m for m in {heavy} if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"


def test_a_window_gets_the_experiment_that_was_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    opened: list[Experiment | None] = []

    def open_window(experiment: Experiment | None) -> int:
        opened.append(experiment)
        return 7

    app = ModuleType("gd_studio.desktop.app")
    app.open_window = open_window  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "gd_studio.desktop.app", app)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    path = tmp_path / "e.json"
    path.write_text(json.dumps(LINE))
    assert main([]) == main([str(path)]) == main(["linear-regression"]) == 7
    nothing, file, example = opened
    assert nothing is None
    assert file == Experiment.parse(LINE)
    assert example is not None
    assert example.title == "Linear regression"
