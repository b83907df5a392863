"""Engines of a frozen program, in tests that otherwise run from the source."""

from __future__ import annotations

import multiprocessing
from multiprocessing import resource_tracker, spawn
from pathlib import Path
from typing import Any

_OF_THE_PARENT = ("init_main_from_name", "init_main_from_path", "sys_path")
"""What a new process is told of where its parent's modules lie; a frozen one has its own."""


def start_frozen_engines(program: Path) -> None:
    """Let each process that is started from now on be one of `program`, as its own window would.

    What its libraries lack that are left out of a frozen build, all tests show then that need an
    engine.
    """
    # Started by Python, before that means the program.
    resource_tracker.ensure_running()
    multiprocessing.set_executable(str(program))
    prepare = spawn.get_preparation_data

    def prepare_frozen(name: str) -> dict[str, Any]:
        data = prepare(name)
        return {key: value for key, value in data.items() if key not in _OF_THE_PARENT}

    def command_line(**parts: Any) -> list[str]:
        words = [f"{name}={value!r}" for name, value in parts.items()]
        return [str(program), "--multiprocessing-fork", *words]

    spawn.get_preparation_data = prepare_frozen
    spawn.get_command_line = command_line
