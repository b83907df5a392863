"""The main window: it lays out and wires, and knows nothing else."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow, QToolBar, QVBoxLayout, QWidget

from gd_studio.desktop.actions import TIME, Actions
from gd_studio.desktop.dialogs.opener import Opener
from gd_studio.desktop.docks import Docks
from gd_studio.desktop.documents import Documents
from gd_studio.desktop.drops import Drops
from gd_studio.desktop.editing.edits import Editing
from gd_studio.desktop.look.theme import RUN_COLOURS, Theme, ThemeKeeper
from gd_studio.desktop.menus import ExamplesMenu, ThemeMenu, fill_menu_bar
from gd_studio.desktop.notice import Notice
from gd_studio.desktop.overlays import OverlaysMenu
from gd_studio.desktop.panels.panel_column import PanelColumn
from gd_studio.desktop.permissions import permitted, permitted_to_steer
from gd_studio.desktop.plain_text import for_title
from gd_studio.desktop.runs.diagnoses import Diagnoses
from gd_studio.desktop.runs.memory import MemoryMenu
from gd_studio.desktop.runs.steering import Steering
from gd_studio.desktop.runs.table import RunTable
from gd_studio.desktop.runs.timeline import Timeline
from gd_studio.desktop.runs.trainer import Trainer, sentence, went_wrong
from gd_studio.desktop.runs.view import RunView
from gd_studio.desktop.scout import Scout
from gd_studio.desktop.settings import LAYOUT, Settings
from gd_studio.desktop.status_bar import StatusBar
from gd_studio.desktop.studio import Studio
from gd_studio.desktop.ticker import Ticker
from gd_studio.desktop.time_bar import TimeBar
from gd_studio.desktop.transport import Transport
from gd_studio.desktop.worker import Listening, end
from gd_studio.experiment import Experiment, FieldProblem
from gd_studio.link.environment import Environment
from gd_studio.recording import Run, RunState


class MainWindow(QMainWindow):
    """The window.

    It is painted first, with its panels; then the engines are started and the stage is set. The
    plots' library takes as long to load as the rest of the window, torch a good deal longer.

    Parameters
    ----------
    experiment
        What the panels hold at first.
    keeper
        The application's theme.

    Signals
    -------
    opened()
        The stage is set; the engines are on their way.
    """

    opened = Signal()

    def __init__(self, experiment: Experiment, keeper: ThemeKeeper) -> None:
        super().__init__()
        self.settings = Settings()
        self.table = RunTable(self)
        self.trainer = Trainer(self)
        self.scout = Scout(self)
        self.studio = Studio(self.trainer, self.scout, self.table, self)
        self.documents = Documents(self.studio, self.scout, self.settings, self)
        self.drops = Drops(self.documents, self)
        self.ticker = Ticker(self)
        self.actions_of_window = Actions(self)
        self.panels = PanelColumn()
        actions = self.actions_of_window
        self.editing = Editing(self.panels, actions["undo"], actions["redo"], self)
        self.steering = Steering(self.studio, self.trainer, self.panels, self.editing)
        self.runs = RunView(self.table)
        self.notice = Notice()
        self.diagnoses = Diagnoses(
            self.trainer, self.steering, self.panels, self.editing, self.notice
        )
        self.status = StatusBar(self.trainer, self.settings.memory)
        self.opener = Opener(self.studio, self.scout, keeper, self)
        self.trainer.limit_snapshots(self.settings.memory)
        self.environment: Environment | None = None
        self._keeper = keeper
        self._listening: tuple[Listening, ...] = ()
        self._is_opening = False

        self._lay_out()
        self.timeline = Timeline(
            self.studio, self.trainer, self.table, actions, self.time_bar, self
        )
        self._wire()
        self.actions_of_window.set_theme(keeper.theme)
        self.studio.set_colours(RUN_COLOURS)
        self.open_experiment(experiment)
        self.resize(self.sizeHint())
        self.restoreGeometry(self.settings.geometry)

    # --- layout -------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.docks = Docks(self, self.panels, self.runs)
        self.docks.put("Landscape", self.notice, 0)
        self.transport = Transport(
            [
                self.actions_of_window[key]
                for key in ("run", "pause", "step", "stop", "reset", "branch")
            ]
        )
        self.time_bar = TimeBar([self.actions_of_window[key] for key in TIME])
        bar = QToolBar("Transport")
        bar.setObjectName("Transport")
        bar.setMovable(False)
        bar.addWidget(_rows(self.time_bar, self.transport))
        self.addToolBar(Qt.ToolBarArea.BottomToolBarArea, bar)
        self.setStatusBar(self.status)
        self.examples = ExamplesMenu(self)
        self.themes = ThemeMenu(self._keeper, self.settings, self)
        self.memory_menu = MemoryMenu(self.settings, self)
        self.overlays_menu = OverlaysMenu(self.settings, self)
        fill_menu_bar(
            self.menuBar(),
            self.actions_of_window,
            self.docks,
            self.examples,
            self.themes,
            self.memory_menu,
            self.overlays_menu,
        )

    def sizeHint(self) -> QSize:
        return QSize(1440, 900)

    # --- wiring -------------------------------------------------------------------------------

    def _wire(self) -> None:
        # Before the run goes on: what was edited a moment ago is meant for it.
        self.actions_of_window.connect(run=self.steering.hurry, step=self.steering.hurry)
        self.actions_of_window.connect(
            branch=self.steering.branch,
            slower=self.steering.slow_down,
            faster=self.steering.speed_up,
            run=self.timeline.train,
            pause=self.trainer.pause,
            step=self.timeline.step,
            stop=self.timeline.stop,
            reset=self._reset,
            gallery=self.opener.open_gallery,
            open=self.documents.ask_open_experiment,
            save=self.documents.ask_save_experiment,
            load_model=self.documents.ask_load_model,
            save_model=self.documents.ask_save_model,
            forget_model=self.documents.forget_model,
            check_gradients=self.opener.compare_gradients,
            reset_layout=self.docks.reset,
            handbook=self.opener.show_handbook,
            about=self.opener.show_about,
            quit=self.close,
        )
        self.examples.chosen.connect(self.documents.open_example)
        self.opener.example_chosen.connect(self.documents.open_example)
        self.opener.branch_chosen.connect(self.steering.branch_off)
        self.panels.experiment_changed.connect(self._experiment_edited)
        self.editing.restored.connect(self._experiment_edited)
        self.editing.modified.connect(self.setWindowModified)
        self.panels.problems_changed.connect(self._show_problems)
        self.panels.problem.table_wanted.connect(self.documents.ask_open_table)
        self.panels.device.handbook_wanted.connect(self.opener.look_up)
        self.documents.table_chosen.connect(self.panels.problem.set_table)
        self.documents.opened.connect(self.open_experiment)
        self.documents.edited.connect(self.notice.clear)
        self.documents.edited.connect(self.editing.change)
        self.documents.saved.connect(self.editing.set_saved)
        self.documents.named.connect(self._name_window)
        self.documents.told.connect(self.status.say)
        self.documents.spoke.connect(self.notice.say)
        self.studio.subject_changed.connect(self._enable_actions)
        self.studio.subject_changed.connect(self.ticker.wake)
        self.studio.news.connect(self.ticker.wake)
        self.studio.measured.connect(self.panels.set_samples)
        self.studio.spoke.connect(self.notice.say)
        self.scout.refused.connect(self.notice.say)
        self.timeline.moved.connect(self.ticker.wake)
        self.timeline.moved.connect(self._enable_actions)
        self.timeline.told.connect(self._tell_time)
        self.timeline.spoke.connect(self.notice.say)
        self.ticker.tick.connect(self.timeline.refresh)
        self.ticker.tick.connect(self._refresh)
        self.trainer.begun.connect(self.notice.clear)
        self.trainer.run_added.connect(self._run_added)
        self.trainer.run_changed.connect(self._run_changed)
        self.trainer.diagnosed.connect(self._run_diagnosed)
        self.trainer.engine_ready.connect(self._engine_ready)
        self.transport.speed_changed.connect(self.trainer.limit_speed)
        self.memory_menu.chosen.connect(self.trainer.limit_snapshots)
        self.memory_menu.chosen.connect(self.status.memory.set_most)
        self.runs.chosen.connect(self.studio.focus_on)
        self.runs.refused.connect(self.status.say)
        self.table.refused.connect(self.status.say)
        self.runs.branch_wanted.connect(self.opener.ask_branch)
        self.runs.taken_over.connect(self.editing.change)
        self.steering.told.connect(self.status.say)
        self.table.removed.connect(self.status.rest)

    @Slot(object)
    def open_experiment(self, experiment: Experiment) -> None:
        """Show `experiment` in the panels and in the plots; nothing before it can be undone."""
        self.panels.set_experiment(experiment)
        self.editing.begin(experiment)
        self.steering.begin(experiment)
        self._name_window(experiment.title)
        self.notice.clear()
        self.status.rest()
        self._experiment_edited(experiment)

    @Slot(object)
    def _experiment_edited(self, experiment: Experiment) -> None:
        self.studio.set_experiment(experiment)
        self._enable_actions()

    @Slot(str)
    def _name_window(self, name: str) -> None:
        self.setWindowTitle(f"{for_title(name)}[*] – GD Studio" if name else "GD Studio[*]")

    @Slot(object)
    def _show_problems(self, problems: tuple[FieldProblem, ...]) -> None:
        self.status.show_problems(problems)
        self._enable_actions()

    @Slot()
    def _refresh(self) -> None:
        self.status.refresh()
        if self.trainer.active is not None:
            self.table.refresh_slowly(self.trainer.active)

    @Slot(object)
    def _run_added(self, run: Run) -> None:
        row = self.table.listed(run)
        if row is not None:
            self.runs.select(row)
        self._run_changed(run)

    @Slot(object)
    def _run_changed(self, run: Run) -> None:
        self.status.show_run(run)
        if went_wrong(run):
            self.notice.add(f"{run.name}: {sentence(run)}", about=run)
        self._enable_actions()
        self.ticker.wake()

    @Slot(object)
    def _run_diagnosed(self, run: Run) -> None:
        self.table.refresh(run)
        if run is self.trainer.newest and not self.panels.problems():
            self.status.show_state(run)

    @Slot(str)
    def _tell_time(self, told: str) -> None:
        self.status.look_back(told, self.timeline.run)

    @Slot(object)
    def _engine_ready(self, environment: Environment) -> None:
        self.environment = environment
        self.panels.device.set_environment(environment)
        self.opener.environment = environment
        self.status.set_ready()

    @property
    def is_ready(self) -> bool:
        """Whether both engines have started, and there is something to see."""
        return self.environment is not None and self.studio.subject is not None

    @Slot()
    def _enable_actions(self) -> None:
        run = self.trainer.active
        is_sound, branching = not self.panels.problems(), self.steering.branching
        self.actions_of_window.enable(
            permitted(run, self.studio.subject, self.studio.experiment, is_sound=is_sound)
            | permitted_to_steer(run, branching, self.steering.rate, is_sound=is_sound)
        )
        self.actions_of_window.explain("branch", branching.sentence)
        is_held = run is not None and run.state is RunState.PAUSED
        self.actions_of_window["run"].setText("Resume" if is_held else "Run")

    @Slot()
    def _reset(self) -> None:
        self.timeline.reset()
        self.notice.clear()
        self.status.rest()

    @Slot()
    def _save_script(self) -> None:
        code = self.stage.code
        if code.run is not None:
            self.documents.ask_save_script(code.run, code.script)

    # --- beginning and end --------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._is_opening:
            self.docks.apportion()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._is_opening:
            self._is_opening = True
            QTimer.singleShot(0, self._open)

    @Slot()
    def _open(self) -> None:
        """Start the engines, and set the stage meanwhile."""
        # Only now has the window its size: docks restored before would share out the difference.
        self.restoreState(self.settings.docks, LAYOUT)
        self._listening = (self.trainer.open(), self.scout.open())
        from gd_studio.desktop.stage import Stage

        self.stage = Stage(self.table, self.trainer, self.scout, self)
        for name, widget in self.stage.widgets.items():
            self.docks.put(name, widget)
        self.stage.overlays.set_menu(self.overlays_menu)
        self._set_theme(self._keeper.theme)
        self._keeper.theme_changed.connect(self._set_theme)
        self.studio.subject_changed.connect(self.stage.set_subject)
        self.stage.titles_changed.connect(self._name_docks)
        self.stage.code.save_wanted.connect(self._save_script)
        self.studio.experiment_changed.connect(self.stage.code.set_experiment)
        if self.studio.experiment is not None:
            self.stage.code.set_experiment(self.studio.experiment)
        self.stage.inspection.step_wanted.connect(self.timeline.step)
        self.stage.landscape.starts_edited.connect(self.panels.problem.set_starts)
        self.stage.planning.points_edited.connect(self.panels.schedule.set_points)
        self.studio.measured.connect(self.stage.planning.set_experiment)
        self.ticker.tick.connect(self.stage.refresh)
        for dock in self.docks:
            dock.visibilityChanged.connect(self.ticker.wake)
        self.opened.emit()

    @Slot(object)
    def _name_docks(self, titles: dict[str, str | None]) -> None:
        self.docks.name(titles)

    @Slot(object)
    def _set_theme(self, theme: Theme) -> None:
        self.actions_of_window.set_theme(theme)
        self.stage.set_theme(theme)

    def closeEvent(self, event: QCloseEvent) -> None:
        """End whatever is running, and remember where the window was."""
        self.settings.save_window(self.saveGeometry(), self.saveState(LAYOUT))
        self.shut_down()
        super().closeEvent(event)

    @Slot()
    def shut_down(self) -> None:
        """End the engines and their threads."""
        listening, self._listening = self._listening, ()
        self._is_opening = True
        end(*listening)


def _rows(*widgets: QWidget) -> QWidget:
    """Lay widgets below each other."""
    both = QWidget()
    column = QVBoxLayout(both)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for widget in widgets:
        column.addWidget(widget)
    return both
