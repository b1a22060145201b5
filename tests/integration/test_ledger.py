"""The ledger of the announced therapy, on a real run."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
from pandas.testing import assert_frame_equal

from silicart.claims.claim import load_claims
from silicart.claims.interval import draw_effects
from silicart.claims.verdict import interval_verdict
from silicart.endpoints.registry import select
from silicart.evidence import load_register
from silicart.population import draw_population
from silicart.simulation import load_model
from silicart.study import Study, StudyResult
from silicart.study.repeating import Repeater


def test_ten_claims_have_rows_and_no_number_is_without_evidence(announced: StudyResult) -> None:
    assert len({row.claim_id for row in announced.ledger}) == 10
    for row in announced.ledger:
        assert (row.estimate is None) == (row.needs_room is not None)
        assert row.evidence
        assert row.decided_by


def test_the_contract_of_the_command_line_is_json(announced: StudyResult) -> None:
    records = json.loads(json.dumps([row.contract() for row in announced.ledger], allow_nan=False))
    assert len(records) == len(load_claims("sys6020").rows)
    for record in records:
        assert record["estimate"] is None or record["interval"][0] <= record["interval"][1]


def test_verdicts_follow_the_rule(announced: StudyResult) -> None:
    for row in announced.ledger:
        if row.needs_room is not None:
            assert row.verdict == "not computed"
            continue
        assert row.interval is not None
        # An endpoint that few patients have, of few parameter draws, has an interval that decides nothing.
        # Nor does one whose draws cannot be told apart: nothing says what moves it.
        blind = "parameter draws are too few" in row.reason or "could be put to the test" in row.reason
        expected = "undecided" if blind else interval_verdict(row.interval, row.direction, row.margin)
        assert row.interval_verdict == expected
        flips = any(test.flips for test in row.grade_c)
        assert row.verdict == ("undecided" if flips else row.interval_verdict)
        if row.interval_verdict == "undecided":
            assert row.grade_c == ()


def test_numbers_are_those_of_the_endpoints(announced: StudyResult) -> None:
    row = next(one for one in announced.ledger if one.id == "remission_against_cd19")
    own = announced.arm("mrna-lnp-bcma")
    other = announced.arm("lentiviral-cd19")
    difference = own["remission_2y"].to_numpy() - other["remission_2y"].to_numpy()
    effects = draw_effects(difference, own["draw"].to_numpy(), "fraction")
    assert row.estimate == effects.estimate
    assert row.interval == effects.interval


def test_no_row_is_about_the_simulated_standard_care_alone(announced: StudyResult) -> None:
    untreated = {arm.name for arm in announced.study.arms if arm.product is None}
    for claim in load_claims("sys6020").rows:
        # Standard care is read at visits like every arm, so it may be what a product is held against.
        assert claim.arm not in untreated


def test_durability_is_given_under_each_rival_structure(announced: StudyResult) -> None:
    rows = [row for row in announced.ledger if row.durability]
    assert {row.claim_id for row in rows} >= {"relief", "autoantibodies"}
    for row in rows:
        assert [one.structure for one in row.per_structure] == ["a", "b", "c"]


def test_only_grade_c_inputs_were_moved_and_both_ways(announced: StudyResult) -> None:
    register = load_register()
    tests = [test for row in announced.ledger for test in row.grade_c]
    assert tests
    assert {register[test.input].grade for test in tests} == {"C"}
    assert {test.factor for test in tests} == {0.5, 2.0}


def test_a_move_by_one_repeats_the_run_bit_by_bit(small_study: Study, small_result: StudyResult) -> None:
    register, model = load_register(), load_model("sle")
    population = draw_population(register, model, 60, 7, 3)
    chosen = select(small_study.endpoints)
    repeater = Repeater(small_study, model, register, population, small_result.endpoints, chosen, chosen)
    repetition = repeater("K_fever", 1.0, ["mrna-arm", "lv-arm"])
    assert repetition.before is not None
    assert repetition.after is not None
    order = ["arm", "patient"]
    before, after = (table.sort_values(order, ignore_index=True) for table in (repetition.before, repetition.after))
    assert_frame_equal(after, before[after.columns], check_exact=True)


def test_a_move_leaves_out_whoever_would_be_no_patient_any_more(small_study: Study, small_result: StudyResult) -> None:
    register, model = load_register(), load_model("sle")
    population = draw_population(register, model, 60, 7, 3)
    chosen = select(small_study.endpoints)
    repeater = Repeater(small_study, model, register, population, small_result.endpoints, chosen, chosen)
    # IgG of 28 g/L is outside what is published for such patients: the move names the filter that refuses them.
    repetition = repeater("IgG_0", 2.0, ["lv-arm"])
    assert repetition.after is None
    assert "IgG" in (repetition.note or "")


def test_halving_the_fever_threshold_constant_moves_crs_as_the_model_says(
    small_study: Study, small_result: StudyResult
) -> None:
    register, model = load_register(), load_model("sle")
    population = draw_population(register, model, 60, 7, 3)
    chosen = select(small_study.endpoints)
    repeater = Repeater(small_study, model, register, population, small_result.endpoints, chosen, chosen)
    repetition = repeater("K_fever", 0.5, ["lv-arm"])
    assert isinstance(repetition.before, pd.DataFrame)
    assert isinstance(repetition.after, pd.DataFrame)
    change = repetition.after["fever_peak"].to_numpy() - repetition.before["fever_peak"].to_numpy()
    assert (change > 0).all()
    # More fever calls for more tocilizumab, which touches the cells a little.
    np.testing.assert_allclose(repetition.after["CAR_peak"], repetition.before["CAR_peak"], rtol=0.01)
