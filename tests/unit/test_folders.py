"""The folder that results are written to."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from gd_studio.cli.errors import InputError
from gd_studio.cli.folders import OF_A_RUN, OF_SEVERAL, check_folder, remove_older
from gd_studio.files import FileProblem


def filled(folder: Path, *names: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_text("older")
    return folder


def below(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def test_checking_a_folder_leaves_nothing(tmp_path: Path) -> None:
    check_folder(tmp_path / "a" / "b", OF_A_RUN)
    check_folder(tmp_path, OF_A_RUN)
    assert below(tmp_path) == set()
    assert tmp_path.exists()


@pytest.mark.parametrize("out", ["file", "file/below", "x" * 300])
def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path, out: str) -> None:
    filled(tmp_path, "file")
    with pytest.raises(InputError, match=r"is a file|cannot be written to: File name too long"):
        check_folder(tmp_path / out, OF_A_RUN)
    assert below(tmp_path) == {"file"}


def test_what_earlier_runs_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    filled(tmp_path, *OF_A_RUN, *OF_SEVERAL, "mine.txt")
    filled(tmp_path / "runs" / "gone", *OF_A_RUN)
    filled(tmp_path / "runs" / "kept", *OF_A_RUN, "mine.txt")
    filled(tmp_path / "runs" / "not-ours", "model.safetensors", "result.json")
    remove_older(tmp_path, keep=["result.json", "experiment.json"])
    assert below(tmp_path) == {
        *("mine.txt", "result.json", "experiment.json"),
        *("runs", "runs/kept", "runs/kept/mine.txt"),
        *("runs/not-ours", "runs/not-ours/model.safetensors", "runs/not-ours/result.json"),
    }


def test_the_runs_folder_goes_where_it_is_empty_then(tmp_path: Path) -> None:
    filled(tmp_path / "runs" / "a", *OF_A_RUN)
    remove_older(tmp_path, keep=OF_A_RUN)
    assert below(tmp_path) == set()


def test_files_of_our_names_without_a_result_are_not_ours(tmp_path: Path) -> None:
    names = {"history.csv", "comparison.csv", "experiment.json"}
    filled(tmp_path, *names)
    remove_older(tmp_path, keep=[])
    assert below(tmp_path) == names


def test_a_folder_of_earlier_runs_that_cannot_be_looked_into_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Path) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    filled(tmp_path / "runs")
    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(FileProblem, match=r"runs: cannot be looked into: Permission denied$"):
        remove_older(tmp_path, keep=[])
