"""Myasthenia gravis at visits: who is let in, what changes without drug, what loss of antibody adds, and the taper."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from silicart.endpoints.chunk import Chunk
from silicart.endpoints.myasthenia.assessor import MYASTHENIA
from silicart.endpoints.myasthenia.quantities import MYASTHENIA_QUANTITIES
from silicart.endpoints.myasthenia.scores import selected_entry
from silicart.evidence import load_register
from silicart.trial import walk
from silicart.trial.rules.taper_in_myasthenia import TaperInMyasthenia

PATIENTS = 4000
DAYS = np.arange(-7.0, 372.0, 7.0)
VISITS = [-7.0, *np.arange(0.0, 366.0, 14.0)]
QUANTITIES = {one.id: one for one in MYASTHENIA_QUANTITIES}
NO_NOISE = {"MG_ADL_patient_SD": 0.0, "MG_ADL_visit_SD": 1e-9, "QMG_visit_SD": 0.0, "MGC_visit_SD": 0.0}
NO_DRIFT = {"MG_ADL_placebo": 0.0, "MG_ADL_slow_drift": 0.0, "QMG_drift": 0.0, "MGC_drift": 0.0}


def patients(antibody: float = 1.0, values: dict[str, float] | None = None, first: int = 0) -> Chunk:
    """Patients whose antibody falls at once from 1 to a level, all with the typical values of the register."""
    typical = {id: entry.value for id, entry in load_register().items()} | (values or {})
    level = np.where(DAYS >= 0.0, antibody, 1.0)
    return Chunk(
        days=DAYS,
        courses={"Ab_dsDNA": np.tile(level, (PATIENTS, 1)), "MG_effect": np.tile(1.0 - level, (PATIENTS, 1))},
        patients=np.arange(first, first + PATIENTS),
        draws=np.zeros(PATIENTS, dtype=np.int64),
        seed=1,
        infusions=(),
        parameters={id: np.full(PATIENTS, value) for id, value in typical.items() if np.isscalar(value)},
    )


def seen(chunk: Chunk, *rules: TaperInMyasthenia) -> Chunk:
    return replace(chunk, chart=walk(chunk, VISITS, [MYASTHENIA], rules))


@pytest.fixture(scope="module")
def placebo() -> Chunk:
    return seen(patients())


@pytest.fixture(scope="module")
def treated() -> Chunk:
    return seen(patients(0.44))


def mean(chunk: Chunk, id: str, day: float) -> float:
    return float(QUANTITIES[id].compute(chunk, day).mean())


def test_patients_enter_with_six_points_or_more_and_every_score_stays_on_its_scale(placebo):
    chart = placebo.charted()
    assert chart.entry("MG_ADL").min() == 6.0
    for id, highest in (("MG_ADL", 24), ("QMG", 39), ("MGC", 50)):
        points = chart.finding(id)
        assert (points == np.round(points)).all()
        assert points.min() >= 0
        assert points.max() <= highest
        assert (chart.entry(f"{id}_change") == 0.0).all()


def test_selection_for_high_readings_is_followed_by_regression_to_the_mean():
    one, uniform = np.ones(1000), (np.arange(1000) + 0.5) / 1000
    noisy = selected_entry(9 * one, 2 * one, 2 * one, 9 * one, uniform, 0 * one)
    exact = selected_entry(9 * one, 2 * one, 1e-9 * one, 9 * one, uniform, 0 * one)
    # Half of the spread is noise, so that half of what a truncated normal lies above 9 is.
    assert (noisy[0] - noisy[1]).mean() == pytest.approx(0.97, abs=0.05)
    assert abs((exact[0] - exact[1]).mean()) < 0.05


def test_placebo_changes_as_published(placebo):
    """CHAMPION week 26; and with neither noise, nor selection by it, nor drift, nothing changes at all."""
    assert -2.2 <= mean(placebo, "MG_ADL_change", 182) <= -0.8
    assert -3.1 <= mean(placebo, "QMG_change", 168) <= -0.8
    still = seen(patients(values=NO_NOISE | NO_DRIFT))
    assert np.abs(QUANTITIES["MG_ADL_change"].compute(still, 364)).max() == 0.0


def test_the_drift_is_there_in_every_arm_and_the_fall_of_antibody_adds_to_it(placebo, treated):
    alone = seen(patients(0.44, NO_DRIFT))
    together = mean(treated, "MG_ADL_change", 182)
    assert together < mean(alone, "MG_ADL_change", 182) - 0.8
    assert together < mean(placebo, "MG_ADL_change", 182) - 1.5


def test_loss_of_antibody_gains_what_equation_40_says():
    values = {**NO_NOISE, **NO_DRIFT, "MG_ADL_slope": 3.5, "MG_ADL_entry_SD": 1e-6, "MG_ADL_entry_mean": 10.0}
    gained = mean(seen(patients(0.5, values)), "MG_ADL_change", 182)
    assert gained == pytest.approx(-3.5 * 0.5 * (10 / 7) ** 0.871, abs=0.5)


def test_a_patient_meets_the_same_noise_in_any_chunk(placebo):
    later = seen(patients(first=1000))
    same = PATIENTS - 1000
    whole, part = (one.charted().finding("QMG") for one in (placebo, later))
    assert (whole[1000:] == part[:same]).all()


def test_shares_follow_from_scores(placebo, treated):
    for chunk in (placebo, treated):
        change, score = (QUANTITIES["MG_ADL_change"].compute(chunk, 180), chunk.charted().at("MG_ADL", 180))
        assert mean(chunk, "MG_ADL_improved_2", 180) == (change <= -2).mean()
        assert mean(chunk, "MG_minimal_symptoms", 180) == (score <= 1).mean()
        assert mean(chunk, "MG_ADL_responder", 180) >= mean(chunk, "MG_ADL_responder", 56)
        assert mean(chunk, "MG_ADL_improved_6_once", 180) >= (change <= -6).mean()
    assert mean(treated, "anti_AChR_relative", 90) == pytest.approx(0.44)
    assert mean(treated, "anti_AChR_fallen", 90) == 1.0
    assert mean(placebo, "anti_AChR_fallen", 90) == 0.0


def test_steroid_is_tapered_where_symptoms_are_better_and_withdrawal_costs_points():
    better, worse = patients(0.2), patients(1.0)
    tapered = seen(better, TaperInMyasthenia())
    takes = tapered.charted().care_at("prednisone", -7) > 0
    assert 0.65 < takes.mean() < 0.85
    dose = {day: tapered.charted().care_at("prednisone", day)[takes] for day in (0, 42, 182, 364)}
    assert (dose[42] == dose[0]).all()
    assert dose[182].mean() < 0.6 * dose[0].mean()
    assert (dose[364] <= dose[0]).all()
    untouched = seen(worse, TaperInMyasthenia())
    assert (
        untouched.charted().care_at("prednisone", 182).mean()
        > 1.5 * tapered.charted().care_at("prednisone", 182).mean()
    )
    kept = mean(seen(better), "MG_ADL_change", 364)
    assert mean(tapered, "MG_ADL_change", 364) >= kept


def test_a_randomised_trial_against_placebo_can_be_written_down():
    from silicart.study.reading import read_study

    text = """
study: {name: own, title: Own, question: Which, context_of_use: None}
model: {disease: mg, classes: 6}
population: {patients: 40, patients_per_draw: 10, seed: 1, randomise: true}
course: {unit: day, lead_in: 7, horizon: 120}
visits: {every: 28}
rules: [taper_in_myasthenia]
products: {cells: {product: electroporated_mrna_bcma}}
arms:
  active:
    label: Active
    product: cells
    dose: {amount: 1.0e+7, unit: cell_per_kg, number: 6, interval: 7, source: Chahin2025}
  placebo: {label: Placebo, placebo: true}
endpoints: [myasthenia]
"""
    study = read_study(text, "own.yaml")
    assert study.population.randomise
    assert study.arm("placebo").placebo
    assert study.arm("placebo").product is None
    assert "MG_ADL_change_3m" in study.endpoints
