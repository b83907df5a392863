"""Exported scripts, with the data that they read beside them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gd_studio.files.atomic import write_atomically
from gd_studio.files.errors import FileProblem, StrPath, reason


def write_script_files(path: StrPath, script: str, needed: Sequence[Path]) -> list[Path]:
    """Write `script` to `path` and copy the files in `needed` beside it; return what was written.

    A file that is there already with the same content stays as it is.

    Raises
    ------
    FileProblem
        Where a file cannot be read or written, or another file of a needed one's name is there.
        The script is written last, so that there is one only where it can be run.
    """
    target = Path(path)
    copies = {target.with_name(source.name): _content(source) for source in needed}
    missing = {copy: content for copy, content in copies.items() if not copy.exists()}
    for copy, content in copies.items():
        if copy not in missing and _content(copy) != content:
            raise FileProblem(
                copy, "is there already with other content: choose another folder for the script"
            )
    for copy, content in missing.items():
        write_atomically(copy, content)
    write_atomically(target, script)
    return [target, *missing]


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileProblem(path, f"cannot be read: {reason(error)}") from error
