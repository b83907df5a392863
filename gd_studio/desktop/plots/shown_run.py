"""A run in a plot over steps: its name, its colour, and the lines that are drawn of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from gd_studio.desktop.plots.line import Line


@dataclass(eq=False)
class ShownRun:
    """What a plot knows of a run.

    Attributes
    ----------
    steps
        The line over every single step.
    lines
        All lines that are drawn, that one included.
    """

    name: str
    colour: str
    steps: Line
    visible: bool = True
    lines: list[Line] = field(init=False)

    def __post_init__(self) -> None:
        self.lines = [self.steps]

    def set_colour(self, colour: str) -> None:
        """Draw it in another colour."""
        self.colour = colour
        for line in self.lines:
            line.stroke.set_colour(colour)

    def set_visible(self, visible: bool) -> None:
        """Show or hide it."""
        self.visible = visible
        for line in self.lines:
            line.stroke.setVisible(visible)
