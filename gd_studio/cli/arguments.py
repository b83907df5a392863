"""What can be said on the command line."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from gd_studio import __version__
from gd_studio.catalog import did_you_mean
from gd_studio.cli.errors import InputError
from gd_studio.disk import check_name
from gd_studio.foreign_text import half_of_a_character, visible

COMMANDS = ("open", "run", "export", "list")

_USAGE = """gd-studio [EXPERIMENT]
       gd-studio open [FILE]
       gd-studio run EXPERIMENT [--set PATH=VALUE ...] [--out DIR] [--quiet]
       gd-studio export EXPERIMENT [--script FILE] [--run NAME] [--set PATH=VALUE ...]
       gd-studio list KIND [--json]
       gd-studio --self-test"""

_ABOUT = """See gradient descent happen.

Without a command, the window opens, with EXPERIMENT in it where one is given.

commands:
  open        open the window, as a desktop does for a file: it says itself what is wrong with it
  run         train without a window ('gd-studio run --help' says more)
  export      write an experiment as a plain PyTorch script
  list        list what can be chosen: functions, models, optimizers, examples, ..."""

_ABOUT_OPEN = """Open the window, with the experiment of FILE in it where one is given.

For a desktop's menu and a double click: what is wrong with FILE is said in the window."""

_ABOUT_RUN = """Run an experiment without a window.

Ctrl-C ends the run early; what it has reached is written all the same."""

_AFTER_RUN = """examples:
  gd-studio run linear-regression
  gd-studio run linear-regression --set optimizer.lr=0.02 training.epochs=500 --out results
  gd-studio run results/experiment.json --set seed=7"""

_ABOUT_EXPORT = """Write an experiment as a PyTorch script of its own.

Run on the same machine, the script ends with the same parameters, bit for bit."""

_AFTER_EXPORT = """examples:
  gd-studio export linear-regression --script line.py --set optimizer.lr=0.02
  gd-studio export results/experiment.json > experiment.py"""

_WHICH = "the key of an example ('gd-studio list examples') or an experiment's file"


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one line."""

    def __init__(self, prog: str, description: str, usage: str | None = None, epilog: str = ""):
        super().__init__(
            prog=prog,
            usage=usage,
            description=description,
            epilog=epilog,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )

    def error(self, message: str) -> NoReturn:
        raise InputError([f"{message}; '{self.prog} --help' says what can be given"])

    def complaint(self, word: str) -> str:
        """Say what is wrong with a word that fits nowhere."""
        if not word.startswith("-"):
            return f"'{word}' is one too many for '{self.prog}'"
        options = list(self._option_string_actions)
        return f"'{self.prog}' has no option '{word}'{did_you_mean(word, options)}"


def parse_arguments(argv: Sequence[str]) -> argparse.Namespace:
    """Read the command line.

    Returns
    -------
    ``command`` is ``"open"``, ``"run"``, ``"export"``, ``"list"``, ``"self-test"`` or
    ``"window"``; the rest is what that command takes.

    Raises
    ------
    InputError
        Where it is wrong.
    SystemExit
        After ``--help`` and ``--version``.
    """
    command = argv[0] if argv and argv[0] in COMMANDS else "window"
    for word in argv:
        # A byte of another encoding; what is wrong with a file to open, the window says itself.
        if half_of_a_character(word) and command != "open":
            raise InputError([f"'{visible(word)}' is no text in the encoding of this system"])
    parser = _PARSERS[command]()
    words = argv if command == "window" else argv[1:]
    arguments, unknown = parser.parse_known_args(words)
    if unknown:
        raise InputError(parser.complaint(word) for word in unknown)
    arguments.command = command
    if command == "window" and arguments.self_test:
        if arguments.experiment is not None:
            raise InputError(["--self-test takes no experiment: it has its own"])
        arguments.command = "self-test"
    return arguments


def _window_parser() -> _Parser:
    parser = _Parser("gd-studio", _ABOUT, usage=_USAGE)
    parser.add_argument("experiment", metavar="EXPERIMENT", nargs="?", help=_WHICH)
    parser.add_argument("--version", action="version", version=f"gd-studio {__version__}")
    parser.add_argument(
        "--self-test",
        action="store_true",
        help="see whether what is installed works: run examples, open a window without a screen",
    )
    return parser


def _open_parser() -> _Parser:
    parser = _Parser("gd-studio open", _ABOUT_OPEN)
    parser.add_argument("file", metavar="FILE", nargs="?", help=_WHICH)
    return parser


def _run_parser() -> _Parser:
    parser = _Parser("gd-studio run", _ABOUT_RUN, epilog=_AFTER_RUN)
    _add_experiment(parser)
    parser.add_argument(
        "--out",
        metavar="DIR",
        type=_folder,
        help="write result.json, history.csv, epochs.csv, model.safetensors, experiment.json, "
        "loss.png and landscape.png into this folder, of several runs into runs/NAME in it beside "
        "comparison.csv; without it nothing is written",
    )
    parser.add_argument("--quiet", action="store_true", help="print neither progress nor a summary")
    return parser


def _export_parser() -> _Parser:
    parser = _Parser("gd-studio export", _ABOUT_EXPORT, epilog=_AFTER_EXPORT)
    _add_experiment(parser)
    parser.add_argument(
        "--script",
        metavar="FILE",
        type=_file,
        help="write the script into this file, and beside it the table that it reads, where there "
        "is one; without it the script is printed",
    )
    parser.add_argument(
        "--run", metavar="NAME", help="which of several runs to export; by default the first"
    )
    return parser


def _add_experiment(parser: _Parser) -> None:
    """Take an experiment, and changes of it."""
    parser.add_argument("experiment", metavar="EXPERIMENT", help=_WHICH)
    parser.add_argument(
        "--set",
        metavar="PATH=VALUE",
        nargs="+",
        action="extend",
        default=[],
        help="change fields of the experiment, as optimizer.lr=0.1",
    )
    parser.add_argument(
        "--allow-outside",
        action="store_true",
        help="let the experiment's file read tables that are not in its own folder",
    )


def _file(name: str) -> Path:
    """Read a file's name."""
    if not Path(name).name:
        raise argparse.ArgumentTypeError("the name of a file is missing")
    return _possible(name)


def _folder(name: str) -> Path:
    """Read a folder's name; nothing, as an unset variable leaves, is not the present folder."""
    if not name.strip():
        raise argparse.ArgumentTypeError("the name of a folder is missing")
    return _possible(name)


def _possible(name: str) -> Path:
    try:
        check_name(name)
    except OSError as error:
        raise argparse.ArgumentTypeError(str(error.strerror)) from error
    return Path(name)


def _list_parser() -> _Parser:
    parser = _Parser("gd-studio list", "List what can be chosen.")
    parser.add_argument(
        "kind",
        metavar="KIND",
        help="functions, models, datasets, optimizers, schedules, losses, examples or devices",
    )
    parser.add_argument(
        "--json", action="store_true", help="print JSON, with every parameter, bound and default"
    )
    return parser


_PARSERS: Mapping[str, Callable[[], _Parser]] = {
    "open": _open_parser,
    "run": _run_parser,
    "export": _export_parser,
    "list": _list_parser,
    "window": _window_parser,
}
