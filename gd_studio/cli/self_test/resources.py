"""Whether all files are there that come with GD Studio."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from gd_studio.catalog.purchase import PURCHASE
from gd_studio.catalog.resources import handbook, resources
from gd_studio.disk import read_regular
from gd_studio.experiment import ExperimentError
from gd_studio.files import FileProblem, example_keys, load_example
from gd_studio.files.examples import COURSE, picture_path

_MOST_BYTES = 10_000_000

_PNG = b"\x89PNG\r\n\x1a\n"


def wrong_resources() -> Iterator[str]:
    """Read each example, and look for its picture, the table of purchases and the handbook."""
    if not _read(handbook()):
        yield f"there is no handbook {handbook()}"
    for key in sorted({*COURSE, *example_keys()}):
        if key not in example_keys():
            yield f"there is no example {key} in {resources() / 'examples'}"
            continue
        try:
            load_example(key)
        except (ExperimentError, FileProblem) as error:
            yield f"the example {key} does not hold: {error}"
        picture = picture_path(key)
        if not _read(picture).startswith(_PNG):
            yield f"there is no picture {picture}"
    table = _read(resources() / "data" / "purchase.csv").decode()
    header, *rows = csv.reader(table.splitlines() or [""])
    if tuple(header) != tuple(column.name for column in PURCHASE.columns) or not rows:
        yield f"the table of purchases has {len(rows)} rows of {', '.join(header)}"


def _read(path: Path) -> bytes:
    """Return what is in a file; nothing where it cannot be read."""
    try:
        return read_regular(path, _MOST_BYTES)
    except OSError:
        return b""
