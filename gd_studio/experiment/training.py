"""How to train: how long, on which batches, held back by what, and when to stop."""

from __future__ import annotations

from math import ceil
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from gd_studio.catalog.entry import LARGEST
from gd_studio.experiment.choice import Spec
from gd_studio.experiment.errors import misfit

MOST_STEPS = 1_000_000_000

Count = Annotated[int, Field(strict=True, ge=1, le=MOST_STEPS)]
Positive = Annotated[float, Field(strict=True, gt=0, le=LARGEST)]
NotNegative = Annotated[float, Field(strict=True, ge=0, le=LARGEST)]


class Training(Spec):
    """How to train.

    Attributes
    ----------
    epochs, steps
        How long: a number of passes over the data, or of steps. One of them is ``None``.
    batch_size
        How many samples a step looks at; ``None`` for all of them, so that an epoch is a step.
    shuffle
        Whether batches are drawn anew in each epoch, by
        ``randperm(n, generator=Generator().manual_seed(seed))``; else samples come in their order.
    l1, l2
        What is added to the loss: ``l1 · Σ|p| + l2 · Σp²`` over all parameters.
    clip_norm, clip_value
        The longest gradient, or the largest component of one, that is followed: torch's
        ``clip_grad_norm_`` or ``clip_grad_value_``.
    gradient_noise
        For functions: the standard deviation σ of what is added to each component of the
        gradient before it is clipped and followed, ``σ · randn(…, generator=Generator()
        .manual_seed(seed))``: what a gradient of few samples is like.
    schedule_per
        Whether the learning-rate schedule moves on after each step or after each epoch.
    patience
        End the run when the loss on the test part (without one, on the training part) has not
        fallen below its lowest value for so many epochs.
    restore_best
        With `patience`: whether the run ends with the parameters of that lowest value.
    stop_gradient_norm
        End the run after a step whose gradient was shorter than this.
    stop_loss_change
        End the run when the training loss changes by less than this from one epoch to the next
        (for functions and full batches from one step to the next).
    """

    epochs: Count | None = None
    steps: Count | None = None
    batch_size: Count | None = None
    shuffle: bool = Field(default=True, strict=True)
    l1: NotNegative = 0.0
    l2: NotNegative = 0.0
    clip_norm: Positive | None = None
    clip_value: Positive | None = None
    gradient_noise: NotNegative = 0.0
    schedule_per: Literal["step", "epoch"] = "step"
    patience: Count | None = None
    restore_best: bool = Field(default=True, strict=True)
    stop_gradient_norm: Positive | None = None
    stop_loss_change: Positive | None = None

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        if (self.epochs is None) == (self.steps is None):
            raise ValueError("give either epochs or steps")
        if self.clip_norm is not None and self.clip_value is not None:
            raise misfit((("clip_value",), "clip by norm or by value, not by both", None))
        return self

    def batches(self, samples: int) -> int:
        """How many steps an epoch over so many samples takes."""
        return 1 if self.batch_size is None else ceil(samples / self.batch_size)

    def total_steps(self, samples: int) -> int:
        """How many steps there are, with so many samples in the training part."""
        if self.steps is not None:
            return self.steps
        assert self.epochs is not None
        return self.epochs * self.batches(samples)

    def schedule_moves(self, total_steps: int, steps_per_epoch: int) -> int:
        """How many times the schedule moves on in so many steps; a begun epoch is one."""
        if self.schedule_per == "step":
            return total_steps
        return ceil(total_steps / steps_per_epoch)

    @property
    def only_for_models(self) -> dict[str, object]:
        """The fields that are set and mean something with data only, by name."""
        data_fields = ("epochs", "batch_size", "l1", "l2", "patience")
        set_fields: dict[str, object] = {
            name: value for name in data_fields if (value := getattr(self, name))
        }
        if self.schedule_per == "epoch":
            set_fields["schedule_per"] = self.schedule_per
        return set_fields
