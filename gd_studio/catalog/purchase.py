"""The table that comes with GD Studio: who buys, by age, income and level of education.

Its file is ``resources/data/purchase.csv``; the rule that it was made by is in
``make_purchase.py`` beside it.
"""

from __future__ import annotations

from gd_studio.catalog.tables import Table, TableColumn

PURCHASE = Table(
    columns=(
        TableColumn("age"),
        TableColumn("income"),
        TableColumn(
            "education",
            kind="category",
            categories=("high school", "bachelor", "master", "doctorate"),
            encoding="ordinal",
        ),
        TableColumn("purchased", kind="category", categories=("no", "yes")),
    ),
    target="purchased",
    task="binary",
)
