"""The learning-rate schedules."""

from __future__ import annotations

from gd_studio.catalog.entry import Catalog, Entry

CONSTANT = Entry(
    key="constant",
    label="Constant",
    summary="The learning rate stays what the optimizer was given.",
)

SCHEDULES: Catalog[Entry] = Catalog("schedule", CONSTANT)
