"""What the metrics of a model are called, and what they mean."""

from __future__ import annotations

from gd_studio.catalog import Task

TASK_METRICS: dict[Task, tuple[str, ...]] = {
    "regression": ("r2", "mae", "rmse"),
    "binary": ("accuracy", "precision", "recall", "f1", "roc_auc"),
    "multi-class": (
        "accuracy",
        "precision_macro",
        "recall_macro",
        "f1_macro",
        "precision_micro",
        "recall_micro",
        "f1_micro",
        "roc_auc_macro",
        "roc_auc_micro",
    ),
}
"""The metrics of each task in the order to show; ``loss`` comes before them."""

METRIC_LABELS: dict[str, str] = {
    "loss": "Loss",
    "r2": "R²",
    "mae": "Mean absolute error",
    "rmse": "Root mean squared error",
    "accuracy": "Accuracy",
    "precision": "Precision",
    "recall": "Recall",
    "f1": "F1",
    "roc_auc": "ROC AUC",
    "precision_macro": "Precision (macro)",
    "recall_macro": "Recall (macro)",
    "f1_macro": "F1 (macro)",
    "precision_micro": "Precision (micro)",
    "recall_micro": "Recall (micro)",
    "f1_micro": "F1 (micro)",
    "roc_auc_macro": "ROC AUC (macro)",
    "roc_auc_micro": "ROC AUC (micro)",
}
"""The name of each metric for people."""

_MACRO = "averaged over the classes, each counting alike"
_MICRO = "counted over the samples of all classes together"
_SAME = "for one class a sample it equals the accuracy"

METRIC_HELP: dict[str, str] = {
    "loss": "What the training makes small: the loss function on this part of the data.",
    "r2": (
        "R² = 1 − Σ(y − p)² / Σ(y − ȳ)²: 1 is a perfect prediction, 0 is as good as always "
        "predicting the mean ȳ, and below 0 is worse than that."
    ),
    "mae": "MAE = Σ|y − p| / n: how far off a prediction p is on average, in the target's units.",
    "rmse": (
        "RMSE = √(Σ(y − p)² / n): like the mean absolute error in the target's units, but large "
        "errors weigh more."
    ),
    "accuracy": "The share of samples whose class is predicted right: right / n.",
    "precision": (
        "TP / (TP + FP): the share of samples predicted positive that are positive; 0 where "
        "none was predicted."
    ),
    "recall": "TP / (TP + FN): the share of positive samples that are found.",
    "f1": "F1 = 2 TP / (2 TP + FP + FN): the harmonic mean of precision and recall.",
    "roc_auc": (
        "The area under the ROC curve: how often a positive sample has a higher score than a "
        "negative one, 1 for always and 0.5 for mere chance."
    ),
    "precision_macro": (
        f"TP / (TP + FP) of each class, {_MACRO}; 0 for a class that is never predicted."
    ),
    "recall_macro": (
        f"TP / (TP + FN) of each class, {_MACRO}; 0 for a class without samples "
        "that is predicted all the same."
    ),
    "f1_macro": (
        f"2 TP / (2 TP + FP + FN) of each class, {_MACRO}; 0 for a class without samples "
        "that is predicted all the same."
    ),
    "precision_micro": f"ΣTP / Σ(TP + FP), {_MICRO}: {_SAME}.",
    "recall_micro": f"ΣTP / Σ(TP + FN), {_MICRO}: {_SAME}.",
    "f1_micro": f"2 ΣTP / Σ(2 TP + FP + FN), {_MICRO}: {_SAME}.",
    "roc_auc_macro": (
        f"The area under the ROC curve of each class against the rest, {_MACRO}; a class without "
        "samples is left out."
    ),
    "roc_auc_micro": (
        "The area under a single ROC curve, where each pair of a sample and a class is one case: "
        "positive if the sample is of that class."
    ),
}
"""What each metric is, in a sentence: p is a prediction, y its target, n the number of samples; TP,
FP and FN are true positives, false positives and false negatives."""


def headline(task: Task) -> str:
    """Return the metric of a task that is shown first."""
    return TASK_METRICS[task][0]
