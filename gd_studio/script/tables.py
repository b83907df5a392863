"""Reading a table: the numbers of its columns, and the codes of its categories."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from gd_studio.catalog import Table, TableColumn
from gd_studio.script.names import Names
from gd_studio.script.text import Group, Node, call, comment, lines_of, quoted

MISSING = ("", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "?")
"""What stands in a cell that is missing."""


DATA = "-data.csv"
"""What the name of the file ends with that a script reads; before it is the script's own name.

No module is called so, nor the script itself, and whose table it is has no say in it.
"""


def data_beside(script: Path) -> Path:
    """Return the file that `script` reads, where it reads one."""
    return script.with_name(f"{script.stem}{DATA}")


def write_table(table: Table, names: Names, *, shipped: bool) -> list[str]:
    """Read the CSV file that lies beside the script.

    Parameters
    ----------
    shipped
        Whether the file comes with GD Studio, so that it is known to be clean: separated by
        commas, and with no cell missing.
    """
    used = [*table.feature_columns, table.column(table.target)]
    categories = [column for column in used if column.kind == "category"]
    types = [
        f"{quoted(column.name)}: {'str' if column.kind == 'category' else 'float'}"
        for column in used
    ]
    options: list[Node] = [Group("dtype={", types, "}", packed=True)]
    lines = [f'path = Path(__file__).with_name(f"{{Path(__file__).stem}}{DATA}")']
    if not shipped:
        lines.append('header = path.read_text(encoding="utf-8-sig").lstrip().splitlines()[0]')
        options += [
            'sep=max(",;\\t", key=header.count)',
            "skipinitialspace=True",
            "keep_default_na=False",
            Group("na_values=[", [quoted(text) for text in MISSING], "]", packed=True),
        ]
    lines += call("table = pd.read_csv(", "path", *options)
    if categories:
        lines += comment("Categories become their codes.")
    for column in categories:
        lines += _coded(column, "" if shipped else ".str.strip()")
    if not shipped:
        lines += _without_missing(table, used)
    features = _columns(table)
    target = f"table[{quoted(table.target)}]"
    lines += lines_of(Group(f"{names.x} = np.column_stack([", features, "])"))
    return [*lines, f"{names.y} = {target}.to_numpy()"]


def write_filling(table: Table, names: Names) -> list[str]:
    """Fill in what is missing, as the training part has it; then spread categories out."""
    columns = table.feature_columns
    strategies = [
        quoted("most_frequent" if column.kind == "category" else table.missing)
        for column in columns
    ]
    loop = lines_of(Group("for column, strategy in enumerate([", strategies, "]):", packed=True))
    x_train, x_test = names.x_train, names.x_test
    lines = comment("What is missing takes what its column's training part says.")
    lines += [
        *loop,
        "    imputer = SimpleImputer(strategy=strategy)",
        f"    {x_train}[:, [column]] = imputer.fit_transform({x_train}[:, [column]])",
    ]
    if x_test:
        lines.append(f"    {x_test}[:, [column]] = imputer.transform({x_test}[:, [column]])")
    for part, _ in names.parts:
        lines += _spread(part, columns)
    return lines


def _spread(part: str, columns: Sequence[TableColumn]) -> list[str]:
    """Make a 0/1 feature of each category of what is one-hot, in a matrix of codes."""
    if not any(_is_one_hot(column) for column in columns):
        return []
    stacked: list[Node] = [
        f"*({part}[:, {place}] == code for code in range({len(column.categories)}))"
        if _is_one_hot(column)
        else f"{part}[:, {place}]"
        for place, column in enumerate(columns)
    ]
    return lines_of(Group(f"{part} = np.column_stack([", stacked, "])"))


def _columns(table: Table) -> list[Node]:
    """The features as columns of the frame; what is yet to be filled in stays a code."""
    stacked: list[Node] = []
    for column in table.feature_columns:
        values = f"table[{quoted(column.name)}]"
        if _is_one_hot(column) and table.missing == "drop":
            codes = f"range({len(column.categories)})"
            stacked.append(f"*({values} == code for code in {codes})")
        else:
            stacked.append(values)
    return stacked


def _coded(column: TableColumn, stripped: str) -> list[str]:
    codes = [f"{quoted(text)}: {code}" for code, text in enumerate(column.categories)]
    name = f"table[{quoted(column.name)}]"
    return lines_of(Group(f"{name} = {name}{stripped}.map(", [Group("{", codes, "}")]))


def _without_missing(table: Table, used: Sequence[TableColumn]) -> list[str]:
    needed = used if table.missing == "drop" else used[-1:]
    subset = [quoted(column.name) for column in needed]
    return lines_of(Group("table = table.dropna(subset=[", subset, "])", packed=True))


def _is_one_hot(column: TableColumn) -> bool:
    return column.kind == "category" and column.encoding == "one-hot"


def file_name(path: str) -> str:
    """Return the name of the file at `path`, written on whatever system."""
    return re.split(r"[/\\]", path)[-1]
