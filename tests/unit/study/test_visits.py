"""Visits, rules, placebo and arms of their own patients in a study file."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from silicart.endpoints.chunk import Chunk
from silicart.endpoints.endpoint import Endpoint
from silicart.errors import StudyError
from silicart.evidence import load_register
from silicart.study import Study, arm_patients, check_study, open_result, read_study, run_study
from silicart.study.acting import model_of
from silicart.study.arm import Reading, simulate_arm
from silicart.study.people import draw_people, patient_numbers, rows_of
from silicart.study.visiting import visits_of

PLACEBO = "  blind:\n    label: placebo\n    placebo: true\n"


def with_line(text: str, before: str, line: str) -> str:
    return text.replace(before, line + before, 1)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("visits: {evry: 28}\n", "did you mean every"),
        ("visits: {every: 0}\n", "out of range"),
        ("visits: {every: 28, until: 300}\n", "do not fit"),
        ("visits: {every: 400}\n", "do not fit"),
        ("rules: [retreat_on_relaps]\n", "did you mean retreat_on_relapse"),
        ("rules: [{retreat_on_relapse: {maximun: 1}}]\n", "did you mean maximum"),
        ("rules: [retreat_on_relapse, retreat_on_relapse]\n", "stands twice"),
        ("rules: [3]\n", "neither a name"),
        ("rules: retreat_on_relapse\n", "not a list"),
    ],
)
def test_bad_visits_and_rules_name_the_line(small_text: str, line: str, said: str) -> None:
    with pytest.raises(StudyError, match=said) as caught:
        read_study(with_line(small_text, "endpoints:", line), "small.yaml")
    assert "small.yaml:" in str(caught.value)


def test_a_placebo_gives_nothing_and_blinds(small_text: str) -> None:
    study = read_study(with_line(small_text, "endpoints:", PLACEBO), "small.yaml")
    arm = study.arm("blind")
    assert arm.placebo
    assert arm.blinded
    assert not arm.given
    assert "a placebo; blinded" in check_study(study).text
    with pytest.raises(StudyError, match="gives a product"):
        read_study(small_text.replace("    product: lv\n", "    product: lv\n    placebo: true\n"), "small.yaml")


def test_an_arm_may_replace_the_rules_of_the_study(small_text: str) -> None:
    text = with_line(small_text, "endpoints:", "rules: [{retreat_on_relapse: {maximum: 2}}]\n")
    text = text.replace("    label: standard care\n", "    label: standard care\n    rules: []\n")
    study = read_study(text, "small.yaml")
    assert [rule.id for rule in study.rules_of(study.arm("mrna-arm"))] == ["retreat_on_relapse"]
    assert study.rules_of(study.arm("care")) == ()
    told = check_study(study).text
    assert "at visits: gives the arm's whole course again at a relapse after a response (maximum 2)" in told
    assert "Visits: at entry (day -7) and every 28 days up to day 196" in told


def test_visits_are_held_where_somebody_needs_them(small_study: Study) -> None:
    arm = small_study.arm("mrna-arm")
    charted = Endpoint("x", "x", "x", "point", (), "x", lambda chunk: np.zeros(chunk.size), reads="chart")
    assert visits_of(small_study, arm, []) is None
    held = visits_of(small_study, arm, [charted])
    assert held is not None
    assert held.days[:2] == (-7.0, 28.0)
    assert not held.by_stages


def test_an_endpoint_reads_the_chart_and_its_repetition_reads_the_same(small_study: Study) -> None:
    def entry_and_last(chunk: Chunk) -> np.ndarray:
        chart = chunk.charted()
        assert chart.days.tolist()[:2] == [-7.0, 28.0]
        return chart.at("SLEDAI", 196.0) - chart.entry("SLEDAI")

    change = Endpoint("SLEDAI_change", "x", "x", "point", (), "x", entry_and_last, (196.0,), reads="chart")
    register = load_register()
    model = model_of(small_study, register)
    population = draw_people(
        replace(small_study, population=replace(small_study.population, patients=12)), register, model
    )
    arm = small_study.arm("mrna-arm")
    whole = simulate_arm(small_study, arm, model, population, Reading([change]), threads=1).endpoints
    some = simulate_arm(
        small_study, arm, model, population, Reading([change], grid=[change]), rows=np.array([3, 7]), threads=1
    ).endpoints
    assert np.isfinite(whole["SLEDAI_change"]).all()
    assert some["SLEDAI_change"].tolist() == whole.loc[[3, 7], "SLEDAI_change"].tolist()


def test_randomised_arms_hold_their_own_patients_of_the_same_draws(small_text: str) -> None:
    text = small_text.replace("seed: 7,", "seed: 7, randomise: true,").replace("patients: 60", "patients: 6")
    study = read_study(text, "small.yaml")
    register = load_register()
    population = draw_people(study, register, model_of(study, register))
    rows = [rows_of(study, arm.name, population) for arm in study.arms]
    assert [len(one) for one in rows] == [6, 6, 6]
    assert len(np.unique(np.concatenate(rows))) == 18
    assert all(np.array_equal(population.draw[one], population.draw[rows[0]]) for one in rows)
    assert population.patients[rows[1]].tolist() == patient_numbers(study, "lv-arm").tolist()
    drawn = arm_patients(study, "lv-arm").cohort(2, 5).parameters["k_kill"]
    assert np.array_equal(drawn, population.parameters["k_kill"][rows[1]][2:5])
    with pytest.raises(StudyError, match="same patients"):
        read_study(text + "claims: sys6020\n", "small.yaml")


def test_a_run_keeps_the_charts_of_single_patients(small_text: str, tmp_path: object) -> None:
    text = with_line(small_text, "endpoints:", "visits: {every: 56}\n").replace("patients: 60", "patients: 6")
    result = run_study(read_study(text, "small.yaml"), out=f"{tmp_path}/run", threads=1)
    assert set(result.charts["day"]) == {-7.0, 56.0, 112.0, 168.0}
    assert "SLEDAI" in set(result.charts["name"])
    given = result.medication[result.medication["arm"] == "mrna-arm"]
    assert set(given.loc[given["drug"] == "mrna", "start"]) == {0.0, 7.0}
    assert (given["end"] >= given["start"]).all()
    again = open_result(f"{tmp_path}/run")
    assert again.medication.equals(result.medication)
    assert again.charts.equals(result.charts)


def test_without_visits_nothing_is_charted_and_courses_are_as_before(small_study: Study) -> None:
    result = run_study(small_study, patients=3, threads=1)
    assert result.charts.empty
    assert result.medication.empty
