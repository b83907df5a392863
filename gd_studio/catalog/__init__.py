"""All that can be chosen. Declarations only: no torch, no Qt.

Adding an entry to one of the catalogues is all it takes to add a function, a data set, a model,
a loss or an optimizer: forms, the command line, validation and the tests derive from it.
"""

from gd_studio.catalog.datasets import DATASETS, DatasetEntry
from gd_studio.catalog.entry import (
    Catalog,
    Entry,
    Parameter,
    UnknownKeyError,
    Value,
    did_you_mean,
    nearest,
)
from gd_studio.catalog.functions import CUSTOM, FUNCTIONS, Function, FunctionEntry
from gd_studio.catalog.layers import (
    Activation,
    Affine,
    Convolution,
    Flatten,
    Layer,
    LayerSummary,
    Linear,
    MaxPool,
    Polynomial,
    ToImage,
    summarise,
)
from gd_studio.catalog.losses import LOSSES, LossEntry
from gd_studio.catalog.models import MODELS, ModelEntry
from gd_studio.catalog.optimizers import OPTIMIZERS, OptimizerEntry
from gd_studio.catalog.schedules import SCHEDULES, ScheduleEntry
from gd_studio.catalog.schema import Schema, Task
from gd_studio.catalog.sources import (
    Bundled,
    Evenly,
    Generated,
    Shipped,
    Source,
    Spirals,
    Uniform,
)
from gd_studio.catalog.tables import ColumnKind, Encoding, Missing, Table, TableColumn

__all__ = [
    "CUSTOM",
    "DATASETS",
    "FUNCTIONS",
    "LOSSES",
    "MODELS",
    "OPTIMIZERS",
    "SCHEDULES",
    "Activation",
    "Affine",
    "Bundled",
    "Catalog",
    "ColumnKind",
    "Convolution",
    "DatasetEntry",
    "Encoding",
    "Entry",
    "Evenly",
    "Flatten",
    "Function",
    "FunctionEntry",
    "Generated",
    "Layer",
    "LayerSummary",
    "Linear",
    "LossEntry",
    "MaxPool",
    "Missing",
    "ModelEntry",
    "OptimizerEntry",
    "Parameter",
    "Polynomial",
    "ScheduleEntry",
    "Schema",
    "Shipped",
    "Source",
    "Spirals",
    "Table",
    "TableColumn",
    "Task",
    "ToImage",
    "Uniform",
    "UnknownKeyError",
    "Value",
    "did_you_mean",
    "nearest",
    "summarise",
]
