from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import torch

from gd_studio.catalog import (
    DATASETS,
    FUNCTIONS,
    LOSSES,
    MODELS,
    OPTIMIZERS,
    SCHEDULES,
    Catalog,
    Entry,
    Parameter,
    UnknownKeyError,
)
from gd_studio.cli import main
from gd_studio.experiment import Experiment
from tests.helpers.recordings import LINE

CATALOGS: list[Catalog[Any]] = [DATASETS, FUNCTIONS, LOSSES, MODELS, OPTIMIZERS, SCHEDULES]
ENTRIES = [
    pytest.param(entry, id=f"{catalog.noun}: {key}")
    for catalog in CATALOGS
    for key, entry in catalog.items()
]


@pytest.mark.parametrize("entry", LOSSES.values(), ids=list(LOSSES))
def test_every_loss_is_one_of_torchs(entry: Any) -> None:
    loss = getattr(torch.nn.functional, entry.torch_name)
    assert loss(torch.tensor([0.5]), torch.tensor([1.0])).shape == ()


@pytest.mark.parametrize("entry", ENTRIES)
def test_an_entry_says_what_it_is_and_its_defaults_are_within_bounds(entry: Entry) -> None:
    assert entry.key == entry.key.lower().replace(" ", "-")
    assert entry.label
    assert entry.summary.endswith(".")
    for parameter in entry.parameters:
        assert parameter.label, parameter.name
        assert parameter.help, parameter.name
        default = parameter.default
        if isinstance(default, int | float):
            assert parameter.minimum is None or default >= parameter.minimum
            assert parameter.maximum is None or default <= parameter.maximum
            assert parameter.above is None or default > parameter.above
            assert parameter.below is None or default < parameter.below
    assert not list(entry.check(entry.defaults))


def test_a_catalogue_refuses_a_key_twice_and_offers_the_nearest() -> None:
    catalog = Catalog("thing", Entry(key="one", label="One", summary="."))
    with pytest.raises(ValueError, match="two things called 'one'"):
        catalog.add(Entry(key="one", label="Other", summary="."))
    with pytest.raises(UnknownKeyError, match="there is no thing 'on'; did you mean 'one'"):
        catalog["on"]
    assert "on" not in catalog
    catalog.discard("one")
    assert len(catalog) == 0


def test_the_kind_of_a_parameter_is_that_of_its_default() -> None:
    kinds = [Parameter("p", "P", default, "").kind for default in (True, 1, 1.0, "1")]
    assert kinds == ["switch", "integer", "number", "text"]


@pytest.fixture
def added() -> Iterator[None]:
    extra = Parameter("extra", "Extra", 0.5, "Something new", minimum=0.0)
    catalogs: dict[str, Catalog[Any]]
    catalogs = {"sgd": OPTIMIZERS, "rosenbrock": FUNCTIONS, "linear": MODELS}
    for key, catalog in catalogs.items():
        catalog.add(replace(catalog[key], key="brand-new", label="New", parameters=(extra,)))
    yield
    for catalog in catalogs.values():
        catalog.discard("brand-new")


@pytest.mark.usefixtures("added")
@pytest.mark.parametrize("kind", ["optimizers", "functions", "models"])
def test_one_entry_is_all_it_takes_to_be_listed(
    kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["list", kind, "--json"]) == 0
    (row,) = [row for row in json.loads(capsys.readouterr().out) if row["key"] == "brand-new"]
    assert row["label"] == "New"
    (parameter,) = row["parameters"]
    assert parameter["name"] == "extra"
    assert (parameter["default"], parameter["minimum"], parameter["maximum"]) == (0.5, 0.0, 1e30)
    assert (parameter["help"], parameter["kind"]) == ("Something new", "number")


@pytest.mark.usefixtures("added")
def test_one_entry_is_all_it_takes_to_be_chosen() -> None:
    model = {**LINE["problem"], "model": {"key": "brand-new", "extra": 2.0}}
    experiment = Experiment.parse({**LINE, "problem": model})
    assert experiment.layout.labels == ("weight", "bias")
    function = {"kind": "function", "function": {"key": "brand-new"}}
    Experiment.parse({**LINE, "problem": function, "training": {"steps": 1}})
