"""Opening and saving from the window: experiments and models."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from gd_studio.desktop.dialogs.outside import OutsideDialog
from gd_studio.desktop.plain_text import asks
from gd_studio.desktop.scout import Scout
from gd_studio.desktop.settings import Settings
from gd_studio.desktop.studio import Studio
from gd_studio.experiment import Experiment, ExperimentError, ModelProblem, TableData
from gd_studio.files import (
    EXPERIMENT_SUFFIXES,
    FileProblem,
    ModelMisfitError,
    check_fit,
    consent,
    copy_shipped,
    load_example,
    load_experiment,
    outside_tables,
    read_bytes,
    read_safetensors,
    replacing,
    save_experiment,
    write_atomically,
    write_safetensors,
)
from gd_studio.files.models import LARGEST, MOST_NUMBERS
from gd_studio.link.arrays import Floats
from gd_studio.link.questions import CopyTable, DecodeModel, EncodeModel, Misfits
from gd_studio.recording import Run

EXPERIMENTS = f"GD Studio experiments ({' '.join(f'*{s}' for s in EXPERIMENT_SUFFIXES)})"
SAFETENSORS = "Model (*.safetensors)"
STATE_DICT = "PyTorch state dict (*.pt)"
TABLES = "Tables (*.csv *.tsv *.txt);;All files (*)"
SCRIPTS = "Python (*.py)"
MODELS = "Models (*.safetensors *.pt)"


class Documents(QObject):
    """What the File menu does.

    Each kind has a method that asks for a path, and one that takes it.

    Signals
    -------
    opened(Experiment)
        An experiment for the panels.
    edited(Experiment)
        The panels' experiment, changed: it starts from a model, or does no more.
    saved()
        The panels' experiment is in a file.
    named(str)
        What the panels hold is called so.
    table_chosen(TableData)
        A table for the panels.
    told(str), spoke(str)
        It worked, in a few words; it did not, in sentences that the user should not miss.
    """

    opened = Signal(object)
    edited = Signal(object)
    saved = Signal()
    named = Signal(str)
    table_chosen = Signal(object)
    told = Signal(str)
    spoke = Signal(str)

    def __init__(self, studio: Studio, scout: Scout, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self._studio = studio
        self._scout = scout
        self._settings = settings
        self._window = window
        self._chosen: set[str] = set()  # tables that were chosen by hand

    @Slot()
    def ask_open_experiment(self) -> None:
        """Ask for an experiment, and open it."""
        self._ask_open("Open experiment", EXPERIMENTS, self.open_experiment)

    @Slot()
    def ask_save_experiment(self) -> None:
        """Ask where to save the panels' experiment, and save it."""
        name = f"experiment{EXPERIMENT_SUFFIXES[0]}"
        self._ask_save("Save experiment", name, EXPERIMENTS, self.save_experiment)

    @Slot()
    def ask_load_model(self) -> None:
        """Ask for parameters, and load them."""
        self._ask_open("Load model", MODELS, self.load_model)

    @Slot()
    def ask_save_model(self) -> None:
        """Ask where to save the parameters that are shown, and save them."""
        kinds = f"{SAFETENSORS};;{STATE_DICT}"
        self._ask_save("Save model", "model.safetensors", kinds, self.save_model)

    @Slot()
    def ask_open_table(self) -> None:
        """Ask for a CSV file and for what is in it, and hand it to the panels."""
        self._ask_open("Open table", TABLES, self.open_table)

    def ask_save_script(self, experiment: Experiment, script: str) -> None:
        """Ask where to save `script`, which is that of `experiment`, and save it."""
        self._ask_save(
            "Save script",
            "descent.py",
            SCRIPTS,
            lambda path: self.save_script(path, experiment, script),
        )

    def save_script(self, path: Path, experiment: Experiment, script: str) -> None:
        """Save `script`, and before it what it reads; a table is copied by the scout."""
        from gd_studio.script import data_beside, needed_data

        data = data_beside(path)

        def save(_: object = None) -> None:
            self._write(path, lambda: write_atomically(path, script))

        def save_both(shipped: Path) -> None:
            with replacing(path) as file:
                file.write(script.encode())
                copy_shipped(shipped, data)

        match needed_data(experiment):
            case TableData() as table:
                self.told.emit(f"Copying the table to {data.name} …")
                self._scout.ask(
                    f"table beside {path}",  # so that no other script's takes its place
                    CopyTable(table, str(data)),
                    save,
                    lambda reason: self.spoke.emit(f"{path.name} was not saved: {reason}."),
                )
            case Path() as shipped:
                self._write(path, lambda: save_both(shipped))
            case None:
                save()

    def open_table(self, path: Path) -> None:
        """Ask what the columns of a CSV file are, and hand the table to the panels."""
        from gd_studio.desktop.dialogs.table import TableDialog

        with contextlib.suppress(ValueError):  # a name that no file can have
            self._chosen.add(os.path.realpath(path))
        experiment = self._studio.experiment
        problem = experiment.problem if experiment is not None else None
        dataset = problem.dataset if isinstance(problem, ModelProblem) else None
        is_same = isinstance(dataset, TableData) and Path(dataset.path) == path.absolute()
        present = dataset if isinstance(dataset, TableData) and is_same else None
        dialog = TableDialog(path.absolute(), self._scout, self._window, present)
        dialog.chosen.connect(self.table_chosen)
        dialog.open()

    def open_example(self, key: str) -> None:
        """Open the example called `key`."""
        self.opened.emit(load_example(key))

    def open_experiment(self, path: Path) -> None:
        """Open an experiment; where something is wrong with it, say all of it."""
        try:
            experiment = load_experiment(path)
        except FileProblem as problem:
            self.spoke.emit(f"{path.name} was not opened: it {problem.sentence}.")
            return
        except ExperimentError as error:
            first, *others = error.problems
            is_about_all = not others and not first.field
            why = f": it {first}." if is_about_all else f".\n{error}"
            self.spoke.emit(f"{path.name} was not opened{why}")
            return
        outside = [table for table in outside_tables(experiment, path) if table not in self._chosen]
        consents = [consent(experiment, path, table) for table in outside]
        if all(map(self._settings.has_agreed, consents)):
            self._open(path, experiment)
            return

        def agree() -> None:
            self._settings.agree(consents)
            self._open(path, experiment)

        dialog = OutsideDialog(path, outside, self._window)
        dialog.accepted.connect(agree)
        dialog.open()

    def _open(self, path: Path, experiment: Experiment) -> None:
        self.opened.emit(experiment)
        self.named.emit(experiment.title or path.name)
        self.told.emit(f"Opened {path.name}")

    def save_experiment(self, path: Path) -> None:
        """Save the panels' experiment."""
        experiment = self._studio.experiment
        assert experiment is not None

        def save() -> None:
            save_experiment(path, experiment)
            # What is in the panels has been let in, so that a file of one's own never asks.
            tables = outside_tables(experiment, path)
            self._settings.agree(consent(experiment, path, table) for table in tables)
            self.named.emit(experiment.title or path.name)
            self.saved.emit()

        self._write(path, save)

    def save_model(self, path: Path) -> None:
        """Save the parameters that are shown: of the run in focus at its step, or of the start."""
        subject = self._studio.subject
        assert subject is not None
        run = subject.focus.run if subject.focus is not None else None
        if run is not None and not run.is_exact:
            self.spoke.emit(
                f"{path.name} was not saved: the engine is still on its way to step"
                f" {run.step_shown:,}. Save again when it is there."
            )
            return
        told = f"Saved {path.name}: the parameters {_moment(run)}"
        parameters = subject.preview.layout.split(subject.parameters)
        if path.suffix.lower() == ".pt":
            self._scout.ask(
                "encode",
                EncodeModel(parameters),
                lambda content: self._write(path, lambda: write_atomically(path, content), told),
                self.spoke.emit,
            )
        else:
            self._write(path, lambda: write_safetensors(path, parameters), told)

    def load_model(self, path: Path) -> None:
        """Make the parameters in a file the start of the panels' experiment, where they fit."""
        experiment: Experiment | None = self._studio.experiment
        assert experiment is not None
        layout = experiment.layout
        if layout.size > MOST_NUMBERS:
            self.spoke.emit(
                f"{path.name} was not loaded: the present model has {layout.size:,} parameters, and"
                f" an experiment can start from {MOST_NUMBERS:,} at most."
            )
            return
        try:
            if path.suffix.lower() == ".pt":
                content = read_bytes(path, LARGEST)
                self._scout.ask(
                    "decode",
                    DecodeModel(content, layout.needed),
                    lambda answer: self._start_from(path, answer),
                    lambda reason: self.spoke.emit(f"{path.name} was not loaded: {reason}."),
                )
            else:
                self._start_from(path, read_safetensors(path, layout.needed))
        except FileProblem as problem:
            self.spoke.emit(f"{path.name} was not loaded: it {problem.sentence}.")
        except ModelMisfitError as misfit:
            self._say_misfits(path, misfit.misfits)

    @Slot()
    def forget_model(self) -> None:
        """Let the panels' experiment start again where its seed says."""
        experiment = self._studio.experiment
        if experiment is not None and experiment.initial_parameters is not None:
            self.edited.emit(experiment.replace(initial_parameters=None))
            self.told.emit("Runs start from the seed again")

    def _start_from(self, path: Path, parameters: dict[str, Floats] | Misfits) -> None:
        if isinstance(parameters, Misfits):
            self._say_misfits(path, parameters.sentences)
            return
        experiment: Experiment | None = self._studio.experiment
        assert experiment is not None
        try:
            # The model may be another one by now.
            check_fit(experiment.layout, parameters, experiment.precision)
        except ModelMisfitError as misfit:
            self._say_misfits(path, misfit.misfits)
            return
        nested: dict[str, Any] = {name: array.tolist() for name, array in parameters.items()}
        self.edited.emit(experiment.replace(initial_parameters=nested))
        self.told.emit(f"Loaded {path.name}: runs start from it")

    def _say_misfits(self, path: Path, misfits: tuple[str, ...]) -> None:
        listed = "\n".join(misfits)
        self.spoke.emit(f"{path.name} does not fit the present model:\n{listed}")

    def _write(self, path: Path, write: Callable[[], object], told: str = "") -> None:
        try:
            write()
        except FileProblem as problem:
            self.spoke.emit(f"{path.name} was not saved: {problem.sentence}.")
        else:
            self.told.emit(told or f"Saved {path.name}")

    def _ask_open(self, title: str, kinds: str, act: Callable[[Path], None]) -> None:
        name, _ = QFileDialog.getOpenFileName(self._window, title, self._settings.folder, kinds)
        if name:
            self._settings.folder = str(Path(name).parent)
            act(Path(name))

    def _ask_save(self, title: str, name: str, kinds: str, act: Callable[[Path], None]) -> None:
        suggestion = str(Path(self._settings.folder) / name)
        chosen, kind = QFileDialog.getSaveFileName(self._window, title, suggestion, kinds)
        if not chosen:
            return
        path = Path(chosen)
        if path.suffix.lower() not in _suffixes(kinds):
            path = path.with_name(f"{path.name}{_suffixes(kind or kinds)[0]}")
            # The dialog has asked about the name as it was typed.
            if os.path.lexists(path) and not self._may_replace(path):
                return
        self._settings.folder = str(path.parent)
        act(path)

    def _may_replace(self, path: Path) -> bool:
        question = f"{path.name} is there already. Replace it?"
        return asks(self._window, "Save", question)


def _suffixes(kinds: str) -> list[str]:
    """Return what the names of files may end with, by a dialog's kinds of files."""
    return re.findall(r"\*(\.\w+)", kinds)


def _moment(run: Run | None) -> str:
    """Say of which moment the parameters of a run are; ``None`` for no run yet."""
    if run is None or run.step_shown == 0:
        return "before the first step"
    if run.position is None and run.is_over:
        return f"at the end of {run.name}"
    return f"after step {run.step_shown:,} of {run.name}"
