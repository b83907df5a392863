"""``gd-studio --self-test``: whether what is installed works, part by part.

Each check has a process of its own, so that one that crashes or hangs ends nothing but itself.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from gd_studio.cli.self_test.checks import CHECKS, Check
from gd_studio.cli.self_test.surroundings import surroundings
from gd_studio.cli.self_test.trial import attempt

LIMIT = 120.0
"""Seconds that a check may take; the first to load torch after a start of the system takes long."""


def self_test(checks: Sequence[Check] = CHECKS, limit: float = LIMIT) -> int:
    """Make the checks, and print a line for each as it goes; return the exit status.

    0 where all pass, 1 where one does not. Nothing that is written stays.
    """
    with surroundings() as folder:
        failed = sum(not _passes(check, folder, limit) for check in checks)
    if failed:
        print(f"self-test failed: {failed} of {len(checks)} checks", flush=True)
        return 1
    print(f"self-test passed: {len(checks)} checks", flush=True)
    return 0


def _passes(check: Check, folder: Path, limit: float) -> bool:
    begin = time.monotonic()
    why = attempt(check.complaints, folder, limit)
    took = time.monotonic() - begin
    print(f"FAIL {check.what}: {why}" if why else f"ok   {check.what} ({took:.1f} s)", flush=True)
    return not why
