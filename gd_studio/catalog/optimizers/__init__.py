"""The optimizers: those of ``torch.optim`` with its names and defaults, and some to compare with.

`EXCEPTIONS` says why a class of ``torch.optim`` is not among them.
"""

from gd_studio.catalog.entry import Catalog
from gd_studio.catalog.optimizers.adam import ADAM, ADAMAX, ADAMW, NADAM, RADAM
from gd_studio.catalog.optimizers.adaptive import ADADELTA, ADAGRAD, RMSPROP, RPROP
from gd_studio.catalog.optimizers.entry import Argument, OptimizerEntry
from gd_studio.catalog.optimizers.line_search import ARMIJO, EXACT_LINE_SEARCH
from gd_studio.catalog.optimizers.matrices import ADAFACTOR, MUON
from gd_studio.catalog.optimizers.momentum import ASGD, BY_HAND, SGD
from gd_studio.catalog.optimizers.second_order import DAMPED_NEWTON, LBFGS, NEWTON

__all__ = ["ADAM", "EXCEPTIONS", "OPTIMIZERS", "SGD", "Argument", "OptimizerEntry"]

OPTIMIZERS: Catalog[OptimizerEntry] = Catalog(
    "optimizer",
    SGD,
    ADAM,
    ADAMW,
    ADAMAX,
    NADAM,
    RADAM,
    ADAGRAD,
    ADADELTA,
    RMSPROP,
    RPROP,
    ASGD,
    ADAFACTOR,
    LBFGS,
    MUON,
    BY_HAND,
    EXACT_LINE_SEARCH,
    ARMIJO,
    NEWTON,
    DAMPED_NEWTON,
)

EXCEPTIONS: dict[str, str] = {
    "Optimizer": "the base class of all others, without a step of its own",
    "SparseAdam": "takes sparse gradients only, and every gradient here is dense",
}
