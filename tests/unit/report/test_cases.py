"""Single patients as cases: who is shown in which arms, and what stands in a chart."""

from __future__ import annotations

from dataclasses import replace

from silicart.report.cases import cases
from silicart.study import StudyResult


def test_a_row_is_the_same_person_in_every_arm(synthetic_result: StudyResult) -> None:
    rows = cases(synthetic_result)
    assert [len(row) for row in rows] == [3, 3, 3, 3]
    for row in rows:
        assert len({one.patient for one in row}) == 1
        # The first arm, the first with a product of another kind, and the one without.
        assert [one.arm for one in row] == ["mrna_lnp", "mrna_ep", "standard"]


def test_rows_run_from_the_lowest_score_to_the_highest(synthetic_result: StudyResult) -> None:
    assert [row[0].patient for row in cases(synthetic_result)] == [0, 2, 5, 7]


def test_a_chart_holds_infusions_steroid_and_flares(synthetic_result: StudyResult) -> None:
    flared = cases(synthetic_result)[2][0]
    assert flared.infusions == (0.0, 7.0, 14.0, 21.0, 28.0, 35.0)
    assert flared.steroid == ((-14.0, 182.0, 10.0),)
    assert [(event.day, event.kind) for event in flared.events] == [(112.0, "severe flare")]


def test_a_chart_ends_at_death(synthetic_result: StudyResult) -> None:
    charts = synthetic_result.charts.copy()
    charts.loc[charts["patient"] == 3, "patient"] = 30
    only = charts[charts["patient"] == 30]
    (row,) = cases(replace(synthetic_result, charts=only))
    assert row[0].days[-1] == 280.0
    assert [(event.day, event.kind) for event in row[0].events] == [(280.0, "death")]


def test_without_charts_there_are_no_cases(synthetic_result: StudyResult) -> None:
    assert cases(replace(synthetic_result, charts=synthetic_result.charts[:0])) == []


def test_arms_with_patients_of_their_own_show_their_own(synthetic_result: StudyResult) -> None:
    study = synthetic_result.study
    own = replace(study, population=replace(study.population, randomise=True))
    charts = synthetic_result.charts.copy()
    charts.loc[charts["arm"] == "standard", "patient"] += 100
    rows = cases(replace(synthetic_result, study=own, charts=charts))
    assert [row[2].patient for row in rows] == [100, 102, 105, 107]
