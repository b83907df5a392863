"""How many files may be open at once."""

from __future__ import annotations

import contextlib

from gd_studio.cli.errors import InputError

with contextlib.suppress(ImportError):  # as on Windows, where there is no such limit
    import resource

NEEDED = 48
"""A run has some 16 open, the window some 20, and more while it shows a dialog."""


def see_to_open_files() -> None:
    """Raise the limit to what is needed, as far as this process may.

    Raises
    ------
    InputError
        Where it may not. What is opened later would fail in the middle of something.
    """
    if "resource" not in globals():
        return
    present, highest = resource.getrlimit(resource.RLIMIT_NOFILE)
    if present == resource.RLIM_INFINITY or present >= NEEDED:
        return
    if highest != resource.RLIM_INFINITY and highest < NEEDED:
        raise InputError(
            [
                f"only {highest} files may be open at once here, and GD Studio needs {NEEDED}:"
                " see 'ulimit -n'"
            ]
        )
    resource.setrlimit(resource.RLIMIT_NOFILE, (NEEDED, highest))
