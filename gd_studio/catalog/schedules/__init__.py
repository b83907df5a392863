"""The learning-rate schedules, each as ``torch.optim.lr_scheduler`` has it."""

from collections.abc import Mapping
from types import MappingProxyType

from gd_studio.catalog.entry import Catalog
from gd_studio.catalog.schedules.composed import CHAINED, SEQUENTIAL
from gd_studio.catalog.schedules.cycling import COSINE_RESTARTS, CYCLIC, ONE_CYCLE
from gd_studio.catalog.schedules.entry import ScheduleEntry
from gd_studio.catalog.schedules.falling import (
    CONSTANT_FACTOR,
    COSINE,
    EXPONENTIAL,
    LINEAR,
    MULTI_STEP,
    PLATEAU,
    POLYNOMIAL,
    STEP,
)
from gd_studio.catalog.schedules.texts import (
    factor_formula,
    factor_of,
    milestones_of,
    points_of,
    points_text,
)
from gd_studio.catalog.schedules.written import CONSTANT, DRAWN, LAMBDA, MULTIPLICATIVE

__all__ = [
    "EXCEPTIONS",
    "SCHEDULES",
    "ScheduleEntry",
    "factor_formula",
    "factor_of",
    "milestones_of",
    "points_of",
    "points_text",
]

SCHEDULES: Catalog[ScheduleEntry] = Catalog(
    "schedule",
    CONSTANT,
    STEP,
    MULTI_STEP,
    CONSTANT_FACTOR,
    LINEAR,
    EXPONENTIAL,
    POLYNOMIAL,
    COSINE,
    COSINE_RESTARTS,
    CYCLIC,
    ONE_CYCLE,
    PLATEAU,
    LAMBDA,
    MULTIPLICATIVE,
    DRAWN,
    CHAINED,
    SEQUENTIAL,
)

EXCEPTIONS: Mapping[str, str] = MappingProxyType(
    {
        "LRScheduler": "the base class of all schedules, which has no rate of its own",
        "_LRScheduler": "an older name of the base class",
    }
)
"""The classes of ``torch.optim.lr_scheduler`` that are no entry, each with the reason."""
