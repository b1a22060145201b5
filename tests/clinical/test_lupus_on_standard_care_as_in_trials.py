"""Standard care in lupus as placebo arms have it: what the values were set to stays where it was set.

Bands are those of the acceptance table; the patients are those of the built-in studies.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from silicart.endpoints.chunk import Chunk
from silicart.endpoints.lupus.assessor import LUPUS
from silicart.endpoints.lupus.quantities import LUPUS_QUANTITIES
from silicart.evidence import load_register
from silicart.population import draw_population
from silicart.simulation import Model
from silicart.study import load_study
from silicart.trial import walk

SIZE = 1500
QUANTITIES = {one.id: one for one in LUPUS_QUANTITIES}


def arm(name: str, model: Model, every: float = 28.0, last: float = 728.0) -> Chunk:
    """The patients of a built-in study at rest, as untreated patients of the model are, with their visits held."""
    study = load_study(name)
    plan = study.population
    people = draw_population(
        load_register(), model, SIZE, plan.seed, plan.patients_per_draw, structures=plan.structures,
        overrides=plan.values, disease="sle",
    )  # fmt: skip
    own = people.parameters
    rest = {"activity": own["A_0"], "Ab_dsDNA": np.ones(SIZE), "C3": own["C3_0"]}
    courses = {id: np.repeat(value[:, np.newaxis], 2, axis=1) for id, value in rest.items()}
    chunk = Chunk(np.array([0.0, last]), courses, people.patients, people.draw, people.seed, (), own)
    return replace(chunk, chart=walk(chunk, np.arange(0.0, last + 1.0, every), (LUPUS,), study.rules))


@pytest.fixture(scope="module")
def placebo(lupus) -> Chunk:
    return arm("standard-care-sle", lupus)


@pytest.fixture(scope="module")
def outpatients(lupus) -> Chunk:
    return arm("clinic-sle", lupus, every=91.0, last=5551.0)


def mean(chunk: Chunk, quantity: str, day: float) -> float:
    return float(np.nanmean(QUANTITIES[quantity].compute(chunk, day)))


# Binomial error of 1500 patients, or of the part of them that has a value, is within the bands' own width.
@pytest.mark.parametrize(
    ("quantity", "day", "low", "high"),
    [
        ("SLEDAI", 0.0, 10.7, 12.1),
        ("SLEDAI_at_least_10", 0.0, 0.65, 0.77),
        ("prednisone_at_least_10", 0.0, 0.46, 0.58),
        ("SDI", 0.0, 0.4, 0.8),
        ("SRI4", 364.0, 0.34, 0.46),
        ("BICLA", 28.0, 0.14, 0.26),
        ("BICLA", 364.0, 0.26, 0.36),
        ("SLEDAI_fell_4", 336.0, 0.42, 0.58),
        ("flare_rate", 364.0, 0.55, 0.79),
        ("prednisone_tapered", 364.0, 0.26, 0.38),
        ("DORIS", 448.0, 0.05, 0.15),
    ],
)
def test_a_placebo_arm(placebo, quantity, day, low, high):
    assert low <= mean(placebo, quantity, day) <= high


def test_medication_rules_make_responders_of_the_score_non_responders(placebo):
    assert mean(placebo, "SLEDAI_fell_4", 364.0) - mean(placebo, "SRI4", 364.0) >= 0.06


def test_serologically_active_patients_respond_no_better_and_flare_more(placebo):
    chart = placebo.chart
    active = (chart.entry("C3_reading") < 0.9) & (chart.entry("anti_dsDNA") > 1)
    flared = QUANTITIES["severe_flare"].compute(placebo, 364.0)
    assert flared[active].mean() > flared[~active].mean() + 0.03


@pytest.mark.parametrize(("years", "low", "high"), [(5, 0.93, 0.97), (10, 0.86, 0.92), (15, 0.78, 0.86)])
def test_survival_of_outpatients(outpatients, years, low, high):
    assert low <= mean(outpatients, "alive", years * 365.25) <= high


def test_half_of_outpatients_have_damage_after_six_years(outpatients):
    assert 0.30 <= mean(outpatients, "SDI_at_least_1", 0.0) <= 0.40
    assert 0.46 <= mean(outpatients, "SDI_at_least_1", 2192.0) <= 0.56


def test_kidneys_of_a_trial_of_nephritis_recover_slowly(lupus):
    nephritis = arm("standard-care-ln", lupus, last=1848.0)
    assert 0.27 <= mean(nephritis, "CRR", 532.0) <= 0.39
    two, five = (mean(nephritis, "proteinuria_recovered", day) for day in (730.0, 1826.0))
    assert 0.45 <= two <= 0.59
    assert 0.67 <= five <= 0.81
