"""All that can be chosen. Declarations only: no torch, no Qt.

Adding an entry to one of the catalogues is all it takes to add a function, a data set, a model,
a loss or an optimizer: forms, the command line, validation and the tests derive from it.
"""

from gd_studio.catalog.datasets import DATASETS, DatasetEntry
from gd_studio.catalog.entry import Catalog, Entry, Parameter, UnknownKeyError, Value, did_you_mean
from gd_studio.catalog.functions import CUSTOM, FUNCTIONS, Function, FunctionEntry
from gd_studio.catalog.losses import LOSSES, LossEntry
from gd_studio.catalog.models import MODELS, Activation, Layer, Linear, ModelEntry
from gd_studio.catalog.optimizers import OPTIMIZERS, OptimizerEntry
from gd_studio.catalog.schedules import SCHEDULES

__all__ = [
    "CUSTOM",
    "DATASETS",
    "FUNCTIONS",
    "LOSSES",
    "MODELS",
    "OPTIMIZERS",
    "SCHEDULES",
    "Activation",
    "Catalog",
    "DatasetEntry",
    "Entry",
    "Function",
    "FunctionEntry",
    "Layer",
    "Linear",
    "LossEntry",
    "ModelEntry",
    "OptimizerEntry",
    "Parameter",
    "UnknownKeyError",
    "Value",
    "did_you_mean",
]
