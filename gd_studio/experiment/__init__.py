"""An experiment: the frozen, validated description of one run, and JSON in and out.

Two equal experiments end, on the same machine, with the same bits.
"""

from gd_studio.experiment.assign import assign
from gd_studio.experiment.changes import Change
from gd_studio.experiment.choice import (
    Choice,
    DatasetChoice,
    FunctionChoice,
    LossChoice,
    ModelChoice,
    OptimizerChoice,
)
from gd_studio.experiment.data import Dataset, Split, TableData
from gd_studio.experiment.difference import changed_values, fixed_differences
from gd_studio.experiment.errors import ExperimentError, FieldProblem
from gd_studio.experiment.experiment import Experiment, Variation
from gd_studio.experiment.layout import Layout
from gd_studio.experiment.paths import undoes
from gd_studio.experiment.phases import Phase, phases_of
from gd_studio.experiment.problem import FunctionProblem, ModelProblem, Problem
from gd_studio.experiment.schedule import ScheduleChoice
from gd_studio.experiment.training import Training

__all__ = [
    "Change",
    "Choice",
    "Dataset",
    "DatasetChoice",
    "Experiment",
    "ExperimentError",
    "FieldProblem",
    "FunctionChoice",
    "FunctionProblem",
    "Layout",
    "LossChoice",
    "ModelChoice",
    "ModelProblem",
    "OptimizerChoice",
    "Phase",
    "Problem",
    "ScheduleChoice",
    "Split",
    "TableData",
    "Training",
    "Variation",
    "assign",
    "changed_values",
    "fixed_differences",
    "phases_of",
    "undoes",
]
