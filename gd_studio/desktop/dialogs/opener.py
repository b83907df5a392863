"""Opening the dialogs, each loaded when it is first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from gd_studio.desktop.look.theme import ThemeKeeper
from gd_studio.desktop.scout import Scout
from gd_studio.desktop.studio import Studio
from gd_studio.link.environment import Environment
from gd_studio.recording import Run

if TYPE_CHECKING:
    from gd_studio.desktop.dialogs.handbook.dialog import HandbookDialog


class Opener(QObject):
    """Opens dialogs over a window.

    Signals
    -------
    example_chosen(str)
        The key of an example from the gallery.
    branch_chosen(Run, int, dict)
        A run, a step of it, and the values that a branch is to have from there on.

    Attributes
    ----------
    environment
        What the engine runs on, once it is known.
    """

    example_chosen = Signal(str)
    branch_chosen = Signal(object, int, object)

    def __init__(self, studio: Studio, scout: Scout, keeper: ThemeKeeper, window: QWidget) -> None:
        super().__init__(window)
        self._studio = studio
        self._scout = scout
        self._keeper = keeper
        self._window = window
        self.environment: Environment | None = None
        self._handbook: HandbookDialog | None = None

    @Slot()
    def open_gallery(self) -> None:
        """Show the examples by their pictures."""
        from gd_studio.desktop.dialogs.gallery.dialog import GalleryDialog

        gallery = GalleryDialog(self._keeper.theme, self._window)
        gallery.chosen.connect(self.example_chosen)
        self._keeper.theme_changed.connect(gallery.set_theme)
        gallery.open()

    @Slot()
    def compare_gradients(self) -> None:
        """Set the gradient of the function that is shown beside two others."""
        from gd_studio.desktop.dialogs.gradients import GradientsDialog

        if self._studio.subject is not None:
            GradientsDialog(self._studio.subject, self._scout, self._window).open()

    @Slot(object)
    def ask_branch(self, run: Run) -> None:
        """Ask for what a branch of `run` is to have other than it."""
        from gd_studio.desktop.dialogs.branch import BranchDialog

        dialog = BranchDialog(run, self._window)
        dialog.chosen.connect(self.branch_chosen)
        dialog.open()

    @Slot()
    def show_handbook(self) -> None:
        """Show the handbook beside the window, or bring it to the front."""
        self._open_handbook()

    @Slot(str)
    def look_up(self, section: str) -> None:
        """Show a section of the handbook."""
        self._open_handbook().show_section(section)

    def _open_handbook(self) -> HandbookDialog:
        from gd_studio.desktop.dialogs.handbook.dialog import HandbookDialog

        if self._handbook is None:
            self._handbook = HandbookDialog(self._keeper.theme, self._window)
            self._keeper.theme_changed.connect(self._handbook.set_theme)
            self._handbook.finished.connect(self._forget_handbook)
        self._handbook.show()
        self._handbook.raise_()
        self._handbook.activateWindow()
        return self._handbook

    @Slot()
    def _forget_handbook(self) -> None:
        self._handbook = None

    @Slot()
    def show_about(self) -> None:
        """Say which version this is, what it runs on, and where the crash log is."""
        from gd_studio.desktop.dialogs.about import AboutDialog

        AboutDialog(self._window, self.environment).open()
