"""One step, taken apart: five stages, one after the other."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QFont, QKeySequence
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gd_studio.desktop.inspector.stages import (
    BackwardStage,
    ForwardStage,
    LossStage,
    Stage,
    UpdateStage,
    ZeroStage,
)
from gd_studio.desktop.inspector.words import is_function
from gd_studio.desktop.look.theme import LIGHT, Theme
from gd_studio.desktop.panels.lines import QUIET
from gd_studio.desktop.panels.tabs import Tabs
from gd_studio.desktop.plain_text import PlainLabel
from gd_studio.link.inspection import Inspection

NOTHING = "Start a run or press Step to see a step taken apart."

_TABS = ("Zero", "Forward", "Loss", "Backward", "Update")


class StepInspector(QWidget):
    """The next step of training, one stage at a time.

    The arrow keys go from stage to stage. Only the stage in view is filled, so that news may come
    many times a second.

    Signals
    -------
    step_wanted
        The user goes on after the last stage: the step is to be taken. The inspection of the
        next one then begins at the first stage.
    """

    step_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._inspection: Inspection | None = None
        self._went_on = False
        self.stages: tuple[Stage, ...] = (
            ZeroStage(),
            ForwardStage(),
            LossStage(),
            BackwardStage(),
            UpdateStage(),
        )
        self.tabs = Tabs(_TABS)
        self.step_label = PlainLabel()
        self.about_label = PlainLabel()
        self.back_button, self.on_button = QToolButton(), QToolButton()
        self._lay_out()
        self._act("Stage before", "◀", self.back_button, Qt.Key.Key_Left, self.go_back)
        self._act("Next stage", "▶", self.on_button, Qt.Key.Key_Right, self.go_on)
        self.tabs.chosen.connect(self.show_stage)
        self.setFocusProxy(self.tabs)
        self.setAccessibleName("One step, taken apart")
        self.set_theme(LIGHT)
        self.set_inspection(None)

    @property
    def stage(self) -> int:
        """Which stage is in view, from 0."""
        return self._cards.currentIndex()

    def set_inspection(self, inspection: Inspection | None) -> None:
        """Show a step; the stage in view stays, but after the user has gone on from the last."""
        before, self._inspection = self._inspection, inspection
        if inspection is None:
            self._pages.setCurrentIndex(0)
            self._went_on = False
            self.show_stage(0)
            return
        self.step_label.setText(f"Step {inspection.step:,}")
        batch = f"epoch {inspection.epoch:,} · batch of {inspection.batch_size:,}"
        self.about_label.setText("" if is_function(inspection) else batch)
        if self._went_on and (before is None or before.step != inspection.step):
            self._went_on = False
            self.show_stage(0)
        else:
            self.stages[self.stage].fill(inspection)
        self._pages.setCurrentIndex(1)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self.setStyleSheet(
            f"#stage {{ background: {theme.base}; border: 1px solid {theme.border};"
            f" border-radius: 8px; }} #stage QTableView {{ background: {theme.base}; }}"
            f"#stage QHeaderView::section {{ background: {theme.base}; padding: 4px 6px; }}"
            f"#segments {{ background: {theme.raised}; border-radius: 7px; }}"
            "#segments QTabBar::tab { padding: 4px 2px; margin: 2px; border: 1px solid transparent;"
            f" border-radius: 5px; color: {theme.muted}; }}"
            f"#segments QTabBar::tab:hover {{ color: {theme.text}; }}"
            f"#segments QTabBar::tab:selected {{ background: {theme.accent};"
            f" color: {theme.on_accent}; }}"
            f"#segments QTabBar::tab:selected:focus {{ border-color: {theme.text}; }}"
        )
        for stage in self.stages:
            stage.set_theme(theme)

    @Slot(int)
    def show_stage(self, stage: int) -> None:
        """Show one of the five stages, from 0."""
        self.tabs.set_index(stage)
        if self._inspection is not None:
            self.stages[stage].fill(self._inspection)
        self._cards.setCurrentIndex(stage)
        self.back_button.setEnabled(stage > 0)
        is_last = stage == len(self.stages) - 1
        name = "Take this step, and look at the next" if is_last else "Next stage"
        self.on_button.setText("Step ▶" if is_last else "▶")
        self.on_button.setToolTip(f"{name} (→)")
        self.on_button.setAccessibleName(name)

    @Slot()
    def go_back(self) -> None:
        """Go to the stage before, if there is one."""
        if self.stage > 0:
            self.show_stage(self.stage - 1)

    @Slot()
    def go_on(self) -> None:
        """Go to the next stage; after the last, ask for the step to be taken."""
        if self._inspection is None:
            return
        if self.stage < len(self.stages) - 1:
            self.show_stage(self.stage + 1)
        else:
            self._went_on = True
            self.step_wanted.emit()

    # --- inside ------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        font = QFont(self.step_label.font())
        font.setWeight(QFont.Weight.DemiBold)
        self.step_label.setFont(font)
        self.about_label.setForegroundRole(QUIET)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.step_label)
        top.addWidget(self.about_label, 1)
        top.addWidget(self.back_button)
        top.addWidget(self.on_button)
        segments = QFrame()
        segments.setObjectName("segments")
        within = QHBoxLayout(segments)
        within.setContentsMargins(0, 0, 0, 0)
        within.addWidget(self.tabs)
        self.tabs.setAccessibleName("Stages of the step")
        for position, stage in enumerate(self.stages):
            self.tabs.setTabToolTip(position, stage.title)
        self._cards = QStackedLayout()
        for stage in self.stages:
            self._cards.addWidget(stage)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(12, 8, 12, 12)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(segments)
        column.addLayout(self._cards, 1)
        self.nothing = PlainLabel(NOTHING)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.setWordWrap(True)
        self.nothing.setForegroundRole(QUIET)
        self.nothing.setMargin(24)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self.nothing)
        self._pages.addWidget(page)

    def _act(self, name: str, sign: str, button: QToolButton, key: Qt.Key, slot: object) -> None:
        """Give a button its sign and name, and both it and a key what they do."""
        button.setText(sign)
        button.setAccessibleName(name)
        button.setToolTip(name)
        button.clicked.connect(slot)
        action = QAction(name, self)
        action.setShortcut(QKeySequence(key))
        # It comes before the tables' own arrow keys, which would move from cell to cell.
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(slot)
        self.addAction(action)
