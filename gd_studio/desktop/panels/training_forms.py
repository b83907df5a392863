"""The parts of the training's form that are folded away: what holds it back, and what ends it.

Fields are called by their paths in an experiment.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QWidget

from gd_studio.catalog.entry import LARGEST
from gd_studio.desktop.panels.field_form import FieldForm
from gd_studio.desktop.panels.number_field import NumberField
from gd_studio.desktop.panels.number_text import Bounds, format_number
from gd_studio.desktop.panels.optional_number import OptionalNumber
from gd_studio.desktop.panels.segments import Segments
from gd_studio.desktop.panels.switch_field import SwitchField
from gd_studio.experiment.training import MOST_STEPS

PENALTIES: dict[str, Any] = {"training.l1": 0.0, "training.l2": 0.0}
LIMITS: dict[str, Any] = {"training.clip_norm": None, "training.clip_value": None}
NOISE: dict[str, Any] = {"training.gradient_noise": 0.0}
ENDS: dict[str, Any] = {
    "training.patience": None,
    "training.restore_best": True,
    "training.stop_gradient_norm": None,
    "training.stop_loss_change": None,
}
"""What each part holds where nothing is set."""

_POSITIVE = Bounds(above=0.0, maximum=LARGEST)
_NOT_NEGATIVE = Bounds(minimum=0.0, maximum=LARGEST)

_L2_AND_WEIGHT_DECAY = (
    "The optimizers here have it as a weight decay λ = 2·l2 as well, which adds the same to the "
    "gradient and leaves it out of the loss that is shown. Adam scales that together with the "
    "loss's gradient, so that parameters with large gradients are held back less than by a decay "
    "of the parameters themselves, which would be AdamW (Loshchilov & Hutter, 2019)."
)


class RegularisationForm(FieldForm):
    """What is added to the loss to keep parameters small."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.add(
            "training.l1",
            "L1",
            NumberField(0.0, _NOT_NEGATIVE),
            "Added to the loss: l1 · Σ|p| over all parameters. It pulls small ones to 0. "
            "0 leaves it out.",
        )
        self.add(
            "training.l2",
            "L2",
            NumberField(0.0, _NOT_NEGATIVE),
            "Added to the loss: l2 · Σp² over all parameters. It pulls large ones most. "
            f"0 leaves it out.\n{_L2_AND_WEIGHT_DECAY}",
        )


class ClippingForm(FieldForm):
    """How long a gradient may be, or how large its components."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind = Segments({"": "None", "norm": "By norm", "value": "By value"})
        self.limit = NumberField(1.0, _POSITIVE)
        self.add(
            "kind",
            "Gradients",
            self.kind,
            "By norm: a gradient longer than the limit is shortened to it and keeps its "
            "direction.\nBy value: each component is held to ± the limit, which turns it.",
        )
        self.add("limit", "Limit", self.limit, "The longest gradient, or its largest component")
        self.fit_rows()

    def fit_rows(self) -> None:
        """Ask for a limit where there is one."""
        self.show_row("limit", bool(self.kind.value()))

    def value(self) -> dict[str, Any]:
        """Return the two limits, of which one at most is set."""
        return {name: self.limit.value() if name == self._path() else None for name in LIMITS}

    def set_value(self, values: Mapping[str, Any]) -> None:
        """Show the limit that is set."""
        given = {name: limit for name, limit in values.items() if name in LIMITS and limit}
        for name, limit in given.items():
            super().set_value({"kind": name.removeprefix("training.clip_"), "limit": limit})
        if not given:
            super().set_value({"kind": ""})

    def problems(self) -> dict[str, str]:
        """Return what is wrong with the limit."""
        problem = super().problems().get("limit", "")
        return {self._path(): problem} if problem else {}

    def set_problems(self, problems: Mapping[str, str]) -> None:
        """Show a problem at the limit."""
        super().set_problems({"limit": next(iter(problems.values()), "")})

    def _path(self) -> str:
        return f"training.clip_{self.kind.value()}"


class NoiseForm(FieldForm):
    """What makes the gradient of a function as uncertain as that of a few samples."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.add(
            "training.gradient_noise",
            "Deviation σ",
            NumberField(0.0, _NOT_NEGATIVE),
            "Added to each component of the gradient in each step, before it is clipped: "
            "σ times a number drawn from the normal distribution by the seed. It is what the "
            "gradient of a few samples is like. 0 leaves it out.",
        )


class StoppingForm(FieldForm):
    """What ends a run before its time."""

    def __init__(self, has_data: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._has_data = has_data
        self.patience = OptionalNumber(10, Bounds(1, MOST_STEPS), integer=True)
        self.add(
            "training.patience",
            "Patience",
            self.patience,
            "End when the loss on the test part (without one, on the training part) has not "
            "fallen below its lowest value for so many epochs",
        )
        self.add(
            "training.restore_best",
            "Restore best",
            SwitchField(True),
            "End with the parameters of that lowest value, in place of the last ones",
        )
        self.add(
            "training.stop_gradient_norm",
            "Gradient below",
            OptionalNumber(1e-6, _POSITIVE),
            "End after a step whose gradient was shorter than this",
        )
        self.add(
            "training.stop_loss_change",
            "Change below",
            OptionalNumber(1e-8, _POSITIVE),
            "End when the training loss changes by less than this from one epoch to the next; "
            "for functions and full batches, from one step to the next",
        )
        self.fit_rows()

    def set_has_data(self, has_data: bool) -> None:
        """Count epochs where there are some."""
        self._has_data = has_data
        self.fit_rows()

    def fit_rows(self) -> None:
        """Leave out what has no meaning for a function, or without patience."""
        self.show_row("training.patience", self._has_data)
        self.show_row("training.restore_best", self._has_data and self.patience.value() is not None)


def penalties_in_words(values: Mapping[str, Any]) -> str:
    """Return the penalties that are set."""
    l1, l2 = (values[name] for name in PENALTIES)
    return _joined(l1 and f"L1 {format_number(l1)}", l2 and f"L2 {format_number(l2)}")


def limits_in_words(values: Mapping[str, Any]) -> str:
    """Return the limit that is set."""
    norm, value = (values[name] for name in LIMITS)
    return _joined(
        norm and f"norm ≤ {format_number(norm)}", value and f"values ≤ {format_number(value)}"
    )


def noise_in_words(values: Mapping[str, Any]) -> str:
    """Return the noise that is set."""
    (sigma,) = (values[name] for name in NOISE)
    return _joined(sigma and f"σ {format_number(sigma)}")


def ends_in_words(values: Mapping[str, Any]) -> str:
    """Return what ends a run early."""
    patience, _, gradient, change = (values[name] for name in ENDS)
    return _joined(
        patience and f"patience {patience}",
        gradient and f"gradient < {format_number(gradient)}",
        change and f"change < {format_number(change)}",
    )


def _joined(*parts: Any) -> str:
    return ", ".join(part for part in parts if part)
