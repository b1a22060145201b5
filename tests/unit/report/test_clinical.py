"""The clinical part of a report: its figures, the arms table by what a reader looks for, and rows of other studies."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from silicart.endpoints.registry import ENDPOINTS
from silicart.report.arms_view import first_outcomes, outcome_views
from silicart.report.clinical_illustrations import clinical_illustrations
from silicart.report.key_outcomes import GROUPS, key_outcomes
from silicart.report.ledger_view import claims
from silicart.report.palette import INK, arm_styles
from silicart.report.references import References
from silicart.study import StudyResult
from silicart.study.design import Arm, RegimenPlan

NOBODY = References((), {}, {})


def test_a_run_shows_the_figures_that_it_has_data_for(synthetic_result: StudyResult) -> None:
    styles = arm_styles(synthetic_result.study.arms)
    assert [one.id for one in clinical_illustrations(synthetic_result, styles)] == ["clinic", "cases"]
    assert list(clinical_illustrations(replace(synthetic_result, study=replace(synthetic_result.study, disease="mm")),
                                       styles)) == []  # fmt: skip


def test_numbers_of_a_clinical_figure_are_those_of_the_last_visit(synthetic_result: StudyResult) -> None:
    clinic = next(iter(clinical_illustrations(synthetic_result, arm_styles(synthetic_result.study.arms))))
    table = {one.title: one for one in clinic.tables}["Remission (DORIS) (% of patients)"]
    assert table.columns == ("day 91", "day 182", "day 365", "day 730")
    at_84 = 0.7 * 0.7 * (1 - np.exp(-84 / 40))
    assert table.rows[0][1][0].startswith(f"{100 * at_84:.0f} [")


def test_every_key_outcome_is_an_endpoint() -> None:
    assert {one.endpoint for group in GROUPS.values() for one in group} <= set(ENDPOINTS)
    assert {one.unless for group in GROUPS.values() for one in group} - {None} <= set(ENDPOINTS)


def test_the_clinic_s_outcome_stands_in_place_of_the_model_s() -> None:
    both = [one.endpoint for _, one in key_outcomes(["remission_1y", "DORIS_1y", "ICANS_grade"])]
    assert both == ["DORIS_1y", "ICANS_grade", "ICANS_grade"]
    assert [one.endpoint for _, one in key_outcomes(["remission_1y"])] == ["remission_1y"]


def test_a_grade_becomes_a_share_of_patients(synthetic_result: StudyResult) -> None:
    endpoints = synthetic_result.endpoints.copy()
    endpoints["ICANS_grade"] = np.where(endpoints["patient"] < 15, 1.0, 0.0)
    endpoints.loc[endpoints["patient"] == 0, "ICANS_grade"] = 3.0
    views = {view.label: view for view in outcome_views(replace(synthetic_result, endpoints=endpoints))}
    first = views["Neurotoxicity (ICANS), any grade"].cells[0]
    assert first is not None
    assert (first.estimate, views["Neurotoxicity (ICANS), any grade"].unit) == ("25", "% of patients")
    severe = views["Neurotoxicity (ICANS), grade 3 or more"].cells[0]
    assert severe is not None
    assert severe.estimate == "1.7"


def test_an_outcome_without_a_value_in_any_arm_is_left_out(synthetic_result: StudyResult) -> None:
    endpoints = synthetic_result.endpoints.assign(CAR_peak=np.nan)
    labels = [view.label for view in outcome_views(replace(synthetic_result, endpoints=endpoints))]
    assert not [label for label in labels if "Peak" in label]


def test_a_study_without_claims_answers_with_its_first_outcome(synthetic_result: StudyResult) -> None:
    sentences = first_outcomes(outcome_views(synthetic_result), synthetic_result.study)
    assert sentences[0] == "This study judges no claims."
    assert "mRNA-LNP BCMA, 6 weekly: " in sentences[1]
    assert first_outcomes([], synthetic_result.study) == ["This study judges no claims."]


def test_a_row_of_another_study_names_it_and_wears_no_arm_s_colour(synthetic_result: StudyResult) -> None:
    styles = arm_styles(synthetic_result.study.arms)
    row = replace(synthetic_result.ledger[0], study="sys6020-mm", arm="sys6020-weekly")
    (claim,) = claims([row], styles, NOBODY)
    (view,) = claim.rows
    assert "myeloma" in view.elsewhere
    assert view.style.colour == INK
    assert view.style.label.startswith("SYS6020 once a week")
    (own,) = claims([synthetic_result.ledger[0]], styles, NOBODY)[0].rows
    assert own.elsewhere == ""


@pytest.mark.parametrize(("drugs", "grey"), [((), True), (("belimumab",), False)])
def test_an_arm_with_a_drug_alone_has_a_colour(drugs: tuple[str, ...], grey: bool) -> None:
    plan = RegimenPlan(0.0, "mg", 0, 0.0, 0.0, (), 0.0, drugs) if drugs else None
    style = arm_styles((Arm("one", "One", None, plan),))["one"]
    assert (style.colour == "#6B7682") is grey
