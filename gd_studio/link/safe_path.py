"""Starting processes that find no module in the current folder."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator

_VARIABLE = "PYTHONSAFEPATH"

_changing = threading.Lock()


@contextlib.contextmanager
def safe_path() -> Iterator[None]:
    """Let Python processes that are started meanwhile look for no module in the current folder.

    `multiprocessing` starts them, and its resource tracker, as ``python -c``, which looks there
    first: a file called ``struct.py`` beside somebody's experiment would be executed. Other
    programs, such as the browser that shows a link, do not inherit it.
    """
    with _changing:
        before = os.environ.get(_VARIABLE)
        os.environ[_VARIABLE] = "1"
        try:
            yield
        finally:
            if before is None:
                del os.environ[_VARIABLE]
            else:
                os.environ[_VARIABLE] = before
