"""Tapering prednisone: step by step while quiet, up at a flare, down to nothing only after CAR-T."""

import numpy as np
import pytest

from silicart.endpoints.chunk import Chunk
from silicart.endpoints.visit import Visit
from silicart.trial.rules.taper_steroid import TaperSteroid

NUMBERS = {
    "taper_from": 56.0, "taper_clinical_SLEDAI": 4.0, "taper_PGA": 1.2, "taper_step": 2.5, "taper_goal": 7.5,
    "taper_lowest": 5.0, "burst_moderate": 15.0, "burst_severe": 30.0,
}  # fmt: skip


def dose_after(dose: float, day: float = 84.0, infusions=(), entry: float = 40.0, **found: float) -> float:
    who = np.arange(1)
    own = {name: np.array([value]) for name, value in NUMBERS.items()}
    visit = Visit(3, day, day - 28.0, Chunk(np.array([0.0, 800.0]), {}, who, who, 1, infusions, own))
    findings = {"clinical_SLEDAI": 4.0, "PGA": 1.0, "mild_flare": 0.0, "moderate_flare": 0.0, "severe_flare": 0.0}
    findings |= {"prednisone_entry": entry} | found
    rule = TaperSteroid()
    _, decision = rule.decide(
        rule.enter(1), visit, {name: np.array([value]) for name, value in findings.items()},
        {"prednisone": np.array([dose])},
    )  # fmt: skip
    return float(decision.care["prednisone"][0])


@pytest.mark.parametrize(
    ("dose", "found", "expected"),
    [
        (10.0, {}, 7.5),
        (7.5, {}, 7.5),  # the goal of a patient who is not nearly clear
        (7.5, {"clinical_SLEDAI": 2.0}, 5.0),
        (5.0, {"clinical_SLEDAI": 0.0}, 5.0),  # standard care keeps the last 5 mg
        (2.5, {}, 2.5),  # a taper never raises
        (30.0, {}, 25.0),  # twice the step above 20 mg
        (10.0, {"clinical_SLEDAI": 6.0}, 10.0),
        (10.0, {"PGA": 1.5}, 10.0),
        (10.0, {"mild_flare": 1.0}, 10.0),
        (5.0, {"moderate_flare": 1.0}, 15.0),
        (20.0, {"moderate_flare": 1.0}, 20.0),
        (5.0, {"severe_flare": 1.0}, 30.0),
    ],
)
def test_standard_care(dose, found, expected):
    assert dose_after(dose, **found) == expected


def test_nothing_is_tapered_in_the_first_weeks_of_standard_care():
    assert dose_after(10.0, day=28.0) == 10.0
    assert dose_after(10.0, day=28.0, infusions=(0.0,)) == 5.0


def test_after_car_t_the_taper_ends_at_nothing():
    assert dose_after(2.5, infusions=(0.0,)) == 0.0
    assert dose_after(10.0, infusions=(0.0,), clinical_SLEDAI=8.0) == 5.0  # whatever the score
    assert dose_after(10.0, infusions=(0.0,), severe_flare=1.0) == 30.0


def test_a_burst_comes_down_by_halves_although_disease_is_active():
    assert dose_after(30.0, entry=10.0, clinical_SLEDAI=8.0) == 15.0
    assert dose_after(15.0, entry=10.0, clinical_SLEDAI=8.0) == 10.0
    assert dose_after(10.0, entry=10.0, clinical_SLEDAI=8.0) == 10.0
