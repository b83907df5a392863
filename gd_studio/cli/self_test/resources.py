"""Whether all files are there that come with GD Studio."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from gd_studio.catalog.purchase import PURCHASE
from gd_studio.catalog.resources import handbook, resources
from gd_studio.experiment import ExperimentError
from gd_studio.files import FileProblem, example_keys, load_example
from gd_studio.files.examples import COURSE, picture_path

_PNG = b"\x89PNG\r\n\x1a\n"


def wrong_resources() -> Iterator[str]:
    """Read each example, and look for its picture, the table of purchases and the handbook."""
    if not handbook().is_file():
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
        if not picture.is_file() or not picture.read_bytes().startswith(_PNG):
            yield f"there is no picture {picture}"
    with (resources() / "data" / "purchase.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    if tuple(header) != tuple(column.name for column in PURCHASE.columns) or not rows:
        yield f"the table of purchases has {len(rows)} rows of {', '.join(header)}"
