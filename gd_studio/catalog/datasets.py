"""The data sets: recipes, functions and sets of scikit-learn, and tables that are shipped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import pi

from gd_studio.catalog.entry import Catalog, Entry, Parameter, Settings
from gd_studio.catalog.purchase import PURCHASE
from gd_studio.catalog.schema import Schema
from gd_studio.catalog.sources import (
    Bundled,
    Evenly,
    Generated,
    Shipped,
    Source,
    Spirals,
    Uniform,
)


@dataclass(frozen=True, kw_only=True)
class DatasetEntry(Entry):
    """A data set.

    Attributes
    ----------
    origin
        Where its samples come from.
    describe
        From the settings to what the samples are.
    """

    origin: Source
    describe: Callable[[Settings], Schema]


def _always(schema: Schema) -> Callable[[Settings], Schema]:
    return lambda _: schema


def _samples(default: int) -> Parameter:
    return Parameter(
        "samples", "Samples", default, "How many samples are drawn", minimum=2, maximum=100_000
    )


def _noise(default: float) -> Parameter:
    return Parameter(
        "noise", "Noise", default, "Standard deviation of the noise added to y", minimum=0.0
    )


def _scatter(default: float) -> Parameter:
    return Parameter(
        "noise",
        "Noise",
        default,
        "Standard deviation by which points are scattered after they have their class",
        minimum=0.0,
    )


_CURVE = Schema(("x",), "y", "regression")
_PLANE = Schema(("x0", "x1"), "class", "binary", ("0", "1"))

NOISY_LINE = DatasetEntry(
    key="noisy-line",
    label="Noisy line",
    summary="y = 2x + 1 with normal noise, x uniform in [0, 10).",
    origin=Uniform(("x",), 0.0, 10.0, lambda s: f"{s['slope']} * x + {s['intercept']}"),
    describe=_always(_CURVE),
    parameters=(
        _samples(100),
        _noise(1.0),
        Parameter("slope", "Slope", 2.0, "The slope of the line"),
        Parameter("intercept", "Intercept", 1.0, "The line's value at x = 0"),
    ),
)

LINE = DatasetEntry(
    key="line",
    label="Line",
    summary="y = 0.7x + 0.3 without noise, x at even steps in [0, 1).",
    origin=Evenly(
        "x",
        lambda samples: (0.0, 1.0, 1.0 / samples),
        lambda s: f"{s['slope']} * x + {s['intercept']}",
    ),
    describe=_always(_CURVE),
    parameters=(
        _samples(50),
        _noise(0.0),
        Parameter("slope", "Slope", 0.7, "The slope of the line"),
        Parameter("intercept", "Intercept", 0.3, "The line's value at x = 0"),
    ),
)

QUADRATIC = DatasetEntry(
    key="quadratic",
    label="Quadratic",
    summary="A speed over time: v = 0.75 (t − 9.5)² + 1 with normal noise, t = 0, 1, …, 19.",
    origin=Evenly(
        "t",
        lambda samples: (0.0, float(samples), 1.0),
        lambda s: f"0.75 * (t - {(int(s['samples']) - 1) / 2})**2 + 1",
    ),
    describe=_always(Schema(("t",), "v", "regression")),
    parameters=(_samples(20), _noise(3.0)),
)

SINE = DatasetEntry(
    key="sine",
    label="Sine",
    summary="y = sin(x) with normal noise, x uniform in [0, 2π).",
    origin=Uniform(("x",), 0.0, 2 * pi, lambda _: "sin(x)"),
    describe=_always(_CURVE),
    parameters=(_samples(100), _noise(0.1)),
)

WEIGHTED_SUM = DatasetEntry(
    key="weighted-sum",
    label="Weighted sum",
    summary="y = x1 − 2 x2 + 3 x3 − … − 10 x10 with normal noise, features uniform in [−1, 1).",
    origin=Uniform(
        tuple(f"x{i}" for i in range(1, 11)),
        -1.0,
        1.0,
        lambda _: "x1" + "".join(f" {'+' if i % 2 else '-'} {i} * x{i}" for i in range(2, 11)),
    ),
    describe=_always(Schema(tuple(f"x{i}" for i in range(1, 11)), "y", "regression")),
    parameters=(_samples(500), _noise(0.5)),
)

CIRCLE = DatasetEntry(
    key="circle",
    label="Circle",
    summary="Points in [−1, 1)², of class 1 outside the circle of radius √½.",
    origin=Uniform(("x0", "x1"), -1.0, 1.0, lambda _: "x0**2 + x1**2 > 0.5"),
    describe=_always(Schema(("x0", "x1"), "class", "binary", ("inside", "outside"))),
    parameters=(_samples(100), _scatter(0.0)),
)

CIRCLES = DatasetEntry(
    key="circles",
    label="Two circles",
    summary="A small circle inside a large one, a class each.",
    source="scikit-learn, make_circles",
    origin=Generated(
        "make_circles",
        lambda s: {
            "n_samples": int(s["samples"]),
            "noise": float(s["noise"]),
            "factor": float(s["factor"]),
        },
    ),
    describe=_always(Schema(("x0", "x1"), "class", "binary", ("outer", "inner"))),
    parameters=(
        _samples(200),
        _scatter(0.08),
        Parameter(
            "factor",
            "Factor",
            0.5,
            "Radius of the inner circle, in radii of the outer one",
            minimum=0.0,
            below=1.0,
        ),
    ),
)

MOONS = DatasetEntry(
    key="moons",
    label="Moons",
    summary="Two half-moons that reach into each other, a class each.",
    source="scikit-learn, make_moons",
    origin=Generated(
        "make_moons",
        lambda s: {"n_samples": int(s["samples"]), "noise": float(s["noise"])},
    ),
    describe=_always(Schema(("x0", "x1"), "class", "binary", ("upper", "lower"))),
    parameters=(_samples(200), _scatter(0.15)),
)

SPIRALS = DatasetEntry(
    key="spirals",
    label="Spirals",
    summary="Two arms that wind around each other, a class each.",
    source="Lang & Witbrock, 1988",
    origin=Spirals(),
    describe=_always(_PLANE),
    parameters=(
        _samples(300),
        _scatter(0.02),
        Parameter(
            "turns", "Turns", 1.5, "How often each arm winds around", above=0.0, maximum=10.0
        ),
    ),
)

XOR = DatasetEntry(
    key="xor",
    label="XOR",
    summary="Points in [−1, 1)², of class 1 where the signs of their coordinates differ.",
    source="Minsky & Papert, 1969",
    origin=Uniform(("x0", "x1"), -1.0, 1.0, lambda _: "x0 * x1 < 0"),
    describe=_always(_PLANE),
    parameters=(_samples(200), _scatter(0.0)),
)

CHECKERBOARD = DatasetEntry(
    key="checkerboard",
    label="Checkerboard",
    summary="Points in [−1, 1)² on a board of squares, the classes by turns.",
    origin=Uniform(
        ("x0", "x1"),
        -1.0,
        1.0,
        lambda s: (
            f"sin({int(s['squares']) / 2} * pi * (x0 + 1)) "
            f"* sin({int(s['squares']) / 2} * pi * (x1 + 1)) > 0"
        ),
    ),
    describe=_always(_PLANE),
    parameters=(
        _samples(500),
        _scatter(0.0),
        Parameter("squares", "Squares", 4, "Squares along each side", minimum=1, maximum=20),
    ),
)


def _blobs(settings: Settings) -> Schema:
    names = tuple(str(code) for code in range(int(settings["classes"])))
    task = _PLANE.task if len(names) == 2 else "multi-class"
    return Schema(("x0", "x1"), "class", task, names)


BLOBS = DatasetEntry(
    key="blobs",
    label="Blobs",
    summary="Normal clouds of points around random middles, a class each.",
    source="scikit-learn, make_blobs",
    origin=Generated(
        "make_blobs",
        lambda s: {
            "n_samples": int(s["samples"]),
            "centers": int(s["classes"]),
            "cluster_std": float(s["noise"]),
        },
    ),
    describe=_blobs,
    parameters=(
        _samples(300),
        Parameter("noise", "Noise", 1.0, "Standard deviation of each cloud", minimum=0.0),
        Parameter("classes", "Classes", 3, "How many clouds there are", minimum=2, maximum=6),
    ),
)

IRIS = DatasetEntry(
    key="iris",
    label="Iris",
    summary="150 flowers of three species, by the lengths and widths of their leaves, in cm.",
    source="Fisher, 1936; scikit-learn, load_iris",
    origin=Bundled("load_iris"),
    describe=_always(
        Schema(
            ("sepal length", "sepal width", "petal length", "petal width"),
            "species",
            "multi-class",
            ("setosa", "versicolor", "virginica"),
        )
    ),
)

WINE = DatasetEntry(
    key="wine",
    label="Wine",
    summary="178 wines from three cultivars, by 13 measurements of their chemistry.",
    source="Forina et al., 1988; scikit-learn, load_wine",
    origin=Bundled("load_wine"),
    describe=_always(
        Schema(
            (
                "alcohol",
                "malic acid",
                "ash",
                "alcalinity of ash",
                "magnesium",
                "total phenols",
                "flavanoids",
                "nonflavanoid phenols",
                "proanthocyanins",
                "colour intensity",
                "hue",
                "OD280/OD315",
                "proline",
            ),
            "cultivar",
            "multi-class",
            ("0", "1", "2"),
        )
    ),
)

_CELL = (
    "radius",
    "texture",
    "perimeter",
    "area",
    "smoothness",
    "compactness",
    "concavity",
    "concave points",
    "symmetry",
    "fractal dimension",
)

BREAST_CANCER = DatasetEntry(
    key="breast-cancer",
    label="Breast cancer",
    summary="569 tumours, benign or malignant, by 30 measurements of their cells.",
    source="Street, Wolberg & Mangasarian, 1993; scikit-learn, load_breast_cancer",
    origin=Bundled("load_breast_cancer"),
    describe=_always(
        Schema(
            tuple(f"{kind} {name}" for kind in ("mean", "error of", "worst") for name in _CELL),
            "diagnosis",
            "binary",
            ("malignant", "benign"),
        )
    ),
)

DIABETES = DatasetEntry(
    key="diabetes",
    label="Diabetes",
    summary="442 patients: how far the disease has gone in a year, by ten scaled measurements.",
    source="Efron et al., 2004; scikit-learn, load_diabetes",
    origin=Bundled("load_diabetes"),
    describe=_always(
        Schema(
            ("age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6"),
            "progression",
            "regression",
        )
    ),
)

DIGITS = DatasetEntry(
    key="digits",
    label="Digits",
    summary="1,797 handwritten digits of 8 × 8 pixels, from 0 (white) to 1 (black).",
    source="Alpaydin & Kaynak, 1998; scikit-learn, load_digits",
    origin=Bundled("load_digits", divisor=16.0),
    describe=_always(
        Schema(
            tuple(f"pixel {row},{column}" for row in range(8) for column in range(8)),
            "digit",
            "multi-class",
            tuple("0123456789"),
            image=(8, 8),
        )
    ),
)

PURCHASES = DatasetEntry(
    key="purchase",
    label="Purchase",
    summary="1,000 people by age, income and education, and whether they bought. Made up: the "
    "rule is in the script beside the file.",
    origin=Shipped("purchase.csv", PURCHASE),
    describe=_always(PURCHASE.schema),
)

DATASETS: Catalog[DatasetEntry] = Catalog(
    "data set",
    NOISY_LINE,
    LINE,
    QUADRATIC,
    SINE,
    WEIGHTED_SUM,
    CIRCLE,
    CIRCLES,
    MOONS,
    SPIRALS,
    XOR,
    CHECKERBOARD,
    BLOBS,
    IRIS,
    WINE,
    BREAST_CANCER,
    DIABETES,
    DIGITS,
    PURCHASES,
)
"""The data sets a model can be fitted to."""
