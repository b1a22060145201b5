"""Observed trials beside the model: what may be written down, what is read, and pages that hide no miss."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from silicart.cli.validation_table import acceptance_record, record
from silicart.errors import StudyError
from silicart.evidence import load_observations, load_register
from silicart.evidence.observation_file import parse_observation_file, read_observation_file
from silicart.study import Validation, ValidationRow, validate
from silicart.study.acceptance import acceptance_lines, load_acceptance
from silicart.study.acceptance_document import acceptance_page, register_mark
from silicart.study.reading import load_study
from silicart.study.validation_arms import compared, studies_of
from silicart.study.validation_document import validation_markdown
from silicart.study.validation_mathematics import Prediction

BLIND = Path(__file__).parent / "files" / "blind-arms.yaml"
DOCS = Path(__file__).parents[3] / "docs"
MET = Prediction(114.0, 115.0, 80.0, 150.0, True, 0.8, 70.0, 50.0)
MISSED = Prediction(170.0, 171.0, 150.0, 190.0, False, 0.01, 40.0, 50.0)


def row(prediction: Prediction | None) -> ValidationRow:
    one = load_observations()["lv_cd19_b_cell_return"]
    assert one.study is not None
    assert one.arm is not None
    return ValidationRow(one.id, one, "mean", one.value, one.study, one.arm, "sle", "day", 600, 20, prediction)


def test_every_shipped_observation_can_be_simulated_as_it_stands() -> None:
    observations = load_observations()
    studies = studies_of(observations, None)
    names = frozenset(load_register())
    simulated = [one for one in observations.values() if one.simulated]
    found = [compared(one, studies, names) for one in simulated]
    assert len(found) >= 45
    assert {one.study.disease for one in found} == {"sle", "mg", "mm"}


def test_arms_that_are_kept_apart_can_be_written_down() -> None:
    result = validate(BLIND, patients=60, threads=1)
    rows = {one.id: one for one in result.rows}
    assert list(rows) == [
        "compound_remission", "compound_antibody", "together_sledai:lowest", "together_sledai:highest", "together_igg",
        "mg_improvement", "mg_responders",
    ]  # fmt: skip
    assert all(one.prediction is not None for one in rows.values())
    assert rows["together_sledai:highest"].entered <= 60
    improvement = rows["mg_improvement"].prediction
    assert improvement is not None
    assert improvement.low < improvement.high
    assert improvement.predicted < 0.0
    totals = result.totals
    assert set(totals.by_indication) == {"lupus", "myasthenia gravis"}
    assert totals.by_role["check"].observations == 7


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("quantity: DORIS", "quantity: DORISS", "unknown quantity"),
        ("quantity: DORIS", "quantity: CR_or_better", "quantity"),
        ("    quantity: DORIS\n    time: {month: 3}\n", "    quantity: DORIS\n", "names none"),
        ("quantity: IgG_change", "quantity: IgG_change\n    population: {SLEDAJ_at_least: 6}", "unknown quantity"),
        ("amount: 5.25e7", "amount: -1", "above 0"),
        ("product: electroporated_mrna_bcma", "product: electroporated_mrna", "names a product"),
        ("value: -2\n    n: 12\n    comparator_n: 10\n    unit: point", "value: -2\n    n: 12\n    unit: day", "unit"),
        ("quantity: DORIS", "quantity: SLEDAI", "no yes or no"),
        ("quantity: DORIS", "quantity: IgG_relative", "no yes or no"),
        ("quantity: DORIS\n    time: {month: 3}", "quantity: DORIS\n    time: -30", "before the course"),
        ("    disease: sle", "    disease: lupus", "disease"),
        ("    give:", "    lymphodepletion: {days: [-5], intensity: 1, source: x}\n    give:", "beside give"),
    ],
)
def test_what_cannot_be_simulated_names_its_line(old: str, new: str, problem: str) -> None:
    text = BLIND.read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(StudyError, match=problem) as caught:
        validate(parse_observation_file(text.replace(old, new, 1), "ours.yaml"), patients=2)
    assert caught.value.where is not None
    assert caught.value.where.startswith("ours.yaml:")


def test_an_unknown_study_names_the_line_of_the_observation() -> None:
    text = BLIND.read_text(encoding="utf-8").replace(
        "    quantity: DORIS", "    study: nowhere\n    quantity: DORIS", 1
    )
    with pytest.raises(StudyError, match="unknown study") as caught:
        validate(parse_observation_file(text, "ours.yaml"), patients=2)
    assert caught.value.where is not None
    assert caught.value.where.startswith("ours.yaml:")


def test_an_arm_in_a_file_has_the_decisions_of_everyday_care_unless_it_names_its_own() -> None:
    # Remission by DORIS has a limit on prednisone: without a taper an arm in a file would hardly ever reach it.
    def rules(text: str) -> list[str]:
        file = parse_observation_file(text, "ours.yaml")
        study = next(iter(studies_of(file.observations, file.arms).values()))
        return [rule.id for rule in study.rules_of(study.arms[0])]

    text = BLIND.read_text(encoding="utf-8")
    assert rules(text) == [rule.id for rule in load_study("cd19-sle").rules]
    assert rules(text.replace("    disease: sle\n", "    disease: sle\n    rules: []\n", 1)) == []


def test_a_limit_on_points_makes_a_share_of_patients() -> None:
    file = read_observation_file(BLIND)
    one = file.observations["mg_improvement"]
    studies = studies_of(file.observations, file.arms)
    assert compared(one, studies, frozenset()).unit == "point"
    assert compared(replace(one, at_most=-5.0, unit=""), studies, frozenset()).unit == "dimensionless"


@pytest.mark.parametrize(
    ("quantity", "unit", "value", "found"),
    [("B_cell_return_day", "months", 4.0, 121.75), ("B_cell_return_day", "week", 4.0, 28.0), ("IgG", "g/L", 4.0, 4.0)],
)
def test_a_clinic_may_write_its_usual_units(quantity: str, unit: str, value: float, found: float) -> None:
    text = f"""
