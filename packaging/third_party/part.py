"""One part of a frozen build that others have made."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

TEXTS = Path(__file__).parent / "texts"
"""The texts of licences that are not found beside the parts themselves."""


class IncompleteError(Exception):
    """Something in a frozen build has no known origin, no licence or one that forbids its use.

    Parameters
    ----------
    problems
        A sentence for each.
    """

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Part:
    """A part of a frozen build, and what it is licensed under.

    Parameters
    ----------
    name, version, licence
        As they are listed.
    folder
        The folder of its texts.
    texts
        The texts of its licence: where each comes from, by its place in the folder.
    elsewhere
        The folders of other parts that hold texts of its licence as well.
    files
        Its machine code, as paths in the frozen folder.
    inside
        What others have made and is compiled into it.
    source
        Where its source is to be had, if known.
    """

    name: str
    version: str
    licence: str
    folder: str
    texts: Mapping[str, Path] = field(default_factory=dict)
    elsewhere: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()
    source: str | None = None

    @property
    def has_own_texts(self) -> bool:
        """Whether it brings any text itself."""
        return any(TEXTS not in path.parents for path in self.texts.values())

    def problems(self) -> list[str]:
        """What keeps the part from being passed on."""
        if not self.texts and not self.elsewhere:
            return [f"{self.name} {self.version} comes without the text of its licence."]
        if is_copyleft(self.licence):
            files = f" ({', '.join(self.files)})" if self.files else ""
            return [
                f"{self.name}{files} is under {self.licence}, which does not go with the licences "
                f"of the other parts: leave it out of the build, or say in "
                f"packaging/third_party/known.toml what it is really under."
            ]
        return []


def is_copyleft(licence: str) -> bool:
    """Whether a licence asks that the whole program be under the GPL."""
    return any(
        re.match(r"A?GPL-", term.strip("( "), re.IGNORECASE)
        and not re.search(r"\s(or|with)\s", term, re.IGNORECASE)
        for term in re.split(r"\sand\s|,", licence, flags=re.IGNORECASE)
    )


def standard_texts(licence: str) -> dict[str, Path]:
    """The texts of the licences that an SPDX expression names, as far as they are kept here."""
    texts = {
        text.name: text
        for text in sorted(TEXTS.glob("*.txt"))
        if re.search(rf"(?<![\w.-]){re.escape(text.stem)}(-only|-or-later)?(?![\w.-])", licence)
    }
    if "LGPL-3.0.txt" in texts:
        texts["GPL-3.0.txt"] = TEXTS / "GPL-3.0.txt"  # which it adds permissions to
    return texts
