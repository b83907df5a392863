"""matplotlib, loaded without the settings file that may lie in the current folder.

There, matplotlib looks for one first: a stranger's would change every figure, and one that is a
named pipe would be waited for without end.
"""

from __future__ import annotations

import contextlib
import os

from gd_studio.catalog.resources import resources

_FILE = "matplotlibrc"

# Elsewhere only where need be: not every folder that a process is in can be come back to.
with contextlib.chdir(resources()) if os.path.lexists(_FILE) else contextlib.nullcontext():
    import matplotlib as matplotlib
