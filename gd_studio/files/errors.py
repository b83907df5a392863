"""What is wrong with a file: one kind of error for all that reads and writes."""

from __future__ import annotations

import os
from pathlib import Path

StrPath = str | os.PathLike[str]


class FileProblem(Exception):  # noqa: N818 - as FieldProblem: something for the user to put right
    """A file that cannot be read, written or understood.

    Attributes
    ----------
    path
        The file.
    sentence
        What is wrong with it, to be read after its name: ``"cannot be read: …"``.
    """

    def __init__(self, path: StrPath, sentence: str) -> None:
        super().__init__(f"{os.fspath(path)}: {sentence}")
        self.path = Path(path)
        self.sentence = sentence


def reason(error: OSError) -> str:
    """Return why the system refused, as the system puts it: ``"permission denied"``."""
    sentence = error.strerror or str(error)
    return sentence[:1].lower() + sentence[1:]
