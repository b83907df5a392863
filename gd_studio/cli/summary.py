"""What is printed when runs are over."""

from __future__ import annotations

from collections.abc import Sequence

from gd_studio.experiment import FunctionProblem
from gd_studio.link.messages import FinishReason
from gd_studio.link.metric_names import METRIC_LABELS, headline
from gd_studio.recording import Run

_FEW = 4
"""Up to this many parameters are printed."""


def summary(this: Run) -> list[str]:
    """Say how a run ended, and with what: the lines to print."""
    finished = this.finished
    assert finished is not None
    lines = [finished.detail]
    if this.diagnosis is not None and this.diagnosis.sentence:
        lines.append(f"Diagnosis: {this.diagnosis.sentence}")
    if this.diagnosis is not None and this.diagnosis.point is not None:
        lines.append(f"Point: {this.diagnosis.point.sentence}")
    lines += [f"Steps: {finished.steps:,} in {finished.seconds:.3g} s."]
    # Of several starts each has a loss of its own, "loss[3]"; those are for the file.
    told = {name: value for name, value in finished.final.items() if "[" not in name}
    numbers = ", ".join(f"{name} {value:.6g}" for name, value in told.items())
    if numbers:
        lines.append(f"At the end: {numbers}.")
    labels = this.experiment.layout.labels
    if len(labels) <= _FEW:
        pairs = zip(labels, finished.parameters.tolist(), strict=True)
        lines.append(f"Parameters: {', '.join(f'{label} {value:.6g}' for label, value in pairs)}.")
    return lines


def comparison(runs: Sequence[Run], planned: int) -> list[str]:
    """Say how several runs ended: a table, then a line for each with which something is wrong.

    Parameters
    ----------
    runs
        Those that are over.
    planned
        How many there were to be.
    """
    rows = [_row(run) for run in runs]
    # What no run has is no column.
    columns = [name for name in _COLUMNS if any(row.get(name) for row in rows)]
    metrics = dict.fromkeys(name for row in rows for name in row if name not in _COLUMNS)
    lines = _table([*columns, *metrics], rows)
    lines += [f"{run.name}: {wrong}" for run in runs if (wrong := _what_is_wrong(run))]
    if len(runs) < planned:
        lines.append(f"Stopped: {planned - len(runs)} of {planned} runs were not begun.")
    return lines


def _what_is_wrong(run: Run) -> str:
    """Say what is wrong with a run; nothing where nothing is."""
    if run.diagnosis is not None and run.diagnosis.kind is not None:
        return run.diagnosis.sentence
    assert run.finished is not None
    return run.finished.detail if run.finished.reason is FinishReason.DIVERGED else ""


_COLUMNS = ("run", "ended", "steps", "loss", "test loss")
"""The columns that every task has; the metric that is shown first follows."""


def _row(run: Run) -> dict[str, str]:
    assert run.finished is not None
    final = run.finished.final
    row = {
        "run": run.name,
        "ended": run.finished.reason.value,
        "steps": f"{run.finished.steps:,}",
        "loss": _number(final.get("train_loss")),
        "test loss": _number(final.get("test_loss")),
    }
    problem = run.experiment.problem
    if not isinstance(problem, FunctionProblem):
        metric = headline(problem.data_schema.task)
        part = "test" if f"test_{metric}" in final else "train"
        label = METRIC_LABELS[metric]
        # R² stays a capital letter; accuracy is a word within a line.
        label = label.lower() if label.isalpha() else label
        row[f"{part} {label}"] = _number(final.get(f"{part}_{metric}"))
    return row


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"


def _table(columns: Sequence[str], rows: Sequence[dict[str, str]]) -> list[str]:
    """Lay `rows` out: words to the left, numbers to the right."""
    cells = [list(columns), *([row.get(name, "") for name in columns] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) if i < 2 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in cells
    ]
