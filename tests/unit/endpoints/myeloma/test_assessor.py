"""The haematologist at visits: situations of a clinic, each a sentence."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from silicart.endpoints.chunk import Chunk
from silicart.endpoints.myeloma import MYELOMA, Response
from silicart.endpoints.myeloma.quantities import MYELOMA_QUANTITIES
from silicart.endpoints.myeloma.residual import is_negative, marrow_share
from silicart.endpoints.myeloma.survival import event_free, median_time
from silicart.evidence import load_register
from silicart.trial import walk

DAYS = np.arange(-7.0, 1100.0, 1.0)
VISITS = (-7.0, *np.arange(28.0, 1090.0, 28.0))
NAMES = (
    "M_protein_noise", "FLC_noise", "marrow_noise", "electrophoresis_limit", "immunofixation_limit", "clone_limit",
    "marrow_cells", "FLC_normal", "death_before_PD", "death_after_PD",
)  # fmt: skip
QUIET = {
    "M_protein_noise": 1e-9,
    "FLC_noise": 1e-9,
    "marrow_noise": 1e-9,
    "death_before_PD": 0.0,
    "death_after_PD": 0.0,
}
READ = {one.id: one for one in MYELOMA_QUANTITIES}


def seen(tumour, protein, chain=None, patients=1, **own):
    """Return the chunk of patients who all have these courses, after their visits."""
    values = {id: load_register()[id].value for id in NAMES} | QUIET | own
    courses = {"tumour": tumour, "M_protein": protein, "FLC_involved": 12.0 + 0 * protein if chain is None else chain}
    chunk = Chunk(
        DAYS, {id: np.tile(course, (patients, 1)) for id, course in courses.items()}, np.arange(patients),
        np.zeros(patients, dtype=np.int64), 1, (0.0,), {id: np.full(patients, value) for id, value in values.items()},
    )  # fmt: skip
    return replace(chunk, chart=walk(chunk, VISITS, [MYELOMA]))


def falling(start, half_life):
    return start * 0.5 ** (np.maximum(DAYS, 0.0) / half_life)


def read(chunk, id, day=1000.0):
    return float(READ[id].compute(chunk, day)[0])


def regrowing(day, protein=30.0):
    return np.where(day > DAYS, falling(protein, 20.0), falling(protein, 20.0)[0] * (DAYS - day) / 200.0)


def test_a_patient_whose_protein_and_cells_go_reaches_a_stringent_complete_response_step_by_step():
    chunk = seen(falling(3e11, 5.0), falling(30.0, 20.0))
    best = chunk.chart.finding("best_response")[0]
    assert best[0] == best[1] == 0.0
    assert (np.diff(best) >= 0).all()
    assert {Response.PR, Response.VGPR, Response.SCR} <= set(best.astype(int))
    assert read(chunk, "MRD_negative") == 1.0
    assert read(chunk, "PFS") == 1.0


def test_a_complete_response_may_lag_the_cells_by_months_because_the_protein_lives_for_weeks():
    chunk = seen(falling(3e11, 2.0), falling(30.0, 20.0))
    negative = chunk.chart.finding("MRD_negative")[0]
    complete = chunk.chart.finding("response")[0] >= Response.CR
    assert np.flatnonzero(complete)[0] > np.flatnonzero(negative)[0] + 2


def test_a_median_time_is_that_of_all_patients_and_not_of_those_with_an_event():
    # Three of four never progress: dropped as "infinite", they would leave a median of a few months.
    growing = 20.0 * np.exp(0.005 * np.maximum(DAYS, 0))
    bad, good = seen(3e11 + 0 * DAYS, growing), seen(falling(3e11, 5.0), falling(30.0, 20.0))
    months = [read(bad, "PFS_time"), *[read(good, "PFS_time")] * 3]
    assert np.isfinite(months).all()
    assert np.median(months) == pytest.approx(1000.0 / (365.25 / 12.0))
    assert read(good, "duration_of_response") == pytest.approx(
        (1000.0 - good.chart.at("first_response_day", 1000.0)[0]) / (365.25 / 12.0)
    )


def test_a_patient_who_does_not_respond_has_no_response_and_progresses():
    chunk = seen(3e11 * np.exp(0.01 * np.maximum(DAYS, 0)), 20.0 * np.exp(0.005 * np.maximum(DAYS, 0)))
    assert read(chunk, "ORR") == 0.0
    assert read(chunk, "PFS_time") < 6.0
    assert np.isnan(READ["duration_of_response"].compute(chunk, 1000.0)[0])


def test_a_relapse_is_dated_at_the_first_visit_that_shows_it_and_ends_the_response():
    chunk = seen(falling(3e11, 5.0), regrowing(400.0))
    day = chunk.chart.finding("progression_day")[0, -1]
    assert day in VISITS
    assert 400.0 < day < 400.0 + 200.0 * 5.5 / 30.0 + 28.0
    after = chunk.chart.days >= day + 28.0
    assert (chunk.chart.finding("response")[0, after] == 0.0).all()
    assert read(chunk, "VGPR_or_better") == 1.0
    assert read(chunk, "PFS", 400.0) == 1.0
    assert read(chunk, "PFS") == 0.0


def test_one_high_reading_is_not_progression():
    protein = falling(30.0, 20.0) + np.where((DAYS > 415) & (DAYS < 425), 10.0, 0.0)
    assert read(seen(falling(3e11, 5.0), protein), "PFS") == 1.0


def test_without_measurable_protein_light_chains_decide():
    chain = 12.0 + falling(800.0, 4.0)
    chunk = seen(falling(3e11, 4.0), falling(4.0, 20.0), chain)
    assert read(chunk, "time_to_response") == pytest.approx(28 * 12 / 365.25, rel=1e-6)
    assert read(chunk, "sCR") == 1.0


def test_hazard_of_death_gives_its_exponential_and_rises_after_progression():
    quiet = seen(falling(3e11, 5.0), falling(30.0, 20.0), patients=4000, death_before_PD=0.001, death_after_PD=0.01)
    relapsed = seen(falling(3e11, 5.0), regrowing(200.0), patients=4000, death_before_PD=0.001, death_after_PD=0.01)
    alive = READ["OS"].compute(quiet, 500.0).mean()
    assert alive == pytest.approx(np.exp(-0.5), abs=0.03)
    assert READ["OS"].compute(relapsed, 500.0).mean() < 0.5 * alive


def test_a_death_counts_against_progression_free_survival():
    chunk = seen(falling(3e11, 5.0), falling(30.0, 20.0), patients=2000, death_before_PD=0.002)
    assert (READ["PFS"].compute(chunk, 700.0) == READ["OS"].compute(chunk, 700.0)).all()
    assert READ["PFS"].compute(chunk, 700.0).mean() == pytest.approx(np.exp(-1.4), abs=0.03)


def test_noise_of_the_laboratory_does_not_make_progression_in_a_stable_patient():
    stable = seen(3e11 + 0 * DAYS, 30.0 + 0 * DAYS, patients=1000, M_protein_noise=0.07)
    assert READ["PFS"].compute(stable, 365.0).mean() > 0.9


def test_a_share_of_marrow_and_the_depth_of_the_assay():
    assert is_negative(marrow_share([0.99e7, 1.01e7], 1e12)).tolist() == [True, False]


def test_censored_patients_leave_the_count_at_risk_and_no_step():
    times, observed = [2.0, 4.0, 4.0, 6.0, 8.0], [True, False, True, True, False]
    assert event_free(times, observed, 5.0) == pytest.approx(0.8 * 3 / 4)
    assert median_time(times, observed) == 6.0
