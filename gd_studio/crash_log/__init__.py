"""The crash log: where in the program something unexpected happened, and nothing about its user.

An entry has the time, versions, and the kind and frames of an exception. There are no messages in
it, since they may quote somebody's files and numbers, and no paths but those inside the program and
its libraries.

A native crash, as of a driver, leaves no exception. `faulthandler` writes its frames, as they are,
to a file that has to be open beforehand: each process has one of its own, and removes it at its
end. What a crashed one has left is moved into the log by the next that looks.

Every process of the program loads this at its start, so that it stays light.
"""

from gd_studio.crash_log.file import path
from gd_studio.crash_log.native import collect
from gd_studio.crash_log.record import listening, record
from gd_studio.crash_log.watch import Watch

__all__ = ["Watch", "collect", "listening", "path", "record"]
