"""What exported scripts look like."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gd_studio import __version__
from gd_studio.catalog import FUNCTIONS
from gd_studio.catalog.resources import resources
from gd_studio.cli import main
from gd_studio.engine.tables.cells import MISSING as ENGINE_MISSING
from gd_studio.experiment import Experiment, TableData
from gd_studio.files import example_keys, load_example
from gd_studio.script import ScriptError, data_beside, needed_data, write_script
from gd_studio.script.tables import MISSING
from gd_studio.script.text import Group, lines_of, quoted
from tests.helpers.courses import changed, changes_of_functions, changes_of_models
from tests.helpers.experiments import circle_perceptron, function, linear_regression

Capture = pytest.CaptureFixture[str]


def with_dataset(dataset: dict, **problem: Any) -> Experiment:
    return linear_regression(
        problem={
            "kind": "model",
            "dataset": dataset,
            "model": {"key": "linear"},
            "loss": {"key": "mse"},
            **problem,
        }
    )


AWKWARD_NAME = 'the "first" column\'s \\ name, \u2028 and \U0001f41d more'

TABLE: dict[str, Any] = {
    "key": "table",
    "path": r"C:\data\my people.csv",
    "table": {
        "columns": [
            {"name": AWKWARD_NAME},
            {"name": "town", "kind": "category", "categories": [f"town {i}" for i in range(40)]},
            *({"name": f"a column whose number is {i}"} for i in range(12)),
            {"name": "price"},
        ],
        "target": "price",
        "task": "regression",
        "missing": "mean",
    },
}

EXPERIMENTS = {
    **{f"{key} {name}": e for key in example_keys() for name, e in load_example(key).runs()},
    **{key: function(key, starts=()) for key in FUNCTIONS},
    "long formula": function(
        "custom",
        starts=[[float(i), -i / 3] for i in range(40)],
        settings={"formula": " + ".join(f"sin({i}*x)*cos(y - {i})" for i in range(1, 21))},
    ),
    "table": with_dataset(TABLE, standardise=True, split={}),
    "many parameters": circle_perceptron(
        initial_parameters={
            "0.weight": [[0.1234567890123, -i / 7] for i in range(10)],
            "0.bias": [i / 9 for i in range(10)],
            "2.weight": [[float(i) for i in range(10)]],
            "2.bias": [0.0],
        }
    ),
    "awkward words": linear_regression(
        title='"""quotes""" and a \\',
        notes='A tab\t, a \x00 null, \x0c and """.\n\nA long word: ' + "\\" * 300 + '"',
    ),
    **{f"function, {name}": e for name, e in changes_of_functions().items()},
    **{f"model, {name}": e for name, e in changes_of_models().items()},
    "on a GPU": circle_perceptron(device="cuda:1", training={"epochs": 3, "batch_size": 5}),
}

EVERY = pytest.mark.parametrize("experiment", EXPERIMENTS.values(), ids=EXPERIMENTS.keys())


@EVERY
def test_a_script_is_python_of_a_moderate_width(experiment: Experiment) -> None:
    script = write_script(experiment)
    compile(script, "script.py", "exec")
    assert max(map(len, script.split("\n"))) <= 100
    assert "gd_studio" not in script
    assert script.endswith("\n")
    assert "\n\n\n\n" not in script


