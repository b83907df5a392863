"""What a point of the loss is, and how that is said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class PointKind(StrEnum):
    """What a point of the loss is, as far as gradient and Hessian tell."""

    MINIMUM = "minimum"
    FLAT_MINIMUM = "minimum, flat in some directions"
    MAXIMUM = "maximum"
    FLAT_MAXIMUM = "maximum, flat in some directions"
    SADDLE = "saddle"
    PLATEAU = "plateau"
    SLOPE = "slope"
    BOUNDARY = "boundary"
    UNDEFINED = "undefined"


@dataclass(frozen=True)
class Signs:
    """How many eigenvalues of a Hessian are positive, about zero, and negative."""

    positive: int
    zero: int
    negative: int

    @property
    def total(self) -> int:
        """How many there are."""
        return self.positive + self.zero + self.negative


@dataclass(frozen=True)
class Classification:
    """What a point is.

    Attributes
    ----------
    kind
        See :func:`gd_studio.engine.curvature.classify_point` for what tells them apart.
    loss, gradient_norm
        There.
    largest, smallest, condition
        As in :class:`~gd_studio.link.curvature.Curvature`.
    signs
        Of all eigenvalues; ``None`` where only the extreme ones are known.
    samples, n_samples
        As in :class:`~gd_studio.link.curvature.Curvature`.
    """

    kind: PointKind
    loss: float
    gradient_norm: float
    largest: float
    smallest: float
    condition: float
    signs: Signs | None
    samples: int
    n_samples: int

    @property
    def sentence(self) -> str:
        """The same for the user, as one or two sentences."""
        match self.kind:
            case PointKind.UNDEFINED:
                return "The loss or one of its derivatives is not finite here."
            case PointKind.PLATEAU:
                return (
                    "A plateau: gradient and curvature are both about zero, so neither says what "
                    "lies around."
                )
            case PointKind.SLOPE:
                return (
                    f"A slope: the gradient has length {_number(self.gradient_norm)}. "
                    f"{self._hessian}."
                )
            case PointKind.BOUNDARY:
                return (
                    "A point at the edge of the domain, where the way down leads out: the gradient "
                    f"has length {_number(self.gradient_norm)}. {self._hessian}."
                )
            case kind:
                condition = (
                    f", condition number {_number(self.condition)}"
                    if kind == PointKind.MINIMUM and 1 < self.condition < float("inf")
                    else ""
                )
                hessian = self._hessian[0].lower() + self._hessian[1:]
                return f"A {kind.value}: {hessian}{condition}."

    @property
    def _hessian(self) -> str:
        """What is known of the Hessian, as a sentence without its full stop."""
        ends = (
            _number(self.smallest)
            if self.smallest == self.largest
            else f"{_number(self.smallest)} to {_number(self.largest)}"
        )
        if self.signs is None:
            return f"The eigenvalues of the Hessian reach from {ends}"
        if self.signs.total == 1:
            return f"The second derivative is {ends}"
        counts = tuple(_counts(self.signs))
        if len(counts) == 1:
            ((_, sign),) = counts
            all_of_them = "Both" if self.signs.total == 2 else f"All {self.signs.total}"
            return f"{all_of_them} eigenvalues of the Hessian are {sign} ({ends})"
        (first, sign), *rest = counts
        others = " and ".join(f"{n} {'is' if n == 1 else 'are'} {sign}" for n, sign in rest)
        return (
            f"Of {self.signs.total} eigenvalues of the Hessian {first} "
            f"{'is' if first == 1 else 'are'} {sign}, {others} ({ends})"
        )


def _counts(signs: Signs) -> Iterator[tuple[int, str]]:
    named = ((signs.positive, "positive"), (signs.zero, "about zero"), (signs.negative, "negative"))
    return ((n, sign) for n, sign in named if n)


def _number(value: float) -> str:
    return f"{value + 0.0:.3g}".replace("-", "−")
