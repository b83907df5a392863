"""Listing what can be chosen, for people as a table and for programs as JSON."""

from __future__ import annotations

import json
import shutil
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from typing import Any

from gd_studio.catalog import (
    DATASETS,
    FUNCTIONS,
    LOSSES,
    MODELS,
    OPTIMIZERS,
    SCHEDULES,
    Catalog,
    DatasetEntry,
    Entry,
    did_you_mean,
)
from gd_studio.cli.engine import engine_at_hand
from gd_studio.cli.errors import InputError
from gd_studio.files import example_keys, load_example

Row = dict[str, Any]


def list_entries(kind: str, *, as_json: bool) -> int:
    """Print everything of a kind; return the exit status.

    Raises
    ------
    InputError
        Where there is no such kind.
    """
    if kind not in _KINDS:
        raise InputError([f"there is no kind '{kind}' to list{did_you_mean(kind, list(_KINDS))}"])
    rows = _KINDS[kind]()
    print(json.dumps(rows, indent=2, allow_nan=False) if as_json else _table(rows))
    return 0


def describe(entry: Entry) -> Row:
    """Return all that the catalogue says about `entry` and JSON can hold."""
    row = {field.name: getattr(entry, field.name) for field in fields(entry)}
    row["parameters"] = [{**asdict(p), "kind": p.kind} for p in entry.parameters]
    if isinstance(entry, DatasetEntry):
        row.update(asdict(entry.describe(entry.defaults)))
    # What is for the program alone, as what builds a model's layers, means nothing outside it.
    return {name: value for name, value in row.items() if name != "origin" and not callable(value)}


def _entries(catalog: Catalog[Any]) -> Callable[[], list[Row]]:
    return lambda: [describe(entry) for entry in catalog.values()]


def _examples() -> list[Row]:
    examples = [(key, load_example(key)) for key in example_keys()]
    return [{"key": key, "title": e.title, "notes": e.notes} for key, e in examples]


def _devices() -> list[Row]:
    """Ask an engine, since only torch knows."""
    with engine_at_hand() as (_, environment):
        return [
            {"key": d.key, "label": d.label, "available": d.available, "reason": d.reason}
            for d in environment.devices
        ]


_KINDS: Mapping[str, Callable[[], list[Row]]] = {
    "functions": _entries(FUNCTIONS),
    "models": _entries(MODELS),
    "datasets": _entries(DATASETS),
    "optimizers": _entries(OPTIMIZERS),
    "schedules": _entries(SCHEDULES),
    "losses": _entries(LOSSES),
    "examples": _examples,
    "devices": _devices,
}


def _table(rows: list[Row]) -> str:
    """Lay key, name and sentence out in columns, as wide as the terminal."""
    cells = [
        (
            row["key"],
            row.get("label") or row.get("title", ""),
            row.get("summary") or row.get("notes") or row.get("reason") or "",
        )
        for row in rows
    ]
    first = max(len(key) for key, _, _ in cells)
    second = max(len(label) for _, label, _ in cells)
    margin = " " * (first + second + 4)
    width = max(shutil.get_terminal_size((100, 24)).columns, len(margin) + 30)
    return "\n".join(
        textwrap.fill(
            sentence,
            width,
            initial_indent=f"{key:{first}}  {label:{second}}  ",
            subsequent_indent=margin,
        )
        # An empty sentence has no line to begin with the indent.
        or f"{key:{first}}  {label}"
        for key, label, sentence in cells
    )
