"""Whether the fuzzing would notice: each kind of fault, planted."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tests.fuzz import campaign
from tests.fuzz.campaign import Finding, Workers, run
from tests.fuzz.kinds import assignments, experiments, formulas, tables

PLANTED = "tests.helpers.planted_faults"

# Where the system says nothing of a process, what it takes is not known.
LINUX = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="there is no /proc here")


@pytest.fixture
def workers() -> Iterator[Workers]:
    with Workers() as workers:
        yield workers


def tried(workers: Workers, content: bytes) -> Finding | bool:
    return workers.attempt(PLANTED, "", content)


def what(found: Finding | bool) -> str:
    assert isinstance(found, Finding)
    return found.what


@pytest.fixture(autouse=True)
def _little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(campaign, "MOST_MEGABYTES", 300.0)


def test_what_is_right_is_accepted_and_what_is_refused_is_no_finding(workers: Workers) -> None:
    assert tried(workers, b"fine") is True
    assert tried(workers, b"refused") is False


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"raise", "KeyError: 'planted'"),
        (b"wait", "it did not end within 0 seconds"),
        (b"execute", "struct of the folder was executed"),
        (b"die", "the process died: exit status 3"),
        pytest.param(b"calculate", "it did not end within 0 seconds", marks=LINUX),
        pytest.param(b"grow", "it took ", marks=LINUX),
    ],
)
def test_a_fault_is_found_and_the_next_input_is_tried(
    workers: Workers, content: bytes, sentence: str
) -> None:
    found = tried(workers, content)
    assert sentence in what(found)
    assert found.content == content
    assert tried(workers, b"fine") is True


def test_an_input_is_written_with_what_it_did_and_the_command_that_tries_it_again(
    tmp_path: Path,
) -> None:
    path = campaign.write(Finding("formulas", "ValueError: \ud800", b"x"), tmp_path)
    assert path.read_bytes() == b"x"
    told = path.with_suffix(".txt").read_text()
    assert told == f"ValueError: \\ud800\n\nmake fuzz ARGS='--replay {path}'\n"


def test_accepted_and_refused_inputs_are_counted(tmp_path: Path) -> None:
    tallies, findings = run([PLANTED], seed=1, seconds=1.0, out=tmp_path)
    tally = tallies[PLANTED]
    assert findings == []
    assert tally.accepted > 0
    assert tally.refused > 0
    assert tally.findings.total() == 0


def test_the_same_cause_is_one_finding() -> None:
    first, second = (Finding("a", f"  File \"x.py\", line 3\nKeyError: '{n}'", b"") for n in (1, 2))
    other = Finding("a", "  File \"x.py\", line 4\nKeyError: '1'", b"")
    assert first.cause == second.cause != other.cause


@pytest.mark.parametrize("kind", [assignments, experiments, formulas, tables])
def test_a_seed_makes_the_same_inputs_again(kind) -> None:
    for number in range(20):
        assert kind.make(Random(f"7 {number}")) == kind.make(Random(f"7 {number}"))


def test_a_worker_leaves_no_folder_behind() -> None:
    with Workers() as workers:
        tried(workers, b"fine")
        folder = workers.folder
        assert (folder / "struct.py").exists()
        assert os.path.isdir(folder)
    assert not folder.exists()
