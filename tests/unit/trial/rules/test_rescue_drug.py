"""Rescue at a severe flare and at a relapse without drugs; the note stays."""

import numpy as np
import pytest

from silicart.endpoints.chunk import Chunk
from silicart.endpoints.visit import Visit
from silicart.trial.rules.rescue_drug import RescueDrug

NUMBERS = {"burst_severe": 30.0, "relapse_clinical_SLEDAI": 6.0, "relapse_from": 84.0}


def decide(day=100.0, infusions=(), prednisone=0.0, drug=0.0, rescued=0.0, **found):
    who = np.arange(1)
    own = {name: np.array([value]) for name, value in NUMBERS.items()}
    visit = Visit(3, day, day - 28.0, Chunk(np.array([0.0, 800.0]), {}, who, who, 1, infusions, own))
    findings = {"clinical_SLEDAI": 0.0, "severe_flare": 0.0} | found
    state, decision = RescueDrug().decide(
        {"rescued": np.array([rescued])}, visit, {name: np.array([value]) for name, value in findings.items()},
        {"prednisone": np.array([prednisone]), "immunosuppressant": np.array([drug])},
    )  # fmt: skip
    assert (state["rescued"] == decision.notes["rescued"]).all()
    return tuple(float(one[0]) for one in (*decision.care.values(), decision.notes["rescued"]))


def test_a_severe_flare_is_rescued():
    assert decide(severe_flare=1.0, prednisone=5.0) == (30.0, 1.0, 1.0)
    assert decide(severe_flare=1.0, prednisone=40.0) == (40.0, 1.0, 1.0)


def test_without_a_flare_nothing_changes_and_the_note_stays():
    assert decide(prednisone=5.0, clinical_SLEDAI=10.0) == (5.0, 0.0, 0.0)
    assert decide(prednisone=5.0, rescued=1.0) == (5.0, 0.0, 1.0)


@pytest.mark.parametrize(
    ("day", "prednisone", "clinical", "again"),
    [(100.0, 0.0, 6.0, True), (56.0, 0.0, 6.0, False), (100.0, 5.0, 6.0, False), (100.0, 0.0, 5.0, False)],
)
def test_who_relapses_without_drugs_after_car_t_takes_them_again(day, prednisone, clinical, again):
    found = decide(day=day, infusions=(0.0,), prednisone=prednisone, clinical_SLEDAI=clinical)
    assert (found[2] == 1.0) == again


def test_nobody_is_rescued_at_entry():
    assert RescueDrug().enter(3)["rescued"].tolist() == [0.0, 0.0, 0.0]
