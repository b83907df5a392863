from __future__ import annotations

import pytest

from tests.helpers.experiments import linear_regression
from tests.helpers.windows import clean, close_window, open_window


@pytest.fixture(scope="module")
def _lasting_window(qapp):
    window = open_window(linear_regression())
    yield window
    close_window(window)


@pytest.fixture
def window(_lasting_window):
    """A window as it is when it is new; starting engines for every test would take minutes."""
    yield _lasting_window
    clean(_lasting_window, linear_regression())


@pytest.fixture
def own_window(qapp):
    """A window of its own, for tests that end its engine or close it."""
    window = open_window(linear_regression())
    yield window
    close_window(window)
