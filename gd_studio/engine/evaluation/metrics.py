"""Metrics of a model's scores, by scikit-learn."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from gd_studio.catalog import Task
from gd_studio.link.arrays import Doubles, Integers
from gd_studio.link.metric_names import TASK_METRICS

Numbers = npt.NDArray[np.number[Any]]
"""Samples as a caller has them: of any precision, classes as whole numbers or as floats."""


def metrics(task: Task, targets: Numbers, scores: Numbers, loss: float) -> dict[str, float]:
    """Judge `scores` by `targets`.

    Parameters
    ----------
    task
        What the model was asked for.
    targets
        ``(n,)``: numbers, or the codes of classes.
    scores
        A regression's predictions ``(n,)``, the probability of class 1 ``(n,)`` for two classes,
        or that of each class ``(n, classes)`` for several.
    loss
        The loss, found elsewhere: it is put in front.

    Returns
    -------
    dict[str, float]
        ``loss`` and then ``TASK_METRICS[task]``, in that order. A metric that is not defined is
        NaN: the ROC AUC where the targets are all of one class, R² where they are all equal, and
        all of them where a score is not finite. Precision, recall and F1 are 0 where they are
        shares of nothing, as they are in scikit-learn by itself.
    """
    names = TASK_METRICS[task]
    if len(targets) == 0 or not np.isfinite(scores).all():
        return {"loss": loss, **dict.fromkeys(names, math.nan)}
    # Enormous predictions of a model about to diverge overflow when they are squared.
    with np.errstate(all="ignore"):
        if task == "regression":
            values = _of_numbers(targets.astype(np.float64), scores.astype(np.float64))
        elif task == "binary":
            values = _of_two_classes(targets.astype(np.int64), scores.astype(np.float64))
        else:
            values = _of_many_classes(targets.astype(np.int64), scores.astype(np.float64))
    return {"loss": loss, **dict(zip(names, map(_finite_or_nan, values), strict=True))}


def predictions(task: Task, scores: Numbers) -> Doubles:
    """Return what `scores` predict, ``(n,)``: numbers, or codes of classes.

    Class 1 of two is predicted above a probability of one half. NaN where a score is not finite.
    """
    if task == "multi-class":
        finite = np.isfinite(scores).all(axis=1)
        return np.where(finite, scores.argmax(axis=1), math.nan)
    predicted = scores > 0.5 if task == "binary" else scores
    return np.where(np.isfinite(scores), predicted, math.nan).astype(np.float64)


def headline_score(task: Task, targets: Numbers, predicted: Numbers) -> float:
    """Return R² for a regression, else the share of classes that are right; NaN as in `metrics`."""
    from sklearn.metrics import accuracy_score

    if not np.isfinite(predicted).all():
        return math.nan
    if task != "regression":
        return float(accuracy_score(targets.astype(np.int64), predicted.astype(np.int64)))
    with np.errstate(all="ignore"):
        return _finite_or_nan(_r2(targets.astype(np.float64), predicted.astype(np.float64)))


def _of_numbers(targets: Doubles, predicted: Doubles) -> list[float]:
    from sklearn.metrics import mean_absolute_error, root_mean_squared_error

    return [
        _r2(targets, predicted),
        mean_absolute_error(targets, predicted),
        root_mean_squared_error(targets, predicted),
    ]


def _of_two_classes(targets: Integers, scores: Doubles) -> list[float]:
    from sklearn.metrics import accuracy_score, precision_recall_fscore_support, roc_auc_score

    predicted = predictions("binary", scores).astype(np.int64)
    precision, recall, f1, _ = precision_recall_fscore_support(
        targets, predicted, average="binary", zero_division=0.0
    )
    # scikit-learn says in a warning that it needs both classes.
    both = targets.min() != targets.max()
    area = roc_auc_score(targets, scores) if both else math.nan
    return [accuracy_score(targets, predicted), precision, recall, f1, area]


def _of_many_classes(targets: Integers, scores: Doubles) -> list[float]:
    from sklearn.metrics import accuracy_score, precision_recall_fscore_support, roc_auc_score

    predicted = predictions("multi-class", scores).astype(np.int64)
    codes = np.arange(scores.shape[1])
    values = [accuracy_score(targets, predicted)]
    for average in ("macro", "micro"):
        precision, recall, f1, _ = precision_recall_fscore_support(
            targets, predicted, average=average, zero_division=0.0
        )
        values += [precision, recall, f1]
    # One against the rest: a column for each class says which samples are of it. scikit-learn's
    # own `multi_class="ovr"` refuses targets in which a class does not occur.
    members = targets[:, None] == codes
    present = members.any(axis=0)
    if present.sum() < 2:
        return [*values, math.nan, math.nan]
    macro = roc_auc_score(members[:, present], scores[:, present], average="macro")
    micro = roc_auc_score(members.ravel(), scores.ravel())
    return [*values, macro, micro]


def _r2(targets: Doubles, predicted: Doubles) -> float:
    from sklearn.metrics import r2_score

    if len(targets) < 2:
        return math.nan  # scikit-learn's answer as well, but with a warning.
    # By itself scikit-learn calls R² of constant targets 0 or 1, which it is not.
    return float(r2_score(targets, predicted, force_finite=False))


def _finite_or_nan(value: float) -> float:
    return float(value) if math.isfinite(value) else math.nan
