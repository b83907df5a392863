"""Formulas that a user can type: checked, shown as mathematics, printed as Python.

A formula is read by Python's own parser and then held against a list of what is allowed; nothing
is ever evaluated or executed as code. What calculates it with tensors is
:mod:`gd_studio.engine.expressions`.
"""

from gd_studio.formula.check import MAX_DEPTH, MAX_EXPONENT, MAX_NODES
from gd_studio.formula.error import FormulaError
from gd_studio.formula.fold import Number, fold
from gd_studio.formula.parse import MAX_LENGTH, Formula, parse
from gd_studio.formula.vocabulary import CONSTANTS, FUNCTIONS, MAX_NUMBER, Known

__all__ = [
    "CONSTANTS",
    "FUNCTIONS",
    "MAX_DEPTH",
    "MAX_EXPONENT",
    "MAX_LENGTH",
    "MAX_NODES",
    "MAX_NUMBER",
    "Formula",
    "FormulaError",
    "Known",
    "Number",
    "fold",
    "parse",
]
