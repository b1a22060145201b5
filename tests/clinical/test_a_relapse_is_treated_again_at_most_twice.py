"""A disease that answered and came back is treated again, as often as the rule allows and no more."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest

from silicart.endpoints.registry import select
from silicart.evidence import load_register
from silicart.study import Study, VisitPlan, read_study
from silicart.study.acting import model_of
from silicart.study.arm import ArmRun, Reading, simulate_arm
from silicart.study.people import draw_people

PATIENTS = 6

TEXT = """\
study: {name: again, title: Again, question: What does a second course bring?, context_of_use: Tests.}
model: {disease: sle, classes: 6}
population: {patients: 6, patients_per_draw: 3, seed: 11, structures: [b]}
course: {unit: day, lead_in: 7, horizon: 3650}
products:
  mrna: {product: mrna_lnp_bcma}
visits: {every: 28}
arms:
  once:
    label: one course
    product: mrna
    dose: {amount: 5.25e7, unit: cell_per_kg, number: 6, interval: 7, source: Chahin2025}
  never:
    label: followed, and never treated again
    product: mrna
    dose: {amount: 5.25e7, unit: cell_per_kg, number: 6, interval: 7, source: Chahin2025}
    rules: [{retreat_on_relapse: {maximum: 0}}]
  again:
    label: treated again
    product: mrna
    dose: {amount: 5.25e7, unit: cell_per_kg, number: 6, interval: 7, source: Chahin2025}
    rules: [{retreat_on_relapse: {maximum: 2}}]
  always:
    label: treated again at every relapse
    product: mrna
    dose: {amount: 5.25e7, unit: cell_per_kg, number: 6, interval: 7, source: Chahin2025}
    rules: [{retreat_on_relapse: {maximum: 20}}]
endpoints: [activity_1y, activity_2y, CAR_peak]
show: [CAR_per_microlitre, activity]
"""


@pytest.fixture(scope="module")
def study() -> Study:
    return read_study(TEXT, "again.yaml")


@pytest.fixture(scope="module")
def arms(study: Study) -> Mapping[str, ArmRun]:
    register = load_register()
    model = model_of(study, register)
    population = draw_people(study, register, model)
    reading = Reading(select(study.endpoints), study.observables, charted=range(PATIENTS))
    return {
        arm.name: simulate_arm(study, arm, model, population, reading, threads=1, chunk=size)
        for arm, size in zip(study.arms, (None, None, 4, None), strict=True)
    }


def repeated(run: ArmRun) -> pd.Series:
    """Further courses of each patient."""
    return run.charts[run.charts["name"] == "courses_repeated"].groupby("patient")["value"].max()


def begun(run: ArmRun) -> pd.DataFrame:
    """The visits at which a course began again."""
    return run.charts[(run.charts["name"] == "retreated") & (run.charts["value"] == 1.0)]


def test_visits_are_held_at_entry_and_every_four_weeks(study: Study) -> None:
    days = VisitPlan().days(study.lead_in, study.horizon)
    assert days[:3] == (-7.0, 28.0, 56.0)
    assert days[-1] == 3640.0
    assert study.visit_days() == days


def test_nobody_has_more_than_two_further_courses_and_some_have_two(arms: Mapping[str, ArmRun]) -> None:
    again, always = (repeated(arms[name]) for name in ("again", "always"))
    assert len(again) == PATIENTS
    assert always.max() > 2.0
    assert again.tolist() == np.minimum(always, 2.0).tolist()
    assert (again == 0.0).any()


def test_a_further_course_is_the_whole_course_in_the_same_dose(arms: Mapping[str, ArmRun]) -> None:
    medication, starts = arms["again"].medication, begun(arms["again"])
    for patient in range(PATIENTS):
        mine = medication[(medication["patient"] == patient) & (medication["drug"] == "mrna")]
        courses = [0.0, *starts.loc[starts["patient"] == patient, "day"]]
        assert mine["start"].tolist() == [day + 7.0 * place for day in courses for place in range(6)]
        assert mine["amount"].nunique() == 1
        assert set(mine["unit"]) == {"cell"}


def test_courses_begin_at_least_three_months_apart(arms: Mapping[str, ArmRun]) -> None:
    gaps = [np.diff([0.0, *days]).min() for _, days in begun(arms["always"]).groupby("patient")["day"]]
    assert min(gaps) >= 90.0


def test_cells_come_back_with_the_course_and_only_in_those_who_had_one(arms: Mapping[str, ArmRun]) -> None:
    again, once = arms["again"], arms["never"]
    first = begun(again).groupby("patient")["day"].min()
    for patient in range(PATIENTS):
        with_rule = again.courses["CAR_per_microlitre"][patient]
        without = once.courses["CAR_per_microlitre"][patient]
        if patient not in first.index:
            assert np.array_equal(with_rule, without)
            continue
        until = again.days < first[patient]
        assert np.array_equal(with_rule[until], without[until])
        assert with_rule[~until].max() > 10.0 * max(without[~until].max(), 1e-12)


def test_the_retreated_are_less_active_over_the_years(arms: Mapping[str, ArmRun]) -> None:
    chosen = np.flatnonzero(repeated(arms["again"]).to_numpy() > 0.0)
    after, before = (arms[name].courses["activity"][chosen].mean() for name in ("again", "never"))
    assert after < before


def test_a_rule_that_never_decides_changes_nothing(arms: Mapping[str, ArmRun]) -> None:
    """Stopping moves the integrator's steps: within its tolerance the courses are those of an unbroken run."""
    never, once = arms["never"].endpoints, arms["once"].endpoints
    for name in ("activity_1y", "activity_2y", "CAR_peak"):
        np.testing.assert_allclose(never[name], once[name], rtol=1e-4)
