"""Running a session to its end without a process around it."""

from __future__ import annotations

import numpy as np

from gd_studio.engine.session import Session
from gd_studio.experiment import Experiment
from gd_studio.link.messages import Finished
from gd_studio.recording import Recording


def run(experiment: Experiment, most: int = 1 << 30) -> tuple[Recording, Finished]:
    """Run to the end, at most `most` steps at a time."""
    session = Session(experiment)
    started = session.started()
    recording = Recording(started.preview.layout, started.preview.start)
    while session.finish is None:
        steps = session.advance(most)
        if steps is not None:
            recording.append(steps)
    finished = session.finished()
    assert np.isfinite(recording.parameters).all()
    return recording, finished
