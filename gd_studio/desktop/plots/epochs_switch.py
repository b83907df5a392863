"""Whether curves lie over steps or over epochs: as the runs need it, or as the user chose."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction


class EpochsSwitch(QAction):
    """The entry of a plot's menu, checked while the curves lie over epochs.

    Until the user chooses, they do where runs differ in how many steps make an epoch: in the same
    number of steps, such runs have not seen as much of their data. Where every step of every run is
    an epoch there is nothing to choose, and a choice waits.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__("Over epochs", parent, checkable=True, enabled=False)
        self._lengths: Collection[int] = ()
        self._chosen: bool | None = None
        self.triggered.connect(self.choose)

    @Slot(bool)
    def choose(self, over_epochs: bool) -> None:
        """Lay the curves over epochs or over steps, whatever the runs."""
        self._chosen = over_epochs
        self._apply()

    def judge(self, lengths: Collection[int]) -> None:
        """Take in in how many different `lengths`, in steps, epochs come in the runs shown."""
        self._lengths = lengths
        self._apply()

    def _apply(self) -> None:
        differ = len(self._lengths) > 1
        self.setEnabled(max(self._lengths, default=1) > 1)
        self.setChecked(self.isEnabled() and (differ if self._chosen is None else self._chosen))
