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
from gd_studio.experiment.experiment import FORMAT
from gd_studio.files import load_example
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
        (["run", "missing.gdstudio"], "missing.gdstudio: does not exist"),
        (["export", "MISSING.GDSTUDIO"], "MISSING.GDSTUDIO: does not exist"),
        (["--self-test", "linear-regression"], "--self-test takes no experiment"),
        (["open", "one.gdstudio", "two.gdstudio"], "'two.gdstudio' is one too many"),
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


def test_a_newer_file_is_refused_in_a_line(capsys: Capture, tmp_path: Path) -> None:
    path = tmp_path / "e.gdstudio"
    content = json.dumps({**LINE, "format": FORMAT + 1, "sed": 3})
    path.write_text(content)
    for command in ([], ["run"], ["export"]):
        (line,) = complaints(capsys, *command, str(path))
        assert line.startswith(f"gd-studio: {path}: was made by a newer GD Studio ")
        assert line.endswith("update GD Studio to open it")
    assert path.read_text() == content


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
    for arguments in ([], ["linear-regression"], ["open"], ["open", "missing.gdstudio"]):
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


def test_without_a_console_commands_do_what_they_do_otherwise() -> None:
    code = (
        "import sys; sys.stdout = sys.stderr = None; "
        "from gd_studio.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    for arguments, status in (["list", "functions"], 0), (["export", "digits"], 0), (["rnu"], 2):
        command = [sys.executable, "-c", code, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout, done.stderr) == (status, "", "")


def test_a_window_gets_the_experiment_that_was_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    opened = _without_a_window(monkeypatch)
    path = tmp_path / "e.json"
    path.write_text(json.dumps(LINE))
    assert main([]) == main([str(path)]) == main(["linear-regression"]) == 7
    (nothing, *_), (file, *_), (example, *_) = opened
    assert nothing is None
    assert file == Experiment.parse(LINE)
    assert isinstance(example, Experiment)
    assert example.title == "Linear regression"


@pytest.mark.parametrize("name", ["missing.gdstudio", "50 % größer.json", "open", "a folder/b c"])
def test_open_leaves_the_file_to_the_window(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    opened = _without_a_window(monkeypatch)
    assert main(["open", name]) == 7
    assert opened == [(None, Path(name).absolute())]


@pytest.mark.parametrize("arguments", [["open"], ["open", ""]])
def test_open_without_a_file_opens_the_window(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    opened = _without_a_window(monkeypatch)
    assert main(arguments) == 7
    assert opened == [(None, None)]


def test_open_knows_the_examples(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = _without_a_window(monkeypatch)
    assert main(["open", "linear-regression"]) == 7
    assert opened == [(load_example("linear-regression"), None)]


def _without_a_window(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, object]]:
    """Return a list that grows by what each window is opened with; its exit status is 7."""
    opened: list[tuple[object, object]] = []

    def open_window(experiment: object, file: object) -> int:
        opened.append((experiment, file))
        return 7

    app = ModuleType("gd_studio.desktop.app")
    app.open_window = open_window  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "gd_studio.desktop.app", app)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    return opened
