"""A run in a plot over steps: its name, its colour, and the lines that are drawn of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from gd_studio.desktop.plots.line import Line

_THIN = 1.0


@dataclass(eq=False)
class ShownRun:
    """What a plot knows of a run.

    Attributes
    ----------
    steps
        The line over every single step.
    lines
        All lines that are drawn, that one included.
    steps_per_epoch
        How many steps make an epoch; ``None`` while that is not known.
    """

    name: str
    colour: str
    steps: Line
    visible: bool = True
    steps_per_epoch: int | None = None
    lines: list[Line] = field(init=False)

    def __post_init__(self) -> None:
        self.lines = [self.steps]

    def set_steps_per_epoch(self, steps: int) -> None:
        """Take in how many steps make an epoch, which does not change from then on.

        The more there are, the more its single steps jump: they go behind those of calmer runs.
        """
        if self.steps_per_epoch is None:
            stroke = self.steps.stroke
            stroke.setZValue((stroke.zValue() + 1) / steps)
            if steps > 1:
                self.steps.is_noisy = True
                stroke.set_width(_THIN)
        self.steps_per_epoch = steps

    def lay_over(self, *, epochs: bool) -> None:
        """Let its lines lie over epochs, or over steps."""
        for line in self.lines:
            line.unit = (self.steps_per_epoch or 1) if epochs else 1

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
