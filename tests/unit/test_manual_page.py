"""The manual page against the command line that it describes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gd_studio.cli import main
from gd_studio.cli.arguments import COMMANDS

PAGE = Path(__file__).parents[2] / "packaging" / "linux" / "gd-studio.1"


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_it_has_every_command_and_option_that_help_has(command, capsys) -> None:
    with pytest.raises(SystemExit):
        main([*command.split(), "--help"])
    options = set(re.findall(r"^ +(?:-h, )?--([\w-]+)", capsys.readouterr().out, re.MULTILINE))
    page = PAGE.read_text(encoding="utf-8")

    assert "help" in options
    assert {option for option in options if f"Fl -{option}" not in page} == set()
    assert not command or f".It Cm {command} " in page
