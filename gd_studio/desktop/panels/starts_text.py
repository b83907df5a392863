"""Starting points as text, one on a line, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gd_studio.desktop.panels.number_text import Bounds, parse_number

Start = tuple[float, ...]


def format_start(start: Start) -> str:
    """Return a start with six digits a coordinate: ``-1.2, 1``."""
    return ", ".join(f"{coordinate:.6g}" for coordinate in start)


def parse_starts(
    text: str, variables: Sequence[str], exact: Mapping[str, Start]
) -> tuple[tuple[Start, ...], tuple[tuple[int, str], ...]]:
    """Read the starts in `text`, and what is wrong with them.

    Parameters
    ----------
    text
        A start on each line: its coordinates, with a comma or a space between them. Empty lines
        are passed over.
    variables
        The names of the coordinates.
    exact
        The starts that lines stand for which show fewer digits than the start has.

    Returns
    -------
    starts, problems
        The starts that could be read; and pairs (number of the start from 0, sentence).
    """
    starts: list[Start] = []
    problems: list[tuple[int, str]] = []
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for i, line in enumerate(lines):
        try:
            starts.append(exact[line] if line in exact else _start(line, variables))
        except ValueError as error:
            problems.append((i, f"start {i + 1}: {error}"))
    if not lines:
        problems.append((0, "at least one start is needed; Clear goes back to random ones"))
    return tuple(starts), tuple(problems)


def _start(line: str, variables: Sequence[str]) -> Start:
    words = line.strip("()[];").replace(",", " ").split()
    if len(words) != len(variables):
        names = ", ".join(variables)
        noun = "number is" if len(variables) == 1 else "numbers are"
        raise ValueError(f"{len(variables)} {noun} needed ({names}), not {len(words)}")
    start = []
    for word in words:
        try:
            start.append(float(parse_number(word, Bounds(), integer=False)))
        except ValueError as error:
            raise ValueError(f"'{word}' {error}") from None
    return tuple(start)
