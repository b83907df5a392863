from __future__ import annotations

import math
import runpy
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from gd_studio.catalog.purchase import PURCHASE
from gd_studio.engine.tables import inspect_table, read_table

DATA = Path(__file__).parents[2] / "resources" / "data"
CONTENT = read_table(str(DATA / "purchase.csv"), PURCHASE)
RULE = np.array([0.1, 0.7 / 10_000, 0.8])
LOGIT = CONTENT.features @ RULE - (0.1 * 44 + 0.7 * 7.2 + 0.8)


def test_the_script_makes_the_file_again_to_the_byte() -> None:
    make = runpy.run_path(str(DATA / "make_purchase.py"))["make"]
    assert make().encode() == (DATA / "purchase.csv").read_bytes()


def test_it_is_declared_as_it_is() -> None:
    assert list(PURCHASE.problems()) == []
    report = inspect_table(str(DATA / "purchase.csv"), lambda fraction: None, lambda: False)
    assert (report.rows, report.complete) == (1000, 1000)
    assert (report.target, report.task) == (PURCHASE.target, PURCHASE.task)
    for column, declared in zip(report.columns, PURCHASE.columns, strict=True):
        assert (column.name, column.proposed) == (declared.name, declared.kind)
        if declared.kind == "category":
            assert set(column.values) == set(declared.categories)


def test_its_records_are_in_realistic_ranges() -> None:
    assert CONTENT.features.shape == (1000, 3)
    age, income, level = CONTENT.features.T
    assert (age.min(), age.max()) == (18, 70)
    assert 20_000 <= income.min() <= 21_000
    assert 149_000 <= income.max() <= 150_000
    assert set(income % 100) == {0.0}
    assert set(level) == {0.0, 1.0, 2.0, 3.0}
    assert round(100 * CONTENT.targets.mean(), 1) == 49.2


def test_the_best_that_can_be_expected_is_what_its_description_says() -> None:
    likelier = 1 / (1 + np.exp(-np.abs(LOGIT)))
    assert round(100 * likelier.mean(), 1) == 86.7


def test_a_logistic_regression_finds_the_rule() -> None:
    rule = RULE * CONTENT.features.std(axis=0)
    np.testing.assert_allclose(rule, [1.56, 2.72, 0.79], atol=0.005)
    assert math.isclose(LOGIT.mean(), 0.13, abs_tol=0.005)
    scaled = StandardScaler().fit_transform(CONTENT.features)
    model = LogisticRegression(C=1e9, max_iter=1000).fit(scaled, CONTENT.targets)
    np.testing.assert_allclose(model.coef_[0], rule, atol=0.15)
    assert math.isclose(model.intercept_[0], LOGIT.mean(), abs_tol=0.15)
