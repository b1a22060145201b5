"""Side effects at visits, on made-up courses: grades, counts, hazards, the same noise in any company."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from silicart.endpoints import crs
from silicart.endpoints.chart import Chart
from silicart.endpoints.chunk import Chunk
from silicart.endpoints.safety import icans, infection, readings
from silicart.endpoints.safety.assessor import SAFETY
from silicart.endpoints.visit import Visit
from silicart.evidence import load_register

PATIENTS = 4000
DAYS = np.arange(-7.0, 366.0)
VISITS = (-7.0, *range(0, 366, 28))
OFF = {
    "fever",
    "pressure_fall",
    "oxygen_need",
    "endothelium",
    "tocilizumab_level",
    "dexamethasone_level",
    "chemo",
    "LNP",
}
HEALTHY = {"neutrophils": 4.0, "IgG": 12.0, "B_blood_relative": 1.0} | dict.fromkeys(OFF, 0.0)


def made_up(infusions=(0.0,), patients=PATIENTS, **changed):
    register = load_register()
    own = {id: np.full(patients, e.value) for id, e in register.items() if e.mechanism in ("emission", "safety_clinic")}
    courses = {
        name: np.broadcast_to(np.asarray(changed.get(name, value), dtype=float), (patients, len(DAYS)))
        for name, value in HEALTHY.items()
    }
    numbers = np.arange(patients)
    return Chunk(DAYS, courses, numbers, numbers // 10, 7, infusions, own)


def charted(chunk, care=None):
    state, _ = SAFETY.enter(chunk, {})
    taken = {name: np.full(chunk.size, value) for name, value in (care or {}).items()}
    rows = []
    for place, day in enumerate(VISITS):
        state, found = SAFETY.see(state, Visit(place, day, VISITS[max(place - 1, 0)], chunk), taken, {})
        rows.append(found)
    chart = Chart(np.array(VISITS), {name: np.stack([row[name] for row in rows], axis=1) for name in rows[0]}, {})
    return replace(chunk, chart=chart)


def rate(chunk, **care):
    return float(readings.infection_rate(charted(chunk, care)).mean())


def test_a_patient_without_treatment_has_the_background_of_infections_and_nothing_else():
    chunk = charted(made_up(infusions=()))
    value = load_register()["infection_background"].value
    assert readings.infection_rate(chunk).mean() == pytest.approx(365.25 * value, rel=0.05)
    for name in ("CRS_grade", "ICANS_grade", "neutropenia_grade", "infusion_reactions", "B_aplasia", "IgG_low"):
        assert (chunk.charted().finding(name) == 0).all(), name


def test_each_risk_raises_the_rate_by_what_the_register_says():
    register = load_register()
    base = rate(made_up(infusions=()))
    for changed, care, ratio in (
        ({"IgG": 3.0}, {}, "infection_low_IgG_ratio"),
        ({"B_blood_relative": 0.01}, {}, "infection_B_aplasia_ratio"),
        ({}, {"prednisone": infection.STEROID_REFERENCE}, "infection_steroid_ratio"),
    ):
        assert rate(made_up(infusions=(), **changed), **care) / base == pytest.approx(register[ratio].value, rel=0.08)


def test_lymphodepletion_adds_its_windows_and_neutropenia_its_days():
    chemo = np.where((DAYS >= -5) & (DAYS <= -3), 1.0, 0.0)
    low = np.where((DAYS >= 3) & (DAYS < 13), 0.1, 4.0)
    value = load_register()
    base = readings.charted_sum(charted(made_up()), "infections").mean()
    windows = readings.charted_sum(charted(made_up(chemo=chemo)), "infections").mean() - base
    # The window begins with the last dose, day -5 in a course of equal days; what falls before day 0 is not counted.
    expected = 23 * value["infection_early"].value + 62 * value["infection_late"].value
    assert windows == pytest.approx(expected, rel=0.15)
    days = readings.charted_sum(charted(made_up(neutrophils=low)), "infections").mean() - base
    assert days == pytest.approx(10 * value["infection_neutropenia"].value, rel=0.3)


def test_severe_and_fatal_shares_are_those_of_the_two_causes():
    register, chunk = load_register(), made_up(patients=2)
    of_treatment = infection.shares(chunk, np.zeros(2), np.ones(2))
    assert of_treatment[0] == pytest.approx(register["infection_severe_share_treatment"].value)
    assert of_treatment[1] == pytest.approx(register["infection_death_share"].value)
    assert infection.shares(chunk, np.ones(2), np.zeros(2))[0] == pytest.approx(
        register["infection_severe_share"].value
    )
    many = charted(made_up(neutrophils=0.1))
    severe = readings.charted_sum(many, "infections_severe").sum()
    mean = infection.shares(chunk, np.full(2, register["infection_background"].value),
                            np.full(2, register["infection_neutropenia"].value))  # fmt: skip
    assert severe / readings.charted_sum(many, "infections").sum() == pytest.approx(mean[0][0], abs=0.02)
    assert readings.charted_sum(many, "infection_death").sum() / severe == pytest.approx(mean[1][0], abs=0.02)


def test_counts_follow_poisson():
    uniform = (np.arange(20_000) + 0.5) / 20_000
    found = infection.counts(np.full(20_000, 1.5), uniform)
    assert found.mean() == pytest.approx(1.5, abs=1e-3)
    assert found.var() == pytest.approx(1.5, abs=5e-3)


def test_grades_at_visits_are_those_of_the_whole_course():
    hump = np.exp(-0.5 * ((DAYS - 9) / 2) ** 2)
    chunk = charted(made_up(fever=1.2 * hump, pressure_fall=18 * hump, oxygen_need=1.5 * hump, endothelium=1.0 * hump))
    chart = chunk.charted()
    assert np.array_equal(chart.at("CRS_grade", 365), crs.grade(chunk))
    assert np.array_equal(chart.at("ICANS_grade", 365), icans.grade(chunk))
    assert {0.0, 1.0, 2.0} <= set(chart.at("CRS_grade", 365))
    assert (np.diff(chart.finding("CRS_grade"), axis=1) >= 0).all()
    assert (chart.at("CRS_grade", 0) == 0).all()


def test_neutropenia_has_the_grades_of_ctcae():
    for lowest, grade in ((2.5, 0), (1.9, 1), (1.2, 2), (0.9, 3), (0.4, 4)):
        chunk = charted(made_up(patients=3, neutrophils=np.where(DAYS == 10, lowest, 4.0)))
        assert (chunk.charted().at("neutropenia_grade", 28) == grade).all()
        assert (readings.neutropenia_grade(chunk) == grade).all()
        assert (chunk.charted().at("neutropenia_grade", 56) == 0).all()


def test_reactions_by_infusion_and_by_mass_of_particles():
    value = load_register()
    cells = charted(made_up(infusions=(0.0, 7.0, 14.0)))
    assert readings.charted_sum(cells, "infusion_reactions").max() <= 3
    mean = float(readings.charted_sum(cells, "infusion_reactions").mean())
    assert mean == pytest.approx(3 * value["infusion_reaction_cells"].value, rel=0.12)
    particles = charted(made_up(LNP=np.where(DAYS == 0, 4.0, 0.0)))
    seen = float(particles.charted().finding("infusion_reactions").max(axis=1).mean())
    assert seen == pytest.approx(1 - np.exp(-4 * value["infusion_reaction_LNP"].value), rel=0.05)


def test_a_patient_has_the_same_infections_in_any_chunk():
    whole, part = charted(made_up()), charted(made_up(patients=50))
    assert np.array_equal(whole.charted().finding("infections")[:50], part.charted().finding("infections"))


def test_more_drive_never_lowers_a_grade_of_neurotoxicity():
    chunk = made_up(patients=500)
    susceptibility = chunk.normal(icans.SUSCEPTIBILITY)
    grades = [icans.grade_of(chunk, np.full(500, drive), susceptibility) for drive in (0.0, 0.2, 0.6, 1.5, 4.0)]
    assert (grades[0] == 0).all()
    assert all((low <= high).all() for low, high in pairwise(grades))
    assert set(grades[-1]) == {0.0, 1.0, 2.0, 3.0, 4.0}
