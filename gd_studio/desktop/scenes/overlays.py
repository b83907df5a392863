"""What the optimizer goes by at the step shown, over the landscape."""

from __future__ import annotations

from operator import is_not

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QToolButton

from gd_studio.desktop.look.theme import Theme
from gd_studio.desktop.overlays import Overlay, OverlaysMenu
from gd_studio.desktop.scenes.landscape import LandscapeScene
from gd_studio.desktop.scenes.local_model import LocalModelKeeper
from gd_studio.desktop.scenes.next_step import NextStep
from gd_studio.desktop.scenes.overlay_picture import picture_of
from gd_studio.desktop.scenes.terrain import Terrain
from gd_studio.desktop.scout import Scout
from gd_studio.desktop.studio import Subject
from gd_studio.link.inspection import Inspection


class OverlayScene(QObject):
    """Asks for the next step and for the quadratic model while they are to be drawn, and draws.

    Attributes
    ----------
    button
        Opens the menu of the overlays.
    """

    def __init__(
        self, landscape: LandscapeScene, next_step: NextStep, scout: Scout, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._landscape = landscape
        self._next_step = next_step
        self._menu: OverlaysMenu | None = None
        self._theme: Theme | None = None
        self._inspection: Inspection | None = None
        self._local = LocalModelKeeper(scout, self)
        self._wanted_last: tuple[Overlay, ...] = ()
        self._drawn: tuple[object, ...] = ()
        self._local.changed.connect(self.refresh)
        self.button = QToolButton()
        self.button.setText("Overlays ▾")
        self.button.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.button.setToolTip("What to draw over the landscape at the step shown")
        landscape.picker.axes_changed.connect(self.refresh)
        next_step.add_reader(self._looks)
        next_step.inspected.connect(self._inspected)

    def set_menu(self, menu: OverlaysMenu) -> None:
        """Draw what is chosen in `menu`."""
        self._menu = menu
        self.button.setMenu(menu)
        menu.changed.connect(self._chosen)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self._theme = theme
        self.refresh()

    def set_subject(self, subject: Subject) -> None:
        """Forget the step and the model of another subject."""
        self._inspection = None
        self._local.forget()
        terrain = self._landscape.terrain
        self.button.setEnabled(terrain is not None and len(terrain.axes) == 2)
        self.refresh()

    @property
    def _wanted(self) -> tuple[Overlay, ...]:
        """What is to be drawn now: nothing where there is no map, or nobody sees it."""
        if self._menu is None or not self._landscape.map.isVisible():
            return ()
        return self._menu.chosen

    def _looks(self) -> bool:
        return any(overlay is not Overlay.MODEL for overlay in self._wanted)

    @Slot()
    def _chosen(self) -> None:
        self._next_step.refresh()
        self.refresh()

    @Slot(object)
    def _inspected(self, inspection: Inspection) -> None:
        self._inspection = inspection
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Draw what is known of the step shown, and ask for what is not."""
        wanted, terrain = self._wanted, self._landscape.terrain
        if not wanted or terrain is None or self._theme is None:
            self._wanted_last = ()
            self._landscape.map.overlays.show(None)
            self._local.forget()
            return
        if Overlay.MODEL in wanted:
            self._local.keep(terrain)
        else:
            self._local.forget()
        inspection, model = self._step_shown(terrain), self._local.shown(terrain)
        # Whether they are equal would take comparing all numbers in them.
        drawn = (self._theme, terrain, inspection, model)
        if wanted != self._wanted_last or any(map(is_not, drawn, self._drawn)):
            self._wanted_last, self._drawn = wanted, drawn
            self._landscape.map.overlays.show(
                picture_of(wanted, self._theme, terrain, inspection, model)
            )

    def _step_shown(self, terrain: Terrain) -> Inspection | None:
        """The inspection, if it is that of the step shown; of a run that goes on, the last one."""
        focus = terrain.subject.focus
        if self._inspection is None or focus is None:
            return None
        is_here = self._inspection.step == focus.run.step_shown + 1
        return self._inspection if is_here or terrain.subject.is_changing else None
