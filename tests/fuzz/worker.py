"""The process in which inputs are tried: it may hang, grow or die, and is started again then."""

from __future__ import annotations

import importlib
import os
import traceback
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random

PATIENCE = 5.0
"""Seconds that an input may take."""

INPUT = "present-input"
"""The file that has the input that is being tried, for when nobody is left to tell."""


def serve(connection: Connection, folder: str) -> None:
    """Try what is asked for, until nobody asks any more.

    A question is the module of a kind and a seed, or the content of an input. First comes how many
    seconds it may take, when the input is there; then whether it was accepted, or what was raised.
    """
    if hasattr(os, "setsid"):
        os.setsid()  # so that what it starts can be ended with it
    os.chdir(folder)
    connection.send(True)
    while (question := connection.recv()) is not None:
        module, seed, content = question
        try:
            kind = importlib.import_module(module)
            if content is None:
                content = kind.make(Random(seed))
            Path(INPUT).write_bytes(content)
            connection.send(getattr(kind, "PATIENCE", PATIENCE))
            answer = kind.attempt(content, Path(folder))
        except BaseException:
            answer = traceback.format_exc()
        connection.send(answer)
