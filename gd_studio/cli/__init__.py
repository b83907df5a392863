"""The command line: the window without a command, ``open``, ``run``, ``export`` and ``list``.

This module is imported anew in every engine process, so that it stays light: what a command needs
is imported when it is given.
"""

from __future__ import annotations

import errno
import multiprocessing
import os
import sys
from collections.abc import Sequence

from gd_studio import crash_log
from gd_studio.cli.arguments import parse_arguments
from gd_studio.cli.errors import FailureError, InputError
from gd_studio.cli.open_files import see_to_open_files
from gd_studio.foreign_text import print_visibly

_NOBODY_READS = (errno.EPIPE, errno.ENOSPC, errno.EIO)
"""A pipe that nobody reads any more, a full disk, a terminal that is closed."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status.

    0 where what was asked for was done, a run that diverged or was stopped included; 1 where
    GD Studio failed; 2 where the input is wrong, with a line on stderr for each thing that is;
    130 where Ctrl-C came when there was no run to stop.

    Parameters
    ----------
    argv
        The arguments after the program's name; by default those of this process.

    Raises
    ------
    SystemExit
        After ``--help`` and ``--version``.
    """
    # First of all: in a frozen build this is where an engine process begins.
    multiprocessing.freeze_support()
    with crash_log.Watch():
        return _answer(argv)


def _answer(argv: Sequence[str] | None) -> int:
    print_visibly()
    try:
        status = _dispatch(sys.argv[1:] if argv is None else argv)
        if sys.stdout is not None:  # as it is in a program that Windows gives no console
            sys.stdout.flush()
        return status
    except InputError as error:
        for line in error.lines:
            print(f"gd-studio: {line}", file=sys.stderr)
        return 2
    except FailureError as error:
        print(f"gd-studio: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        if error.filename is not None or error.errno not in _NOBODY_READS:
            raise
        # Nobody reads what is printed any more; Python must not try to flush it once again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if error.errno != errno.ENOSPC:
            return 0
        print(f"gd-studio: cannot print: {error.strerror}", file=sys.stderr)
        return 2


def _dispatch(argv: Sequence[str]) -> int:
    arguments = parse_arguments(argv)
    see_to_open_files()
    try:
        os.getcwd()
    except OSError as error:
        raise InputError(["the present folder is gone: change to another one"]) from error
    match arguments.command:
        case "open":
            from gd_studio.cli.window import open_file

            return open_file(arguments.file)
        case "run":
            from gd_studio.cli.run import run

            return run(
                arguments.experiment,
                arguments.set,
                arguments.out,
                quiet=arguments.quiet,
                allow_outside=arguments.allow_outside,
            )
        case "export":
            from gd_studio.cli.export import export

            return export(
                arguments.experiment,
                arguments.set,
                arguments.run,
                arguments.script,
                allow_outside=arguments.allow_outside,
            )
        case "list":
            from gd_studio.cli.listing import list_entries

            return list_entries(arguments.kind, as_json=arguments.json)
        case "self-test":
            from gd_studio.cli.self_test import self_test

            return self_test()
        case _:
            from gd_studio.cli.window import open_window

            return open_window(arguments.experiment)
