from __future__ import annotations

import csv
import time
from pathlib import Path

import numpy as np

from gd_studio.experiment import Experiment
from gd_studio.files import write_history
from gd_studio.link.messages import Steps
from gd_studio.recording import Recording
from tests.helpers.recordings import LINE, VALLEY, finished_run


def read(path: Path) -> tuple[list[str], list[list[str]]]:
    with path.open(newline="") as file:
        header, *rows = csv.reader(file)
    return header, rows


def test_there_is_a_row_for_each_step_with_the_parameters_it_ended_with(tmp_path: Path) -> None:
    run = finished_run(LINE, [[0, 0], [0.1, 0.2], [0.3, 0.4]], loss=[5.0, 1 / 3])
    assert run.recording is not None
    write_history(tmp_path / "h.csv", run.recording)
    header, rows = read(tmp_path / "h.csv")
    assert header == ["step", "epoch", "train_loss", "grad_norm", "lr", "weight", "bias"]
    assert rows[0] == ["1", "1", "5.0", "0.5", "0.01", "0.100000001", "0.200000003"]
    assert rows[1][:3] == ["2", "2", "0.3333333333333333"]
    assert [float(cell) for cell in rows[1][5:]] == [0.300000012, 0.400000006]


def test_labels_with_a_comma_are_one_cell(tmp_path: Path) -> None:
    perceptron = {
        "problem": {
            "kind": "model",
            "dataset": {"key": "circle"},
            "model": {"key": "perceptron", "hidden": 2},
            "loss": {"key": "bce"},
        },
        "optimizer": {"key": "sgd"},
        "training": {"epochs": 1},
    }
    run = finished_run(perceptron, np.zeros((2, 9)).tolist())
    assert run.recording is not None
    write_history(tmp_path / "h.csv", run.recording)
    header, rows = read(tmp_path / "h.csv")
    assert header[5:9] == ["0.weight[0,0]", "0.weight[0,1]", "0.weight[1,0]", "0.weight[1,1]"]
    assert len(header) == len(rows[0]) == 14


def test_parameters_that_were_not_recorded_after_each_step_are_left_out(tmp_path: Path) -> None:
    run = finished_run(VALLEY, [[0, 0], [1, 1], [2, 2], [3, 3]], every=2)
    assert run.recording is not None
    write_history(tmp_path / "h.csv", run.recording)
    header, rows = read(tmp_path / "h.csv")
    assert header == ["step", "epoch", "train_loss", "grad_norm", "lr"]
    assert len(rows) == 3


def _recording(loss: np.ndarray, parameters: np.ndarray) -> Recording:
    layout = Experiment.parse(LINE).layout
    recording = Recording(layout, np.zeros(2, dtype=np.float32))
    step = np.arange(1, len(loss) + 1)
    recording.append(Steps(step, loss, loss, loss, step, parameters))
    return recording


def test_all_numbers_read_back_to_the_same_bits(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    loss = random.integers(0, 2**63, 5000, dtype=np.uint64).view(np.float64)
    bits = random.integers(0, 2**32, (5000, 2), dtype=np.uint32)
    parameters = bits.view(np.float32)
    keep = np.isfinite(loss) & np.isfinite(parameters).all(axis=1)
    loss, parameters = loss[keep], parameters[keep]
    write_history(tmp_path / "h.csv", _recording(loss, parameters))
    _, rows = read(tmp_path / "h.csv")
    table = np.array([[float(cell) for cell in row] for row in rows])
    assert table[:, 2].tobytes() == loss.tobytes()
    assert table[:, 5:].astype(np.float32).tobytes() == parameters.tobytes()


def test_parameters_of_double_precision_read_back_to_the_same_bits(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    parameters = random.integers(0, 2**63, (2000, 2), dtype=np.uint64).view(np.float64)
    parameters = parameters[np.isfinite(parameters).all(axis=1)]
    step = np.arange(1, len(parameters) + 1)
    ones = np.ones(len(step))
    recording = Recording(Experiment.parse(LINE).layout, np.zeros(2))
    recording.append(Steps(step, ones, ones, ones, step, parameters))
    assert recording.parameters[1:].tobytes() == parameters.tobytes()
    write_history(tmp_path / "h.csv", recording)
    _, rows = read(tmp_path / "h.csv")
    table = np.array([[float(cell) for cell in row[5:]] for row in rows])
    assert table.tobytes() == parameters.tobytes()


def test_a_run_without_a_step_has_a_header_only(tmp_path: Path) -> None:
    recording = Recording(Experiment.parse(LINE).layout, np.zeros(2, dtype=np.float32))
    write_history(tmp_path / "h.csv", recording)
    header, rows = read(tmp_path / "h.csv")
    assert header[-1] == "bias"
    assert rows == []


def test_two_hundred_thousand_steps_take_no_more_than_seconds(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    n = 200_000
    recording = _recording(random.random(n), random.random((n, 2)).astype(np.float32))
    begin = time.process_time()
    write_history(tmp_path / "h.csv", recording)
    assert time.process_time() - begin < 4.0  # it takes 0.5 s; number by number it took 10 s
    with (tmp_path / "h.csv").open() as file:
        assert sum(1 for _ in file) == n + 1
