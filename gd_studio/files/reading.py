"""Reading a file whole, up to a size that such a file can have."""

from __future__ import annotations

from gd_studio.disk import read_regular
from gd_studio.files.errors import FileProblem, StrPath, reason

MEGABYTE = 1_000_000


def read_bytes(path: StrPath, most: int) -> bytes:
    """Read a file of at most `most` bytes.

    Raises
    ------
    FileProblem
        Where it is missing, no regular file, cannot be read, or is larger.
    """
    try:
        return read_regular(path, most)
    except FileNotFoundError:
        raise FileProblem(path, "does not exist") from None
    except OSError as error:
        raise FileProblem(path, f"cannot be read: {reason(error)}") from error
