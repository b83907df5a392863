"""What holds for all tests: a home of their own, and nothing left behind."""

from __future__ import annotations

import atexit
import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from tests.helpers.command import INSTALLED
from tests.helpers.frozen_engines import start_frozen_engines
from tests.helpers.leaks import LogCollector, Snapshot

# --- an environment of their own, before anything reads it ------------------------------------

# No test reads or writes the user's settings, nor depends on them.
HOME = Path(tempfile.mkdtemp(prefix="gd-studio-tests-"))
atexit.register(shutil.rmtree, HOME, ignore_errors=True)
for _variable, _folder in {
    "HOME": "",
    "USERPROFILE": "",
    "APPDATA": "config",
    "LOCALAPPDATA": "local",
    "XDG_CACHE_HOME": "cache",
    "XDG_CONFIG_HOME": "config",
    "XDG_DATA_HOME": "data",
    "XDG_RUNTIME_DIR": "runtime",
    "XDG_STATE_HOME": "state",
}.items():
    (HOME / _folder).mkdir(mode=0o700, exist_ok=True)
    os.environ[_variable] = str(HOME / _folder)

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# As in an engine: for models this small a second thread costs more than it does.
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["MPLBACKEND"] = "Agg"

DESKTOP_TESTS = Path(__file__).parent / "desktop"

hypothesis.settings.register_profile(
    "gd-studio",
    # The first example may import torch; how long one takes says nothing here.
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
    max_examples=50,
    # In CI a test that passed once passes again; at a desk, each run looks somewhere else.
    derandomize=bool(os.environ.get("CI")),
    print_blob=True,
)
hypothesis.settings.load_profile("gd-studio")


def pytest_configure(config: pytest.Config) -> None:
    if INSTALLED is not None:
        start_frozen_engines(INSTALLED)
    # matplotlib looks through all fonts once, which takes seconds, and remembers them here.
    if cache := getattr(config, "cache", None):  # a plugin that can be turned off
        os.environ["MPLCONFIGDIR"] = str(cache.mkdir("matplotlib"))


@pytest.fixture(scope="session", autouse=True)
def _qt_settings_of_their_own() -> None:
    """Keep QSettings out of the registry and the preferences, where HOME has no say."""
    core: Any = sys.modules.get("PySide6.QtCore")  # pytest-qt has imported it, if it is in use
    if core is not None:
        settings = core.QSettings
        settings.setDefaultFormat(settings.Format.IniFormat)
        for scope in (settings.Scope.UserScope, settings.Scope.SystemScope):
            settings.setPath(settings.Format.IniFormat, scope, str(HOME / "config"))


# --- nothing left behind ----------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves a thread, a process, a timer, a widget or a warning in the log.

    It comes first of a test's own fixtures, so what they take down themselves is gone when it
    looks. What fixtures of a module or a session hold was there before, and is not looked at.
    """
    marked = request.node.get_closest_marker("expects_log") is not None
    log_is_expected = marked and "caplog" in request.fixturenames
    snapshot = Snapshot.take(watch_widgets=DESKTOP_TESTS in request.path.parents)
    log = LogCollector()
    logging.getLogger().addHandler(log)
    yield
    logging.getLogger().removeHandler(log)

    complaints = [f"the test left {what}" for what in snapshot.leftovers()]
    snapshot.end_processes()
    if not log_is_expected:
        complaints += [f"the log has an unexpected line: {line}" for line in log.lines]
        if marked:
            complaints.append("the test is marked expects_log and does not look at caplog")
    if complaints:
        pytest.fail("\n".join(complaints), pytrace=False)
