"""Reading a file whole, up to a size that such a file can have."""

from __future__ import annotations

from pathlib import Path

from gd_studio.files.errors import FileProblem, StrPath, reason

MEGABYTE = 1_000_000


def read_bytes(path: StrPath, most: int) -> bytes:
    """Read a file of at most `most` bytes.

    Raises
    ------
    FileProblem
        Where it is missing, cannot be read, or is larger.
    """
    try:
        with Path(path).open("rb") as file:
            content = file.read(most + 1)
    except FileNotFoundError:
        raise FileProblem(path, "does not exist") from None
    except OSError as error:
        raise FileProblem(path, f"cannot be read: {reason(error)}") from error
    if len(content) > most:
        raise FileProblem(path, f"is larger than {most // MEGABYTE} MB, the most that is read")
    return content
