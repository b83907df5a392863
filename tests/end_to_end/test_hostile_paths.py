"""The command with paths that cannot be: a sentence and exit status 2, of each that is given."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gd_studio.cli import main
from gd_studio.files import FileProblem, write_atomically

Capture = pytest.CaptureFixture[str]

QUICK = ("linear-regression", "--quiet", "--set", "training.epochs=1")

posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX names and permissions")


def complaint(capsys: Capture, *arguments: str) -> str:
    assert main(arguments) == 2
    printed = capsys.readouterr()
    (line,) = printed.err.splitlines()
    return line


@posix
@pytest.mark.parametrize("name", ["a\0b", "half \ud83d", "x" * 300, "x" * 300 + "/y"])
def test_a_name_that_no_file_can_have_is_a_sentence(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for arguments in (
        ("run", name),
        ("run", *QUICK, "--out", name),
        ("export", name),
        ("export", "linear-regression", "--script", f"{name}.py"),
        ("export", "purchase-likelihood", "--script", f"{name}.py"),
        ("list", name),
        (name,),
    ):
        assert complaint(capsys, *arguments).startswith("gd-studio: ")
    assert list(tmp_path.iterdir()) == []


def test_a_script_that_cannot_be_written_leaves_no_data_behind(
    capsys: Capture, tmp_path: Path
) -> None:
    (tmp_path / "script.py").mkdir()
    script = str(tmp_path / "script.py")
    assert "cannot be written" in complaint(
        capsys, "export", "purchase-likelihood", "--script", script
    )
    assert [path.name for path in tmp_path.iterdir()] == ["script.py"]


@posix
def test_a_present_folder_that_is_gone_is_a_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    start = "import os, sys; from gd_studio.cli import main; os.rmdir(os.getcwd()); sys.exit({})"
    for arguments in (["run", *QUICK], ["open", "x.gdstudio"], ["list", "devices"]):
        folder.mkdir(exist_ok=True)
        done = subprocess.run(
            [sys.executable, "-c", start.format(f"main({arguments!r})")],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        said = "gd-studio: the present folder is gone: change to another one\n"
        assert (done.returncode, done.stderr) == (2, said)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every name is UTF-8")
def test_a_name_that_is_no_text_is_a_sentence_and_nothing_is_written(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    odd = os.fsdecode(b"caf\xe9")
    for arguments in (
        ["export", "linear-regression", "--script", f"{odd}.py"],
        ["run", f"{odd}.json"],
        ["run", *QUICK, "--out", odd],
    ):
        assert main(arguments) == 2
        assert "is no text in the encoding of this system" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_text_that_is_no_text_is_not_written_and_said(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match="cannot be written: a name in it is not UTF-8"):
        write_atomically(tmp_path / "x.json", "\udce9")
    assert list(tmp_path.iterdir()) == []


UNKNOWN_USER = """
import os, pwd, sys
def unknown(_):
    raise KeyError("getpwuid(): uid not found")
pwd.getpwuid = unknown
for variable in ("HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "MPLCONFIGDIR"):
    os.environ.pop(variable, None)
from gd_studio.cli import main
if __name__ == "__main__":
    sys.exit(main())
"""


@posix
def test_a_user_that_the_system_does_not_know_is_served_without_a_home(tmp_path: Path) -> None:
    """As in a container: figures and the crash log ask for a home."""
    program = tmp_path / "program.py"
    program.write_text(UNKNOWN_USER)
    for arguments in (["run", *QUICK, "--out", "out"], ["list", "examples"]):
        done = subprocess.run(
            [sys.executable, str(program), *arguments],
            cwd=tmp_path,
            env={**os.environ, "TMPDIR": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr
    assert (tmp_path / "out" / "loss.png").is_file()
