"""A linear model's coefficients in two kinds of units."""

from __future__ import annotations

import numpy as np

from gd_studio.engine.evaluation.metrics import Numbers
from gd_studio.link.questions import Coefficients


def coefficients(
    names: tuple[str, ...],
    outputs: tuple[str, ...],
    weight: Numbers,
    bias: Numbers,
    mean: Numbers | None = None,
    scale: Numbers | None = None,
) -> Coefficients:
    """Translate coefficients for standardised features into those for features as they are.

    A model of ``z = (x − mean) / scale`` is one of ``x``: ``b + Σ w z`` equals
    ``(b − Σ w mean / scale) + Σ (w / scale) x``. In double precision, since the sum may cancel.

    Parameters
    ----------
    names, outputs
        The names of the features and of the outputs.
    weight, bias
        As trained, ``(outputs, features)`` and ``(outputs,)``.
    mean, scale
        What the features were standardised with, ``(features,)`` each, no scale being 0; ``None``
        where they were not.
    """
    trained = weight.astype(np.float64)
    intercept = bias.astype(np.float64)
    own_units, own_intercept = trained, intercept
    if mean is not None and scale is not None:
        own_units = trained / scale.astype(np.float64)
        own_intercept = intercept - own_units @ mean.astype(np.float64)
    return Coefficients(
        features=names,
        outputs=outputs,
        standardised=trained,
        own_units=own_units,
        intercepts=np.stack([intercept, own_intercept]),
    )
