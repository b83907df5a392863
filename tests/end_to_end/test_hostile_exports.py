"""Experiments that name a file which is none of their business, exported by the command."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gd_studio.cli import main
from tests.helpers.courses import fit
from tests.helpers.scripts import people

pytestmark = pytest.mark.timeout(60)

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    folder = tmp_path / "theirs"
    folder.mkdir()
    return folder


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    folder = tmp_path / "ours"
    folder.mkdir()
    return folder


def export(dataset: dict[str, Any], path: Path, script: Path) -> int:
    experiment = path.with_name("experiment.gdstudio")
    named = {**dataset, "path": str(path)}
    experiment.write_text(fit(named, "logistic", "bce", training={"epochs": 2}).to_json())
    return main(["export", str(experiment), "--script", str(script)])


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_table_called_like_a_module_is_not_imported_by_its_script(
    theirs: Path, ours: Path
) -> None:
    dataset = people(theirs / "numpy.py", ",", holes=False)
    (theirs / "numpy.py").chmod(0o600)
    assert export(dataset, theirs / "numpy.py", ours / "script.py") == 0
    assert names(ours) == ["script-data.csv", "script.py"]
    assert (ours / "script-data.csv").read_bytes() == (theirs / "numpy.py").read_bytes()
    if sys.platform != "win32":
        assert stat.S_IMODE((ours / "script-data.csv").stat().st_mode) == 0o600
    command = [sys.executable, str(ours / "script.py")]
    done = subprocess.run(command, cwd=ours, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


def test_a_table_called_like_its_script_is_not_lost(theirs: Path) -> None:
    dataset = people(theirs / "script.py", ",", holes=False)
    content = (theirs / "script.py").read_bytes()
    assert export(dataset, theirs / "script.py", theirs / "script.py") == 0
    assert (theirs / "script-data.csv").read_bytes() == content


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX pipes")
def test_what_is_no_table_is_not_copied(capsys: Capture, theirs: Path, ours: Path) -> None:
    dataset = people(theirs / "people.csv", ",", holes=False)
    (theirs / "key").write_text("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n")
    os.mkfifo(theirs / "pipe")
    for name, sentence in (
        ("key", "key: the file has a single column"),
        ("pipe", "pipe: the file cannot be read: it is a pipe, not a file"),
    ):
        assert export(dataset, theirs / name, ours / "script.py") == 2
        assert f"gd-studio: {sentence}" in capsys.readouterr().err
        assert names(ours) == []
