"""What is half a character is refused where it comes in; what would be obeyed is shown."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import torch

from gd_studio.cli import main
from gd_studio.cli.arguments import parse_arguments
from gd_studio.engine.answers import Answerer, QuestionError
from gd_studio.engine.tables import TableProblem, inspect_table
from gd_studio.experiment import Experiment, ExperimentError, assign
from gd_studio.files import FileProblem, load_experiment, read_safetensors
from gd_studio.foreign_text import visible
from gd_studio.link.questions import DecodeModel
from gd_studio.script import write_script
from tests.helpers.command import COMMAND
from tests.helpers.recordings import CURVE, LINE

HALF = "a\ud800b"
FULL: dict[str, Any] = {
    **LINE,
    "title": "T",
    "notes": "N",
    "device": "cpu",
    "precision": "float32",
    "schedule": {"key": "constant"},
    "problem": {
        "kind": "model",
        "dataset": {
            "key": "table",
            "path": "x.csv",
            "table": {
                "columns": [
                    {"name": "a", "kind": "category", "categories": ["c", "d"]},
                    {"name": "b"},
                ],
                "target": "b",
                "task": "regression",
            },
        },
        "model": {"key": "linear"},
        "loss": {"key": "mse"},
    },
    "initial_parameters": {"weight": "w"},
    "changes": [{"after": 1, "values": {"optimizer.lr": "x"}}],
    "variations": [{"name": "one", "changes": {"optimizer.key": "adam"}}],
}
"""An experiment with a text wherever there can be one; some of them are wrong in other ways."""


def places(data: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where there are texts in `data`, names of fields aside."""
    if isinstance(data, str):
        yield path
    elif isinstance(data, dict | list):
        pairs = data.items() if isinstance(data, dict) else enumerate(data)
        for place, value in pairs:
            yield from places(value, (*path, place))


def with_text(data: Any, path: tuple[str | int, ...], text: str) -> Any:
    changed = deepcopy(data)
    owner = changed
    for place in path[:-1]:
        owner = owner[place]
    owner[path[-1]] = text
    return changed


@pytest.mark.parametrize("path", list(places(FULL)), ids=lambda path: ".".join(map(str, path)))
def test_half_a_character_is_refused_in_every_text_of_an_experiment(path) -> None:
    data = with_text(FULL, path, HALF)
    for make in (lambda: Experiment.parse(data), lambda: Experiment.from_json(json.dumps(data))):
        with pytest.raises(ExperimentError) as refusal:
            make()
        (problem,) = refusal.value.problems
        assert problem.field == ".".join(map(str, path))
        assert "half of a character" in problem.message
        assert "\\ud800" in problem.message
        str(refusal.value).encode()


@pytest.mark.parametrize(
    "path",
    [(), ("optimizer",), ("problem", "dataset", "table"), ("initial_parameters",)],
    ids=lambda path: ".".join(path) or "experiment",
)
def test_half_a_character_is_refused_in_the_name_of_a_field(path) -> None:
    data = deepcopy(FULL)
    owner = data
    for place in path:
        owner = owner[place]
    owner[HALF] = 1
    with pytest.raises(ExperimentError) as refusal:
        Experiment.from_json(json.dumps(data))
    (problem,) = refusal.value.problems
    assert problem.field == ".".join(path)
    assert "name" in problem.message
    assert "half of a character" in problem.message


def test_nested_lists_are_looked_through_however_deep_they_are() -> None:
    deep: Any = HALF
    for _ in range(50_000):
        deep = [deep]
    with pytest.raises(ExperimentError, match="half of a character"):
        Experiment.parse({**LINE, "initial_parameters": {"weight": deep}})


@pytest.mark.parametrize(
    "text", ['notes="\\ud800"', 'variations=[{"name": "\\udfff", "changes": {}}]']
)
def test_half_a_character_is_refused_in_what_is_set(text: str) -> None:
    with pytest.raises(ExperimentError) as refusal:
        assign(Experiment.parse(LINE), [text])
    assert str(refusal.value).startswith(text.partition("=")[0])
    assert "half of a character" in str(refusal.value)


def test_whole_characters_beyond_the_first_plane_are_taken() -> None:
    experiment = Experiment.from_json(json.dumps({**LINE, "notes": "\U0001f600"}))
    assert experiment.notes == "\U0001f600"
    assert Experiment.from_json(experiment.to_json()) == experiment


def test_half_a_character_is_refused_in_the_names_of_a_pt_file() -> None:
    content = io.BytesIO()
    torch.save({HALF: torch.zeros(2)}, content)
    with pytest.raises(QuestionError, match=r"name.*half of a character.*\\ud800"):
        Answerer().answer(DecodeModel(content.getvalue()))


