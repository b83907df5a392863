"""An experiment: the frozen, validated description of one run, and JSON in and out.

Two equal experiments end, on the same machine, with the same bits.
"""

from gd_studio.experiment.choice import (
    Choice,
    DatasetChoice,
    FunctionChoice,
    LossChoice,
    ModelChoice,
    OptimizerChoice,
)
from gd_studio.experiment.errors import ExperimentError, FieldProblem
from gd_studio.experiment.experiment import Experiment, Training
from gd_studio.experiment.layout import Layout
from gd_studio.experiment.paths import assign
from gd_studio.experiment.problem import FunctionProblem, ModelProblem, Problem

__all__ = [
    "Choice",
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
    "Problem",
    "Training",
    "assign",
]
