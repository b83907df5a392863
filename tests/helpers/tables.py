"""Tables of one's own, and experiments that read them."""

from __future__ import annotations

from pathlib import Path

from gd_studio.experiment import Experiment


def write_table(path: Path) -> Path:
    """Write a small table of one feature and a target."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("size,price\n" + "".join(f"{n},{2 * n + n % 3}\n" for n in range(12)))
    return path


def experiment_on(path: str, **others: object) -> Experiment:
    """An experiment that fits a line to such a table at `path`."""
    columns = [{"name": "size"}, {"name": "price"}]
    return Experiment.model_validate(
        {
            "problem": {
                "kind": "model",
                "dataset": {
                    "key": "table",
                    "path": path,
                    "table": {"columns": columns, "target": "price", "task": "regression"},
                },
                "model": {"key": "linear"},
                "loss": {"key": "mse"},
            },
            "optimizer": {"key": "sgd", "lr": 0.001},
            "training": {"epochs": 3},
            **others,
        }
    )
