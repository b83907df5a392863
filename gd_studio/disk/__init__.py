"""Files as the system has them, made safe: what everything that reads and writes stands on.

A name says nothing about what is there, and what is there may become something else at any time.
So a file is opened first, without waiting for anybody, and then looked at. Every refusal is an
``OSError`` whose ``strerror`` is a phrase for the user.

Every process of the program loads this at its start, so that it stays light.
"""

from gd_studio.disk.own import check_own_folder, make_own_folder, open_own
from gd_studio.disk.regular import check_name, open_regular, read_regular
from gd_studio.disk.whole import let_read, new_file, whole_file

__all__ = [
    "check_name",
    "check_own_folder",
    "let_read",
    "make_own_folder",
    "new_file",
    "open_own",
    "open_regular",
    "read_regular",
    "whole_file",
]
