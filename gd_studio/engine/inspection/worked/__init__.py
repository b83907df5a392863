"""An update rule with its numbers filled in."""

from gd_studio.engine.inspection.worked.element import Element
from gd_studio.engine.inspection.worked.rules import worked

__all__ = ["Element", "worked"]