def test_scripts_import_what_they_use_and_nothing_else(tmp_path: Path) -> None:
    for place, experiment in enumerate(EXPERIMENTS.values()):
        path = tmp_path / f"script_{place}.py"
        path.write_text(write_script(experiment), encoding="utf-8")
    # F and I: unused, undefined and unsorted names; E and W: layout.
    rules = ["--isolated", "--select", "F,E,W,I", "--line-length", "100"]
    command = [sys.executable, "-m", "ruff", "check", *rules, str(tmp_path)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout


def test_the_docstring_says_what_the_script_is() -> None:
    experiment = linear_regression(title="My line", notes="First.\n\nSecond.")
    about = ast.get_docstring(ast.parse(write_script(experiment, "slow")))
    assert about is not None
    assert about.startswith("My line: slow\n\nFirst.\n\nSecond.\n\nRun it with Python;")
    assert f"GD Studio\n{__version__}" in about
    awkward = EXPERIMENTS["awkward words"]
    about = ast.get_docstring(ast.parse(write_script(awkward)))
    assert about is not None
    assert about.startswith(awkward.title)
    assert about.count("\\") == 301


def test_the_simplest_experiment_is_the_loop_that_everybody_writes() -> None:
    script = write_script(linear_regression())
    body = script[script.index("torch.set_num_threads") :]
    assert (
        body
        == """\
torch.set_num_threads(1)  # several threads would add numbers up in another order
torch.manual_seed(42)

# Data: Noisy line
x = torch.rand(100, 1) * 10
y = 2.0 * x + 1.0 + torch.randn(100, 1)

# Model: Linear
model = nn.Linear(1, 1)

optimizer = torch.optim.SGD(model.parameters(), lr=0.01)

for epoch in range(1, 1001):
    optimizer.zero_grad()
    loss = F.mse_loss(model(x), y)
    loss.backward()
    before = copy.deepcopy(model.state_dict())
    optimizer.step()
    if not all(t.isfinite().all() for t in (loss, *model.parameters())):
        model.load_state_dict(before)
        print(f"Diverged in epoch {epoch}: the last finite parameters are kept.")
        break

print(f"last loss: {loss.item():.6g}")
for name, parameter in model.named_parameters():
    print(name, parameter.tolist())
if len(sys.argv) > 1:
    torch.save(model.state_dict(), sys.argv[1])
"""
    )


def test_what_is_not_asked_for_is_not_in_the_script() -> None:
    plain = write_script(linear_regression())
    for word in ("evaluate", "batches", "best", "norm", "clip", "device", "test", "numpy"):
        assert word not in plain
    assert "manual_seed" not in write_script(function())
    assert "manual_seed" in write_script(function(starts=()))


def test_a_change_is_made_before_the_first_step_that_it_holds_for() -> None:
    experiment = function(training={"steps": 50, "clip_norm": 2.0})
    values = {"optimizer.lr": 0.002, "optimizer.momentum": 0.5, "training.clip_norm": 0.5}
    script = write_script(changed(experiment, (20, values), (50, {"optimizer.lr": 0.5})))
    loop = script[script.index("clip_norm = ") : script.index("    before = ")]
    assert (
        loop
        == """\
clip_norm = 2.0
for step in range(1, 51):
    # Changed after step 20
    if step == 21:
        clip_norm = 0.5
        for group in optimizer.param_groups:
            group["lr"] = 0.002
            group["momentum"] = 0.5
    optimizer.zero_grad()
    loss = f(*position)
    loss.backward()
    nn.utils.clip_grad_norm_([position], clip_norm)
"""
    )


def test_a_closure_is_what_users_of_torch_know() -> None:
    script = write_script(function(optimizer={"key": "lbfgs"}))
    assert (
        script[script.index("optimizer = ") : script.index("    if not ")]
        == """\
optimizer = torch.optim.LBFGS([position], lr=1.0)


def closure():
    optimizer.zero_grad()
    loss = f(*position)
    loss.backward()
    return loss


for step in range(1, 101):
    before = position.detach().clone()
    loss = optimizer.step(closure)
"""
    )


def test_a_reference_optimizer_is_in_the_script_as_a_class() -> None:
    script = write_script(function(optimizer={"key": "exact-line-search"}))
    assert "\n\n\nclass ExactLineSearch(torch.optim.Optimizer):\n" in script
    assert "type: ignore" not in script
    assert "optimizer.step(lambda: f(*position))" in script


def test_a_device_other_than_the_cpu_is_named_once() -> None:
    script = write_script(EXPERIMENTS["on a GPU"])
    assert script.count('"cuda:1"') == 1
    assert "model.to(device)" in script
    assert "x, y = x.to(device), y.to(device)" in script


def test_several_runs_are_not_one_script() -> None:
    experiment = load_example("learning-rates")
    with pytest.raises(ScriptError, match=r"^These are 5 runs: choose one of them\.$"):
        write_script(experiment)


def test_a_thousand_times_too_many_numbers_are_refused() -> None:
    starts = [[0.5, 0.5]] * 10_000
    with pytest.raises(ScriptError, match=r"^There are 20,000 numbers to start from"):
        write_script(function(starts=starts))


def test_what_a_script_reads_is_told() -> None:
    assert needed_data(linear_regression()) is None
    assert needed_data(function()) is None
    (_, purchase), *_ = load_example("purchase-likelihood").runs()
    assert needed_data(purchase) == resources() / "data" / "purchase.csv"
    table = with_dataset(TABLE)
    assert needed_data(table) == TableData.model_validate(TABLE)
    for experiment in (purchase, table):
        about = " ".join(write_script(experiment).split())
        assert "It reads a table, which lies beside it by its own name with -data.csv" in about
    assert "It reads" not in write_script(linear_regression())


@pytest.mark.parametrize(
    ("script", "data"),
    [
        ("iris.py", "iris-data.csv"),
        ("iris", "iris-data.csv"),
        ("a.b.py", "a.b-data.csv"),
        (".py", ".py-data.csv"),
        ("numpy-data.csv", "numpy-data-data.csv"),
        ("no such\n\"thing'.py", "no such\n\"thing'-data.csv"),
        ("-", "--data.csv"),
    ],
)
def test_the_data_of_a_script_have_its_own_name_and_no_other_in_it(
    tmp_path: Path, script: str, data: str
) -> None:
    assert data_beside(tmp_path / script) == tmp_path / data
    text = write_script(with_dataset({**TABLE, "path": "/tmp/numpy.py"}))
    (line,) = (line for line in text.splitlines() if "__file__" in line)
    names: dict[str, Any] = {"Path": Path, "__file__": str(tmp_path / script)}
    exec(line, names)
    assert names["path"] == tmp_path / data


def test_a_script_takes_the_same_cells_for_missing_as_the_engine() -> None:
    assert set(MISSING) == ENGINE_MISSING


@pytest.mark.parametrize(
    "text", [AWKWARD_NAME, "", "\n\r\t\x00\x7f", "\\n", "\U000e0001\U0001f41d"]
)
def test_a_text_in_quotes_is_read_back(text: str) -> None:
    assert ast.literal_eval(quoted(text)) == text
    assert quoted(text).isprintable()


def test_what_is_too_long_for_a_line_is_laid_out_over_several() -> None:
    inner = Group("[", ["1", "2"], "]")
    assert lines_of(Group("f(", ["a", inner])) == ["f(a, [1, 2])"]
    assert lines_of(Group("f(", ["a", inner]), 11) == ["f(", "    a,", "    [1, 2],", ")"]
    assert lines_of(Group("f(", ["aaaa", "bbb"], "), g"), 13) == ["f(", "    aaaa, bbb", "), g"]
    assert lines_of(Group("f(", list("abcd"), packed=True), 11) == [
        "f(",
        "    a, b,",
        "    c, d,",
        ")",
    ]


def complaint(capsys: Capture, *arguments: str) -> str:
    assert main(["export", *arguments]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    (line,) = printed.err.splitlines()
    return line


def test_the_command_prints_a_script(capsys: Capture) -> None:
    assert main(["export", "linear-regression", "--set", "seed=7"]) == 0
    script = capsys.readouterr().out
    assert "torch.manual_seed(7)" in script
    compile(script, "script.py", "exec")


def test_the_command_takes_the_first_of_several_runs_or_the_one_that_is_named(
    capsys: Capture,
) -> None:
    runs = load_example("learning-rates").runs()
    for name, experiment, arguments in (
        (*runs[0], []),
        (*runs[2], ["--run", runs[2][0]]),
    ):
        assert main(["export", "learning-rates", *arguments]) == 0
        assert capsys.readouterr().out == write_script(experiment, name)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["learning-rates", "--run", "lr 0.15"], "--run: there is no run 'lr 0.15'; did you mean"),
        (["linear-regression", "--run", "x"], "--run x: this is a single run"),
        (["linear-regression", "--script", ""], "--script: the name of a file is missing"),
        (["linear-regression", "--script", "no/where.py"], "no/where.py: cannot be written"),
        (["linear-regression", "--set", "seed=-1"], "--set seed: "),
        (["linear-regressoin"], "did you mean 'linear-regression'?"),
        (["linear-regression", "--scirpt"], "did you mean '--script'?"),
    ],
)
def test_wrong_input_to_the_command_is_one_line(
    capsys: Capture, arguments: list[str], sentence: str
) -> None:
    assert sentence in complaint(capsys, *arguments)


def test_a_table_that_is_gone_is_no_reason_to_write_half(capsys: Capture, tmp_path: Path) -> None:
    experiment = tmp_path / "e.json"
    dataset = {**TABLE, "path": str(tmp_path / "gone.csv")}
    experiment.write_text(with_dataset(dataset).to_json())
    script = tmp_path / "new" / "script.py"
    script.parent.mkdir()
    assert "there is no file '" in complaint(capsys, str(experiment), "--script", str(script))
    assert list(script.parent.iterdir()) == []
