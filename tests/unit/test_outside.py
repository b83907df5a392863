from __future__ import annotations

import json
from pathlib import Path

import pytest

from gd_studio.cli import main
from gd_studio.files import FileProblem, consent, load_experiment, outside_tables, save_experiment
from tests.helpers.tables import experiment_on, write_table


@pytest.fixture
def file(tmp_path) -> Path:
    """Where an experiment is, with a table in its folder, one below, and one outside."""
    for name in ("mine/here.csv", "mine/data/below.csv", "elsewhere/theirs.csv"):
        write_table(tmp_path / name)
    (tmp_path / "mine" / "link.csv").symlink_to(tmp_path / "elsewhere" / "theirs.csv")
    (tmp_path / "mine" / "folder").symlink_to(tmp_path / "elsewhere")
    return tmp_path / "mine" / "experiment.gdstudio"


@pytest.mark.parametrize("name", ["here.csv", "data/below.csv", "./data/../here.csv"])
def test_a_table_in_the_folder_of_the_experiment_or_below_is_not_outside(file, name) -> None:
    for path in (name, str(file.parent / name)):
        save_experiment(file, experiment_on(path))
        experiment = load_experiment(file)
        assert Path(experiment.problem.dataset.path) == file.parent / name
        assert outside_tables(experiment, file) == ()


@pytest.mark.parametrize("name", ["../elsewhere/theirs.csv", "link.csv", "folder/theirs.csv"])
def test_a_table_elsewhere_is_outside_whatever_way_leads_to_it(file, name) -> None:
    theirs = str(file.parent.parent / "elsewhere" / "theirs.csv")
    for path in (name, theirs):
        save_experiment(file, experiment_on(path))
        assert outside_tables(load_experiment(file), file) == (theirs,)


def test_an_experiment_that_is_itself_reached_by_a_link_is_in_the_folder_of_the_link(file) -> None:
    save_experiment(file.with_name("elsewhere.gdstudio"), experiment_on("theirs.csv"))
    link = file.parent.parent / "elsewhere" / "link.gdstudio"
    link.symlink_to(file.with_name("elsewhere.gdstudio"))
    assert outside_tables(load_experiment(link), link) == ()


def test_tables_that_runs_have_of_their_own_are_found(file) -> None:
    theirs = str(file.parent.parent / "elsewhere" / "theirs.csv")
    for path in (theirs, "../elsewhere/theirs.csv"):
        own = {"problem.dataset.path": path}
        variations = [{"name": "a", "changes": {}}, {"name": "b", "changes": own}]
        save_experiment(file, experiment_on("here.csv", variations=variations))
        experiment = load_experiment(file)
        assert outside_tables(experiment, file) == (theirs,)
        # Wherever the program is started: never from the current folder.
        assert all(Path(run.problem.dataset.path).is_absolute() for _, run in experiment.runs())


@pytest.mark.parametrize("path", [r"\\server\share\a.csv", "//server/share/a.csv", r"\\?\C:\a.csv"])
def test_a_table_on_another_computer_is_refused_and_not_asked_for(file, path) -> None:
    save_experiment(file, experiment_on(path))
    with pytest.raises(FileProblem, match="on another computer"):
        load_experiment(file)


def test_a_name_with_a_zero_byte_is_refused(file) -> None:
    text = experiment_on("a.csv").to_json().replace("a.csv", "a\\u0000.csv")
    assert "\0" in json.loads(text)["problem"]["dataset"]["path"]
    file.write_text(text)
    with pytest.raises(FileProblem, match="zero byte"):
        load_experiment(file)


def test_what_is_agreed_to_is_this_experiment_in_this_file_and_this_table(file) -> None:
    first, other = experiment_on("here.csv"), experiment_on("here.csv", seed=7)
    agreed = consent(first, file, "/etc/a.csv")
    assert consent(first, file, "/etc/a.csv") == agreed
    assert consent(first, file, "/etc/b.csv") != agreed
    assert consent(first, file.with_name("b.gdstudio"), "/etc/a.csv") != agreed
    assert consent(other, file, "/etc/a.csv") != agreed


@pytest.mark.parametrize("command", [["run"], ["export"]])
def test_the_command_line_reads_nothing_outside_unless_it_may(file, command, capsys) -> None:
    theirs = file.parent.parent / "elsewhere" / "theirs.csv"
    save_experiment(file, experiment_on("../elsewhere/theirs.csv"))

    assert main([*command, str(file)]) == 2
    assert capsys.readouterr().err == (
        f"gd-studio: {file}: wants to read {theirs}, which is not in its folder:"
        " --allow-outside lets it\n"
    )
    assert main([*command, str(file), "--allow-outside"]) == 0


def test_a_table_that_the_command_names_itself_is_read(file) -> None:
    theirs = file.parent.parent / "elsewhere" / "theirs.csv"
    save_experiment(file, experiment_on("here.csv"))
    assert main(["run", str(file), "--set", f"problem.dataset.path={theirs}"]) == 0
