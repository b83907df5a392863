"""Following parameters that change, as fast as questions about them are answered."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from gd_studio.desktop.studio import Subject
from gd_studio.link.arrays import Floats


class Newest:
    """Asks about a subject's newest parameters, one question at a time.

    Parameters
    ----------
    widget
        What shows the answers; while nobody sees it, nothing is asked.
    ask
        Asks about a subject's parameters; `answered` is to be called when that is over.
    subject
        Returns the present subject, or ``None``.
    """

    def __init__(
        self,
        widget: QWidget,
        ask: Callable[[Subject, Floats], None],
        subject: Callable[[], Subject | None],
    ) -> None:
        self._widget = widget
        self._ask = ask
        self._subject = subject
        self._asked: Floats | None = None
        self._is_waiting = False

    def forget(self) -> None:
        """Take the next parameters for new ones; what is still to be answered is not waited for."""
        self._asked = None
        self._is_waiting = False

    def refresh(self) -> None:
        """Ask, where the parameters are others than those that were asked about."""
        subject = self._subject()
        if subject is None or self._is_waiting or not self._widget.isVisible():
            return
        parameters = subject.parameters
        if self._asked is not None and (self._asked == parameters).all():
            return
        self._asked, self._is_waiting = parameters.copy(), True
        self._ask(subject, self._asked)

    def answered(self) -> None:
        """Note that the answer has come, and ask again where no tick will."""
        self._is_waiting = False
        subject = self._subject()
        if subject is not None and not subject.is_changing:
            self.refresh()
