"""The data that come with GD Studio, copied beside the script that reads them."""

from __future__ import annotations

import os
from pathlib import Path

from gd_studio.disk import let_read, new_file
from gd_studio.files.errors import FileProblem, reason
from gd_studio.files.reading import MEGABYTE, read_bytes

LARGEST = 16 * MEGABYTE
"""Bytes of the largest file that is copied; what comes with GD Studio has some kilobytes."""


def copy_shipped(source: Path, target: Path) -> bool:
    """Copy a file that comes with GD Studio to `target`; return whether it was not there yet.

    A file that is there already with the same content stays as it is.

    Raises
    ------
    FileProblem
        Where a file cannot be read or written, or something else is called `target`.
    """
    content = read_bytes(source, LARGEST)
    if os.path.lexists(target):
        if read_bytes(target, LARGEST) != content:
            raise FileProblem(
                target, "is there already with other content: choose another name for the script"
            )
        return False
    try:
        with new_file(target) as file:
            file.write(content)
            let_read(file, os.stat(source))
    except OSError as error:
        raise FileProblem(target, f"cannot be written: {reason(error)}") from error
    return True
