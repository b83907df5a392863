"""An engine for as long as a command needs one."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from gd_studio.cli.errors import FailureError
from gd_studio.link.client import EngineClient, EngineLostError
from gd_studio.link.environment import Environment
from gd_studio.link.messages import Ready


@contextlib.contextmanager
def engine_at_hand() -> Iterator[tuple[EngineClient, Environment]]:
    """Start an engine, and end it; what it runs on comes with it.

    Raises
    ------
    FailureError
        Where it cannot be started, or is lost and nobody minds it.
    """
    try:
        with contextlib.closing(EngineClient()) as client:
            ready = client.receive()
            assert isinstance(ready, Ready)
            yield client, ready.environment
    except EngineLostError as error:
        raise FailureError(str(error)) from error
