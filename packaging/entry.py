"""Where the frozen program begins."""

import os
import sys


def _find_libraries_as_usual() -> None:
    """Let what the program starts, a browser or a file manager, find the system's libraries.

    PyInstaller sets a variable by which its own are found first, and keeps what it was before.
    """
    if "LD_LIBRARY_PATH_ORIG" in os.environ:
        os.environ["LD_LIBRARY_PATH"] = os.environ["LD_LIBRARY_PATH_ORIG"]
    else:
        os.environ.pop("LD_LIBRARY_PATH", None)


def _main() -> int:
    _find_libraries_as_usual()
    from gd_studio.cli import main

    return main()


if __name__ == "__main__":
    sys.exit(_main())
