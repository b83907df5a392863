"""A model on one part of the data."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gd_studio.catalog import Task
from gd_studio.engine.evaluation.metrics import Numbers, metrics, predictions
from gd_studio.engine.evaluation.sampling import evenly
from gd_studio.link.arrays import Doubles, Integers
from gd_studio.link.questions import PartEvaluation

MOST_SAMPLES = 2000
MOST_CURVE_POINTS = 500

Curve = tuple[str, Doubles, Doubles]


def evaluate_part(
    task: Task, classes: tuple[str, ...], targets: Numbers, scores: Numbers, loss: float
) -> PartEvaluation:
    """Judge a model's `scores` on a part of the data.

    A sample whose scores are not finite has no predicted class and is counted nowhere in the
    confusion; where there is one, there are no ROC curves. A class that no sample is of, or every
    sample, has no curve either.

    Parameters
    ----------
    task, targets, scores, loss
        As for :func:`~gd_studio.engine.evaluation.metrics.metrics`.
    classes
        The names of the classes in the order of their codes; empty for a regression.
    """
    predicted = predictions(task, scores)
    taken = evenly(len(targets), MOST_SAMPLES)
    return PartEvaluation(
        metrics=metrics(task, targets, scores, loss),
        confusion=_confusion(len(classes), targets, predicted),
        roc=tuple(_roc(task, classes, targets, scores)),
        targets=targets[taken].astype(np.float64),
        predictions=predicted[taken],
    )


def _confusion(n_classes: int, targets: Numbers, predicted: Doubles) -> Integers:
    from sklearn.metrics import confusion_matrix

    counted = np.isfinite(predicted)
    if n_classes == 0 or not counted.any():
        return np.zeros((n_classes, n_classes), dtype=np.int64)
    matrix = confusion_matrix(
        targets[counted].astype(np.int64),
        predicted[counted].astype(np.int64),
        labels=np.arange(n_classes),
    )
    return np.asarray(matrix, dtype=np.int64)


def _roc(
    task: Task, classes: tuple[str, ...], targets: Numbers, scores: Numbers
) -> Iterator[Curve]:
    from sklearn.metrics import roc_curve

    if task == "regression" or not np.isfinite(scores).all():
        return
    # A single curve says all about two classes: that of the other is its mirror image.
    columns = {1: scores} if task == "binary" else dict(enumerate(scores.T))
    for code, column in columns.items():
        members = targets == code
        if members.any() and not members.all():
            false_positive, true_positive, _ = roc_curve(members, column.astype(np.float64))
            taken = evenly(len(false_positive), MOST_CURVE_POINTS)
            yield classes[code], false_positive[taken], true_positive[taken]
