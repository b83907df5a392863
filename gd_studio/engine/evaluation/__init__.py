"""How good a model is, from plain arrays: no torch, and scikit-learn only once it is asked.

scikit-learn takes about as long to load as all the rest of the engine, so that each function
imports what it needs of it.
"""

from gd_studio.engine.evaluation.coefficients import coefficients
from gd_studio.engine.evaluation.importance import rank_features
from gd_studio.engine.evaluation.metrics import metrics
from gd_studio.engine.evaluation.parts import evaluate_part
from gd_studio.link.metric_names import headline

__all__ = [
    "coefficients",
    "evaluate_part",
    "headline",
    "load_what_judges",
    "metrics",
    "rank_features",
]


def load_what_judges() -> None:
    """Import scikit-learn, so that nobody waits a second for the first model that is judged."""
    import sklearn.metrics  # noqa: F401