observations:
  one:
    study: cd19-sle
    arm: lentiviral-cd19
    quantity: {quantity}
    time: 90
    statistic: mean
    value: {value}
    unit: {unit}
    n: 5
    source: ours
"""
    file = parse_observation_file(text, "ours.yaml")
    one = compared(file.observations["one"], studies_of(file.observations, None), frozenset())
    assert one.observation.value == pytest.approx(found)


def test_what_is_counted_over_the_whole_course_needs_no_time() -> None:
    file = read_observation_file(BLIND)
    one = file.observations["compound_remission"]
    studies = studies_of(file.observations, file.arms)
    found = compared(replace(one, quantity="CRS_grade_at_least_1", time=None), studies, frozenset())
    assert [each.days[0] for each in found.endpoints] == [found.study.horizon]


def test_a_period_is_read_as_a_mean_and_up_to_its_end_from_day_0() -> None:
    file = read_observation_file(BLIND)
    one = file.observations["together_igg"]
    studies = studies_of(file.observations, file.arms)
    period = compared(replace(one, since=30.0, time=90.0), studies, frozenset())
    assert [each.days[0] for each in period.endpoints] == [30.0, 45.0, 60.0, 75.0, 90.0]
    until = compared(replace(one, since=0.0, time=90.0), studies, frozenset())
    assert [each.days[0] for each in until.endpoints] == [90.0]


def test_distance_to_the_band_and_totals() -> None:
    assert row(MET).off_by == 0.0
    assert row(MISSED).off_by == pytest.approx(31.0)
    assert row(None).off_by is None
    whole = Validation((row(MET), row(MISSED), row(None)), 600).totals.overall
    assert (whole.observations, whole.inside, whole.coverage) == (3, 1, pytest.approx(1 / 3))
    assert whole.surprise_below_10 == 0.5
    assert whole.width_ratio == pytest.approx((1.4 * 0.8) ** 0.5)


def test_the_page_hides_no_miss_and_has_room_for_what_was_tried() -> None:
    missed = row(MISSED)
    missed = replace(missed, observation=replace(missed.observation, tried="Slower output of the marrow."))
    page = validation_markdown(Validation((row(MET), missed), 600))
    assert "Of 2 observed figures 1 lie in the 90 % interval" in page
    assert "predicted 170 (150 to 190). Tried: Slower output of the marrow." in page
    assert page.count("| **no** |") == 1


def test_the_document_has_observations_and_totals() -> None:
    document = record(Validation((row(MET), row(MISSED)), 600))
    first = document["observations"][0]
    assert first["id"] == "lv_cd19_b_cell_return"
    assert (first["observed"], first["predicted"], first["interval"]) == (110.0, 114.0, [80.0, 150.0])
    assert (first["inside"], first["surprise"]) == (True, 0.8)
    assert document["totals"]["coverage"] == 0.5
    assert set(document["totals"]["by_role"]) == {"target"}


def test_acceptance_lines_are_met_missed_or_say_why_not() -> None:
    lines = acceptance_lines([row(MET)])["clinical-1"]
    met = [one for one in lines if one.verdict == "met"]
    assert [one.line.row for one in met] == [row(MET).observation.row]
    assert all(one.reason for one in lines if one.verdict == "not simulated" and not one.rows)
    assert acceptance_lines([row(MISSED)])["clinical-1"][5].verdict == "missed"
    page = acceptance_page(Validation((row(MISSED),), 600))
    assert "missed by 31" in page
    assert acceptance_record(Validation((row(MET),), 600))["clinical-1"][5]["verdict"] == "met"


def test_every_place_in_a_table_exists() -> None:
    places = {(line.table, line.row) for _, lines in load_acceptance().values() for line in lines}
    for one in load_observations().values():
        if one.table is not None:
            assert (one.table, one.row) in places, one.id


def test_the_page_of_acceptance_was_printed_with_this_register() -> None:
    page = (DOCS / "acceptance.md").read_text(encoding="utf-8")
    again = "silicart validate --acceptance --markdown > docs/acceptance.md"
    assert register_mark() in page, f"print it again: {again}"
    for _, lines in load_acceptance().values():
        assert all(line.behaviour in page for line in lines), f"print it again: {again}"
