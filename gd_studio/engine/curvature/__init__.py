"""How the loss curves at a point: its Hessian, the Hessian's eigenvalues, and what they say."""

from gd_studio.engine.curvature.classify import classify_point
from gd_studio.engine.curvature.measure import CurvatureProblem, local_model, measure_curvature

__all__ = ["CurvatureProblem", "classify_point", "local_model", "measure_curvature"]
