"""Which features matter: permutation importance."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gd_studio.catalog import Task
from gd_studio.engine.evaluation.metrics import Numbers, headline_score
from gd_studio.engine.evaluation.sampling import evenly
from gd_studio.link.questions import Importances

MOST_SAMPLES = 5000

Predictor = Callable[[Numbers], Numbers]


class _Estimator:
    """A trained model as scikit-learn wants one; it insists on a `fit`, and never calls it."""

    def __init__(self, predict: Predictor) -> None:
        self.predict = predict

    def fit(self) -> None:
        raise NotImplementedError("it is trained already")


def rank_features(
    predict: Predictor,
    features: Numbers,
    targets: Numbers,
    names: tuple[str, ...],
    *,
    task: Task,
    part: str,
    repeats: int = 10,
    seed: int = 0,
) -> Importances:
    """Find how much a model's score falls when a feature is shuffled, each on its own.

    The score is R² for a regression, else the accuracy. With more than 5000 samples it is found on
    5000 of them, evenly taken.

    Parameters
    ----------
    predict
        Gives a number or the code of a class for each row of features. It is called once, and
        `repeats` times for every feature; what it raises is passed on.
    features, targets
        The samples, ``(n, n_features)`` and ``(n,)``.
    names
        The names of the features.
    task
        What the model was asked for.
    part
        Which part of the data the samples are: only handed on.
    repeats
        How often each feature is shuffled.
    seed
        Of the shuffling, 0 or more, below 2³². Every feature is shuffled alike.
    """
    from sklearn.inspection import permutation_importance

    taken = evenly(len(targets), MOST_SAMPLES)
    # `n_jobs=None` shuffles in this thread: the model may be on a device, and is quick anyway.
    found = permutation_importance(
        _Estimator(predict),
        features[taken],
        targets[taken],
        scoring=lambda model, x, y: headline_score(task, y, model.predict(x)),
        n_repeats=repeats,
        n_jobs=None,
        random_state=seed,
    )
    return Importances(
        features=names,
        mean=np.asarray(found.importances_mean, dtype=np.float64),
        spread=np.asarray(found.importances_std, dtype=np.float64),
        score="R²" if task == "regression" else "accuracy",
        part=part,
    )
