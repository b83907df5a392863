"""CSV files: inspected, and read as proposed."""

from __future__ import annotations

from pathlib import Path
from random import Random

from gd_studio.catalog import Missing, Table, TableColumn
from gd_studio.engine.tables import TableProblem, fill_missing, inspect_table, read_table
from tests.fuzz.mutation import TEXTS, mutated_bytes

_CELLS = (
    "1",
    "2.5",
    "-3e4",
    " 7 ",
    "a",
    "b",
    "",
    "NA",
    "?",
    "1e999",
    "inf",
    "1_0",
    "0x1",
    "1,5",
    "-",
)

_MISSING: tuple[Missing, ...] = ("drop", "mean", "median")


def make(random: Random) -> bytes:
    """Return a table, with something wrong in it more often than not."""
    separator = random.choice((",", ";", "\t", ",", "|"))
    end = random.choice(("\n", "\r\n", "\r", "\n\n"))
    columns = (
        random.choice((1, 2, 3, 5, 20, 300))
        if random.randrange(40)
        else random.choice((5000, 20_000, 30_000))
    )
    rows = random.choice((0, 1, 2, 10, 60)) if columns < 100 else random.choice((0, 2))
    names = [f"c{i}" if random.randrange(30) else random.choice(TEXTS) for i in range(columns)]
    kinds = [random.choice(("number", "text", "mixed")) for _ in names]
    lines = [names, *([_cell(random, kind) for kind in kinds] for _ in range(rows))]
    if rows > 1 and not random.randrange(4):
        lines[random.randrange(rows)] = lines[-1][: random.randrange(columns + 1)]
    text = end.join(
        separator.join(_quoted(random, cell, separator) for cell in line) for line in lines
    )
    content = text.encode(random.choice(("utf-8", "utf-8", "utf-8-sig", "utf-16")), "surrogatepass")
    if not random.randrange(50):
        content += random.choice((b'"', b"x", b",", b"\n", b"\0")) * random.choice(
            (200_000, 5_000_000)
        )
    return (
        mutated_bytes(random, content, random.choice((1, 3)))
        if not random.randrange(3)
        else content
    )


def attempt(content: bytes, folder: Path) -> bool:
    """Inspect a file, accept all proposals, and read it."""
    path = folder / "table.csv"
    path.write_bytes(content)
    try:
        report = inspect_table(str(path), lambda _: None, lambda: False)
        columns = tuple(
            TableColumn(c.name, c.proposed, c.values if c.proposed == "category" else ())
            for c in report.columns
        )
        missing = _MISSING[len(content) % 3]
        table = Table(columns, report.target, report.task, missing)
        if list(table.problems()):
            return False
        found = read_table(str(path), table)
        half = len(found.features) // 2
        fill_missing(found.features[:half], found.features[half:], table)
    except TableProblem:
        return False
    return True


def _cell(random: Random, kind: str) -> str:
    if kind == "number" and random.randrange(50):
        return random.choice(("1", "2", "3.25", "-4e3", "0", ""))
    if kind == "text" and random.randrange(50):
        return random.choice(("red", "green", "blue", "NA"))
    return random.choice((*_CELLS, *TEXTS)) if random.randrange(3) else random.choice(_CELLS)


def _quoted(random: Random, cell: str, separator: str) -> str:
    if any(c in cell for c in f'{separator}"\n\r') and random.randrange(20):
        return '"' + cell.replace('"', '""') + '"'
    return cell
