"""How a run ended, and what is wrong with one that came to nothing.

The first is said here, and needs no more than the loop knows; the second in
:mod:`gd_studio.engine.diagnosis.findings`, which takes the run's last steps once more.
"""

from gd_studio.engine.diagnosis.ends import (
    Finish,
    completed,
    converged,
    diverged,
    early_stopped,
    is_bottomless,
    stopped,
)

__all__ = [
    "Finish",
    "completed",
    "converged",
    "diverged",
    "early_stopped",
    "is_bottomless",
    "stopped",
]
