"""What keeps samples from being had."""

from __future__ import annotations


class DataProblem(Exception):  # noqa: N818 - what is wrong is asked for, not the program
    """Samples that cannot be drawn, split or held; the message is a sentence for the user."""
