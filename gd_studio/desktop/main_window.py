"""The main window: it lays out and wires, and knows nothing else."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Slot
from PySide6.QtGui import QCloseEvent, QPaintEvent
from PySide6.QtWidgets import (
    QDockWidget,
    QLabel,
    QMainWindow,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

from gd_studio.desktop.actions import Actions
from gd_studio.desktop.dialogs.about import show_about
from gd_studio.desktop.dialogs.gradients import GradientsDialog
from gd_studio.desktop.documents import Documents
from gd_studio.desktop.menus import fill_menu_bar
from gd_studio.desktop.notice import Notice
from gd_studio.desktop.panels.panel_column import PanelColumn
from gd_studio.desktop.runs.table import RunTable
from gd_studio.desktop.runs.trainer import Trainer, sentence, went_wrong
from gd_studio.desktop.runs.view import RunView
from gd_studio.desktop.scenes.curves import CurvesScene
from gd_studio.desktop.scenes.landscape import LandscapeScene
from gd_studio.desktop.scenes.prediction import PredictionScene
from gd_studio.desktop.scout import Scout
from gd_studio.desktop.settings import LAYOUT, Settings
from gd_studio.desktop.studio import Studio, Subject
from gd_studio.desktop.theme import RUN_COLOURS, Theme, ThemeKeeper
from gd_studio.desktop.ticker import Ticker
from gd_studio.desktop.transport import Progress, Transport
from gd_studio.desktop.worker import Listening, end
from gd_studio.experiment import Experiment, FunctionProblem
from gd_studio.link.messages import Environment
from gd_studio.recording import Run, RunState

_LEFT, _RIGHT = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea


class MainWindow(QMainWindow):
    """The window.

    Parameters
    ----------
    experiment
        What the panels hold at first.
    keeper
        The application's theme.
    """

    def __init__(self, experiment: Experiment, keeper: ThemeKeeper) -> None:
        super().__init__()
        self.settings = Settings()
        self.table = RunTable(self)
        self.trainer = Trainer(self)
        self.scout = Scout(self)
        self.studio = Studio(self.trainer, self.scout, self.table, self)
        self.documents = Documents(self.studio, self.scout, self.settings, self)
        self.ticker = Ticker(self)
        self.actions_of_window = Actions(self)

        self.panels = PanelColumn()
        self.landscape = LandscapeScene(self.table, self.scout)
        self.prediction = PredictionScene(self.scout)
        self.curves = CurvesScene(self.table)
        self.runs = RunView(self.table)
        self.notice = Notice()
        self.progress = Progress()
        self._environment: Environment | None = None
        self._listening: tuple[Listening, ...] = ()
        self._is_open = False

        self._lay_out()
        self._wire()
        fill_menu_bar(self, keeper)
        keeper.theme_changed.connect(self.set_theme)
        self.set_theme(keeper.theme)
        self.studio.set_colours(RUN_COLOURS)
        self.open(experiment)
        self._restore()

    # --- layout -------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.setWindowTitle("GD Studio")
        self.setDockNestingEnabled(True)
        self.setDocumentMode(True)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.notice)
        column.addWidget(self.landscape, 1)
        panels = self._dock("Experiment", self.panels)
        landscape = self._dock("Landscape", middle)
        self.prediction_dock = self._dock("Fit", self.prediction)
        loss = self._dock("Loss", self.curves.loss)
        grad_norm = self._dock("Gradient norm", self.curves.grad_norm)
        runs = self._dock("Runs", self.runs)
        self.addDockWidget(_LEFT, panels)
        self.addDockWidget(_RIGHT, landscape)
        self.splitDockWidget(landscape, runs, Qt.Orientation.Vertical)
        self.splitDockWidget(landscape, loss, Qt.Orientation.Horizontal)
        self.splitDockWidget(loss, grad_norm, Qt.Orientation.Vertical)
        self.splitDockWidget(landscape, self.prediction_dock, Qt.Orientation.Vertical)
        self.transport = Transport(
            [self.actions_of_window[key] for key in ("run", "pause", "step", "stop", "reset")]
        )
        bar = QToolBar("Transport")
        bar.setObjectName("Transport")
        bar.setMovable(False)
        bar.addWidget(self.transport)
        self.addToolBar(Qt.ToolBarArea.BottomToolBarArea, bar)
        self._status = QLabel("Starting the engine…")
        self.statusBar().addWidget(self._status, 1)
        self.statusBar().addPermanentWidget(self.progress)
        self.statusBar().setSizeGripEnabled(False)

    def _dock(self, title: str, widget: QWidget) -> QDockWidget:
        dock = QDockWidget(title, self)
        dock.setObjectName(title)
        dock.setWidget(widget)
        return dock

    def sizeHint(self) -> QSize:
        """Ask for the size the window is at home at."""
        return QSize(1440, 900)

    # --- wiring -------------------------------------------------------------------------------

    def _wire(self) -> None:
        self.actions_of_window.connect(
            run=self.studio.run,
            pause=self.trainer.pause,
            step=self.studio.step,
            stop=self.trainer.stop,
            reset=self.studio.reset,
            open=self.documents.ask_open_experiment,
            save=self.documents.ask_save_experiment,
            load_model=self.documents.ask_load_model,
            save_model=self.documents.ask_save_model,
            forget_model=self.documents.forget_model,
            check_gradients=self._check_gradients,
            about=self._about,
            quit=self.close,
        )
        self.panels.experiment_changed.connect(self._experiment_edited)
        self.panels.problems_changed.connect(self._enable_actions)
        self.documents.opened.connect(self.open)
        self.documents.told.connect(self._status.setText)
        self.documents.spoke.connect(self.notice.say)
        self.studio.subject_changed.connect(self._show_subject)
        self.studio.news.connect(self.ticker.wake)
        self.studio.spoke.connect(self.notice.say)
        self.scout.refused.connect(self.notice.say)
        self.ticker.tick.connect(self._refresh)
        self.trainer.run_added.connect(self._run_added)
        self.trainer.run_changed.connect(self._run_changed)
        self.trainer.engine_ready.connect(self._engine_ready)
        self.transport.speed_changed.connect(self.trainer.limit_speed)
        self.landscape.starts_edited.connect(self._starts_edited)
        self.runs.chosen.connect(self.studio.focus_on)

    @Slot(object)
    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self.actions_of_window.set_theme(theme)
        self.landscape.set_theme(theme)
        for plot in (
            self.prediction.fit,
            self.prediction.boundary,
            self.curves.loss,
            self.curves.grad_norm,
        ):
            plot.set_theme(theme)

    @Slot(object)
    def open(self, experiment: Experiment) -> None:
        """Show `experiment` in the panels and in the plots."""
        self.panels.set_experiment(experiment)
        self._experiment_edited(experiment)

    @Slot(object)
    def _experiment_edited(self, experiment: Experiment) -> None:
        self.setWindowTitle(f"{experiment.title} – GD Studio" if experiment.title else "GD Studio")
        self.studio.set_experiment(experiment)
        self._enable_actions()

    @Slot(object)
    def _starts_edited(self, starts: list[list[float]]) -> None:
        self.panels.problem.set_starts(starts)

    @Slot(object)
    def _show_subject(self, subject: Subject) -> None:
        has_picture = PredictionScene.has_picture(subject)
        self.prediction_dock.setVisible(has_picture)
        self.landscape.set_subject(subject)
        self.prediction.set_subject(subject)
        if has_picture:
            self.prediction_dock.setWindowTitle(self.prediction.title)
        self._enable_actions()
        self.ticker.wake()

    @Slot()
    def _refresh(self) -> None:
        """Repaint what is new."""
        self.landscape.refresh()
        self.prediction.refresh()
        self.curves.refresh()
        run = self.trainer.active
        if run is not None:
            self.progress.show_run(run)
            self.table.refresh_slowly(run)

    @Slot(object)
    def _run_added(self, run: Run) -> None:
        self.notice.clear()
        row = self.table.listed(run)
        if row is not None:
            self.runs.select(row)
        self._run_changed(run)

    @Slot(object)
    def _run_changed(self, run: Run) -> None:
        self._status.setText(sentence(run) or f"{run.name} is {run.state}")
        self.progress.show_run(run)
        if went_wrong(run):
            self.notice.say(f"{run.name}: {sentence(run)}")
        self._enable_actions()
        self.ticker.wake()

    @Slot(object)
    def _engine_ready(self, environment: Environment) -> None:
        self._environment = environment
        self.panels.device.set_environment(environment)
        if self.trainer.active is None:
            self._status.setText("Ready")

    @property
    def is_ready(self) -> bool:
        """Whether both engines have started, and there is something to see."""
        return self._environment is not None and self.studio.subject is not None

    @Slot()
    def _enable_actions(self) -> None:
        run, subject = self.trainer.active, self.studio.subject
        is_running = run is not None and run.state in (RunState.RUNNING, RunState.PREPARING)
        is_sound = not self.panels.problems()
        experiment = self.studio.experiment
        self.actions_of_window.enable(
            run=not is_running and (is_sound or run is not None),
            pause=is_running,
            step=run is not None or is_sound,
            stop=run is not None,
            reset=subject is not None,
            save=is_sound,
            save_model=subject is not None,
            load_model=is_sound,
            forget_model=experiment is not None and experiment.initial_parameters is not None,
            check_gradients=subject is not None
            and isinstance(subject.experiment.problem, FunctionProblem),
        )
        going_on = run is not None and run.state is RunState.PAUSED
        self.actions_of_window["run"].setText("Resume" if going_on else "Run")

    @Slot()
    def _check_gradients(self) -> None:
        subject = self.studio.subject
        if subject is not None:
            GradientsDialog(subject, self.scout, self).open()

    @Slot()
    def _about(self) -> None:
        show_about(self, self._environment)

    # --- beginning and end --------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Start the engines once there is something to look at: loading torch takes seconds."""
        super().paintEvent(event)
        if not self._is_open:
            self._is_open = True
            QTimer.singleShot(0, self._open_engines)

    @Slot()
    def _open_engines(self) -> None:
        self._listening = (self.trainer.open(), self.scout.open())

    def closeEvent(self, event: QCloseEvent) -> None:
        """End whatever is running, and remember where the window was."""
        self.settings.save_window(self.saveGeometry(), self.saveState(LAYOUT))
        self.shut_down()
        super().closeEvent(event)

    @Slot()
    def shut_down(self) -> None:
        """End the engines and their threads."""
        listening, self._listening = self._listening, ()
        self._is_open = True
        end(*listening)

    def _restore(self) -> None:
        self.resize(self.sizeHint())
        self.restoreGeometry(self.settings.geometry)
        self.restoreState(self.settings.docks, LAYOUT)
