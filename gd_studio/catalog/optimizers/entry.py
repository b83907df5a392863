"""What the catalogue knows of an optimizer."""

from __future__ import annotations

from dataclasses import dataclass

from gd_studio.catalog.entry import Entry, Settings, Value

Argument = Value | None | tuple[Value | None, ...]
"""What a class in ``torch.optim`` can be given for one keyword."""


@dataclass(frozen=True, kw_only=True)
class OptimizerEntry(Entry):
    """An optimizer of ``torch.optim``, a method to measure others by, or the plain rule.

    Attributes
    ----------
    torch_name
        The class in ``torch.optim``; empty for the plain rule and for the reference methods.
    reference
        The class of a reference method, which the engine has itself; empty for all others.
    formula
        The update rule, in plain text.
    elementwise
        Whether each parameter is updated from its own history alone, so that all parameters can
        be one flat tensor without a bit changing. Optimizers that look at a tensor's shape or
        norm are not.
    closure
        Whether a step evaluates the loss again, at other points than where it begins.
    matrices_only
        Whether it is for matrices alone. What is no matrix is then updated by AdamW.
    most_parameters
        The most parameters that it is for; ``None`` where any number will do.
    tuples
        Arguments of the class that are made of several parameters, as
        ``("betas", ("beta1", "beta2"))``; ``None`` among them is a part that is always None.
        Every other parameter is an argument by its own name.
    zero_is_none
        Whole numbers whose 0 is None to the class, which then finds a number itself. A text
        that is "none" is None as well.
    not_arguments
        Parameters that are no arguments of the class, but of what works beside it.
    fixed
        Numbers that are read when the optimizer is made or takes its first step, and that the
        steps after it are tied to.
    """

    torch_name: str = ""
    reference: str = ""
    formula: str
    elementwise: bool = True
    closure: bool = False
    matrices_only: bool = False
    most_parameters: int | None = None
    tuples: tuple[tuple[str, tuple[str | None, ...]], ...] = ()
    zero_is_none: tuple[str, ...] = ()
    not_arguments: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()

    @property
    def changeable(self) -> tuple[str, ...]:
        """The numbers that may be changed while a run goes on: they are read at every step.

        A switch never may: what the optimizer would have to remember for it is missing.
        """
        return tuple(
            parameter.name
            for parameter in self.parameters
            if parameter.kind in ("number", "integer") and parameter.name not in self.fixed
        )

    def arguments(self, settings: Settings) -> dict[str, Argument]:
        """From the settings to the keyword arguments of the class."""
        parts = {part for _, names in self.tuples for part in names}
        arguments: dict[str, Argument] = {
            name: None if value == "none" or (name in self.zero_is_none and value == 0) else value
            for name, value in settings.items()
            if name not in parts and name not in self.not_arguments
        }
        for name, names in self.tuples:
            arguments[name] = tuple(None if part is None else settings[part] for part in names)
        return arguments
