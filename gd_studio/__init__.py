"""GD Studio: see gradient descent happen."""

import os.path
import sys

if sys.argv[:1] == ["-m"] and not sys.flags.safe_path:
    # `python -m gd_studio` looks for every module in the current folder first: a file beside an
    # experiment from somewhere would be executed for being called like one of Python's own.
    _folder = sys.path.pop(0)
    if _folder == os.path.dirname(os.path.dirname(os.path.abspath(__file__))):
        sys.path.append(_folder)  # where it lies itself it must be found, after all others

__version__ = "0.1.0"