def test_half_a_character_is_refused_in_the_names_of_a_safetensors_file(tmp_path: Path) -> None:
    header = json.dumps({HALF: {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode()
    path = tmp_path / "model.safetensors"
    path.write_bytes(len(header).to_bytes(8, "little") + header + bytes(4))
    with pytest.raises(FileProblem):
        read_safetensors(path)


@pytest.mark.parametrize("content", [b"a\xed\xa0\x80,b\n1,2\n3,4\n", b"a,b\n1,\xed\xa0\x80\n3,4\n"])
def test_half_a_character_is_refused_in_a_table(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises(TableProblem, match="not UTF-8"):
        inspect_table(str(path), lambda _: None, lambda: False)


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are bytes on Linux alone")
def test_a_table_in_a_folder_whose_name_is_no_text_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode(b"caf\xe9")
    folder.mkdir()
    data = with_text(FULL, ("problem", "dataset", "path"), "x.csv")
    for name in ("initial_parameters", "changes", "variations"):
        del data[name]
    (folder / "e.json").write_text(json.dumps(data))
    with pytest.raises(FileProblem, match=r"folder.*name.*no text"):
        load_experiment(folder / "e.json")


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "caf\udce9.json"],
        ["run", "linear-regression", "--set", "notes=caf\udce9"],
        ["run", "linear-regression", "--out", "caf\udce9"],
        ["export", "linear-regression", "--script", "caf\udce9.py"],
        ["caf\udce9.json"],
    ],
)
def test_an_argument_whose_bytes_are_no_text_is_refused(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "caf\\udce9" in line
    assert "is no text" in line


def test_a_file_to_open_may_be_called_as_it_likes_since_the_window_says_what_is_wrong() -> None:
    assert parse_arguments(["open", "caf\udce9.json"]).file == "caf\udce9.json"


# --- what is printed ---------------------------------------------------------------------------

HOSTILE = "x\x1b]0;owned\x07\x1b[2J\x9b31m\x7f\x08\r\u202edlrow\u2066\u2029\u2028"
COMMANDING = {
    character
    for character in map(chr, range(sys.maxunicode + 1))
    if (ord(character) < 32 and character not in "\n\t") or 127 <= ord(character) < 160
} | set("\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""What a terminal may obey, or lay a line out by."""


def test_what_a_terminal_would_obey_is_spelled_out() -> None:
    for character in sorted(COMMANDING):
        shown = visible(f"a{character}b")
        assert shown in (f"a\\x{ord(character):02x}b", f"a\\u{ord(character):04x}b")
    assert visible(HALF) == "a\\ud800b"


def test_what_a_terminal_writes_stays_as_it_is() -> None:
    text = "λ ∇ 漢字 عربى שלום e\u0301 👩\u200d👩 a\u00a0b\tc\nd \\x1b"
    assert visible(text) == text


def experiment_file(folder: Path, **changes: Any) -> Path:
    path = folder / "e.json"
    path.write_text(json.dumps({**CURVE, **changes}))
    return path


def printed(arguments: list[str], folder: Path) -> tuple[int, str, str]:
    """Give a command in a process of its own; return its exit status and what it printed."""
    done = subprocess.run(
        [*COMMAND, *arguments],
        cwd=folder,
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        check=False,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def assert_obeyed_by_none(*texts: str) -> None:
    for text in texts:
        assert not COMMANDING.intersection(text.replace(os.linesep, "\n")), ascii(text)


@pytest.mark.parametrize(
    "arguments",
    [
        [HOSTILE],
        ["run", HOSTILE],
        ["run", f"{HOSTILE}.json"],
        ["run", "linear-regression", HOSTILE],
        ["run", "linear-regression", f"--{HOSTILE}"],
        ["run", "linear-regression", "--out"],
        ["run", "linear-regression", f"--quiet={HOSTILE}"],
        ["run", "linear-regression", "--set", HOSTILE],
        ["run", "linear-regression", "--set", f"{HOSTILE}=1"],
        ["run", "linear-regression", "--set", f"optimizer.lr={HOSTILE}"],
        ["run", "linear-regression", "--set", f"optimizer.key={HOSTILE}"],
        ["export", "linear-regression", "--run", HOSTILE],
        ["export", "linear-regression", "--script", f"{HOSTILE}/x.py"],
        ["list", HOSTILE],
    ],
)
def test_what_is_wrong_with_arguments_is_said_in_characters_that_no_terminal_obeys(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert said.err
    assert_obeyed_by_none(said.out, said.err)


@pytest.mark.parametrize(
    "changes",
    [
        {HOSTILE: 1},
        {"title": HOSTILE},
        {"device": HOSTILE},
        {"optimizer": {"key": HOSTILE}},
        {"optimizer": {"key": "sgd", HOSTILE: 1}},
        {"initial_parameters": {HOSTILE: 1}},
        {"variations": [{"name": "a", "changes": {HOSTILE: 1}}]},
        {"problem": {"kind": HOSTILE}},
        {"problem": {**LINE["problem"], "dataset": {"key": "table", "path": HOSTILE, "table": 1}}},
    ],
)
def test_what_is_wrong_with_a_file_is_said_in_characters_that_no_terminal_obeys(
    changes: dict[str, Any], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["run", str(experiment_file(tmp_path, **changes))]) == 2
    said = capsys.readouterr()
    assert said.err
    assert_obeyed_by_none(said.out, said.err)


def test_a_table_that_is_wrong_is_quoted_in_characters_that_no_terminal_obeys(
    tmp_path: Path,
) -> None:
    (tmp_path / "x.csv").write_bytes(f"a,{HOSTILE}\n1,2\n3,4\n".replace("\r", "").encode())
    data = with_text(FULL, ("problem", "dataset", "path"), "x.csv")
    for name in ("initial_parameters", "changes", "variations"):
        del data[name]
    (tmp_path / "e.json").write_text(json.dumps(data))
    status, out, err = printed(["run", "e.json"], tmp_path)
    assert status == 2
    assert "unexpected" in err
    assert_obeyed_by_none(out, err)


def test_a_traceback_is_printed_in_characters_that_no_terminal_obeys(tmp_path: Path) -> None:
    program = (
        "import sys, gd_studio.cli.run as r\n"
        "from gd_studio.cli import main\n"
        "def broken(*_, **__): raise RuntimeError(sys.argv[1])\n"
        "r.run = broken\n"
        "main(['run', 'linear-regression'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, HOSTILE],
        cwd=tmp_path,
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        check=False,
    )
    assert b"RuntimeError" in done.stderr
    assert_obeyed_by_none(done.stderr.decode())


def test_an_engine_says_nothing_in_characters_that_a_terminal_obeys(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from gd_studio.link.client import EngineClient\n"
        "class Bad:\n"
        "    def __reduce__(self):\n"
        "        said = f'({sys.argv[1]!r})'\n"
        "        return exec, (f'import sys; print{said}; sys.stderr.write{said}',)\n"
        "if __name__ == '__main__':\n"
        "    client = EngineClient()\n"
        "    client.receive()\n"
        "    client.send(Bad())\n"
        "    client.close()\n"
    )
    path = tmp_path / "program.py"
    path.write_text(program)
    done = subprocess.run(
        [sys.executable, str(path), HOSTILE],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        check=False,
    )
    assert b"owned" in done.stdout
    assert b"owned" in done.stderr
    assert_obeyed_by_none(done.stdout.decode(), done.stderr.decode())


@pytest.mark.skipif(sys.platform == "win32", reason="there is no pseudo-terminal")
def test_a_bar_that_fills_has_nothing_of_a_file_name_that_a_terminal_obeys(tmp_path: Path) -> None:
    import pty

    name = f"{HOSTILE}.json"
    (tmp_path / name).write_text(json.dumps({**CURVE, "training": {"steps": 20_000}}))
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*COMMAND, "run", name],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        seen = b""
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:  # the other end is closed
                break
            if not piece:
                break
            seen += piece
        assert process.wait() == 0
    os.close(ours)
    text = seen.decode()
    assert "\\x1b]0;owned\\x07" in text
    # A bar itself goes back to the beginning of its line, and colours nothing.
    assert not COMMANDING.intersection(text.replace("\r", "")), ascii(text)
    assert f"x{chr(13)}" not in text


def test_a_printed_script_is_the_text_of_the_file_and_has_nothing_that_a_terminal_obeys(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = experiment_file(tmp_path, notes=f"{HOSTILE}\n\n{HOSTILE}", title="λ of 漢字")
    assert main(["export", str(path)]) == 0
    out = capsys.readouterr().out
    assert main(["export", str(path), "--script", str(tmp_path / "s.py")]) == 0
    assert out == (tmp_path / "s.py").read_text(encoding="utf-8")
    assert_obeyed_by_none(out)
    compile(out, "s.py", "exec")


def test_every_text_of_a_table_is_spelled_out_in_a_script(tmp_path: Path) -> None:
    data = with_text(FULL, ("problem", "dataset", "table", "columns", 0, "name"), HOSTILE)
    for name in ("initial_parameters", "changes", "variations"):
        del data[name]
    columns = data["problem"]["dataset"]["table"]["columns"]
    columns[0]["categories"] = [HOSTILE, "d"]
    columns[1]["name"] = data["problem"]["dataset"]["table"]["target"] = f"{HOSTILE}y"
    data["problem"]["dataset"]["path"] = f"{HOSTILE}.csv"
    data["notes"] = HOSTILE
    script = write_script(Experiment.parse(data))
    assert_obeyed_by_none(script)
    compile(script, "s.py", "exec")
