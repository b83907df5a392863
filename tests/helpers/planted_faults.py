"""A kind of input for the fuzzing itself: each does what it says."""

from __future__ import annotations

import os
import runpy
import time
from pathlib import Path
from random import Random

PATIENCE = 0.5

INPUTS = (b"fine", b"refused")


def make(random: Random) -> bytes:
    return random.choice(INPUTS)


def attempt(content: bytes, folder: Path) -> bool:
    match content:
        case b"raise":
            raise KeyError("planted")
        case b"calculate":
            while True:
                pass
        case b"wait":
            time.sleep(100)
        case b"grow":
            return bool(b"x" * 400_000_000)
        case b"execute":
            runpy.run_path(str(folder / "struct.py"))
        case b"die":
            os._exit(3)
    return content == b"fine"
