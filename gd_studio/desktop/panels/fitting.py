"""Keeping what is chosen in a form to what fits the rest."""

from __future__ import annotations

from collections.abc import Callable

from gd_studio.desktop.panels.choice_form import ChoiceForm


class Fitting:
    """Offers in `form` what fits, and remembers what was wished where that does not.

    The first entry that fits takes the place of one that has stopped fitting, which comes back
    when it fits again.

    Parameters
    ----------
    form
        Where something is chosen.
    misfit
        Why the entry with a key does not fit now; empty where it does.
    """

    def __init__(self, form: ChoiceForm, misfit: Callable[[str], str]) -> None:
        self._form = form
        self._misfit = misfit
        self._wished = form.value()

    def wish(self) -> None:
        """Remember what is chosen now: the user, or a file, wants it."""
        self._wished = self._form.value()

    def offer(self) -> None:
        """Grey what does not fit, with the reason, and choose what does."""
        catalog = self._form.catalog
        reasons = {key: reason for key in catalog if (reason := self._misfit(key))}
        self._form.set_offer(reasons)
        fitting = [key for key in catalog if key not in reasons]
        if self._wished["key"] in reasons and fitting:
            if self._form.value()["key"] in reasons:
                self._form.set_value({"key": fitting[0]})
        elif self._form.value() != self._wished:
            self._form.set_value(self._wished)
