"""Nothing is wrong with the examples, but where they are there to show what can go wrong."""

from __future__ import annotations

import pytest

from gd_studio.engine.examination import examine
from gd_studio.engine.session import Session
from gd_studio.files import example_keys, load_example
from gd_studio.link.diagnosis import DiagnosisKind

pytestmark = pytest.mark.long

SICK = {
    # Their notes: above 2/10 every step lands farther up the opposite wall.
    ("learning-rates", "lr 1"): DiagnosisKind.DIVERGED,
    ("learning-rates", "lr 10"): DiagnosisKind.DIVERGED,
    # Sigmoids, and ReLUs that begin too small, pass on next to nothing of the gradient.
    ("vanishing-gradients", "Sigmoid"): DiagnosisKind.STALLED,
    ("vanishing-gradients", "Sigmoid, Xavier"): DiagnosisKind.STALLED,
    ("vanishing-gradients", "ReLU"): DiagnosisKind.STALLED,
    # A few long gradients throw the weights to where nothing is learnt.
    ("vanishing-gradients", "ReLU, Kaiming, lr 2"): DiagnosisKind.STALLED,
    # From the ridge itself nothing leads away from the saddle.
    ("saddle-escape", "On the ridge"): DiagnosisKind.SADDLE,
}


@pytest.mark.parametrize("key", example_keys())
def test_an_example_is_healthy_unless_it_shows_a_sickness(key: str) -> None:
    for name, experiment in load_example(key).runs():
        session = Session(experiment)
        while session.finish is None:
            session.advance(1 << 30)
        diagnosis = examine(session)
        assert diagnosis.kind == SICK.get((key, name)), f"{name}: {diagnosis.sentence}"
        assert bool(diagnosis.sentence) == (diagnosis.kind is not None)


def test_the_sick_are_all_among_the_examples() -> None:
    runs = {(key, name) for key in example_keys() for name, _ in load_example(key).runs()}
    assert runs >= SICK.keys()
