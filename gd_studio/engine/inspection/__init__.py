"""The next step of a run, taken apart."""

from gd_studio.engine.inspection.inspect import inspect_step

__all__ = ["inspect_step"]
