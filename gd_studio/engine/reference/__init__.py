"""Optimizers to measure others by: exact and backtracking line search, Newton and damped Newton.

Each file stands on its own, with nothing but torch: an exported script contains its text. Their
step takes a function that evaluates the loss at the parameters as they are.
"""

from gd_studio.engine.reference.armijo import Armijo
from gd_studio.engine.reference.damped_newton import DampedNewton
from gd_studio.engine.reference.exact_line_search import ExactLineSearch
from gd_studio.engine.reference.newton import Newton

__all__ = ["Armijo", "DampedNewton", "ExactLineSearch", "Newton"]
