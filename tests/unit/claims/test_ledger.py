"""The judged rows, on synthetic runs whose truth is known."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from silicart.claims.claim import Claim, ClaimSet, Comparator
from silicart.claims.ledger import Repetition, compute_ledger
from silicart.claims.row import LedgerRow

AGAINST = Comparator("lentiviral CD19", arm="lentiviral-cd19")


def judged(claim: Claim, run: Any) -> LedgerRow:
    (row,) = compute_ledger(ClaimSet("test", (claim,), ()), run.tables(), run.register, run.repeat)
    return row


def test_a_clear_number_is_supported_and_names_what_moves_it(claim: Claim, synthetic: type) -> None:
    row = judged(claim, synthetic())
    assert row.verdict == "supported"
    assert row.estimate == pytest.approx(0.30, abs=0.02)
    assert row.interval is not None
    # Between draws: 0.12 x 0.3 = 0.036 from the clone, 0.02 x 0.3 from the killing rate.
    assert row.interval[1] - row.interval[0] == pytest.approx(2 * 1.645 * 0.0365, rel=0.25)
    assert row.decided_by[0].id == "BCMA_auto"
    assert row.decided_by[0].grade == "C"
    assert row.decided_by[0].share == pytest.approx(0.97, abs=0.1)
    assert row.decided_by[0].measurement is not None
    assert "beads" in row.decided_by[0].measurement


def test_the_grade_c_input_was_really_moved_and_tells_where_the_row_would_stand(claim: Claim, synthetic: type) -> None:
    row = judged(claim, synthetic())
    halved = next(one for one in row.grade_c if one.input == "BCMA_auto" and one.factor == 0.5)
    assert halved.estimate is not None
    assert row.estimate is not None
    assert halved.estimate - row.estimate == pytest.approx(0.12 * np.log(2), abs=1e-9)
    assert not halved.flips


def test_a_margin_that_halving_a_grade_c_input_crosses_makes_the_row_undecided(claim: Claim, synthetic: type) -> None:
    row = judged(replace(claim, margin=0.40), synthetic())
    assert row.interval_verdict == "supported"
    assert row.verdict == "undecided"
    assert "grade C" in row.reason
    assert any(one.flips and one.factor == 0.5 for one in row.grade_c)


def test_moving_an_input_that_does_not_move_the_row_changes_nothing(claim: Claim, synthetic: type) -> None:
    run = synthetic(slope_clone=0.0, slope_kill=-0.10)
    row = judged(claim, run)
    # The killing rate is grade A: it moves the row most and needs no test.
    assert row.decided_by[0].id == "k_kill"
    assert not any(one.input == "k_kill" for one in row.grade_c)
    assert row.verdict == "supported"


def test_a_difference_is_taken_patient_by_patient(claim: Claim, synthetic: type) -> None:
    row = judged(replace(claim, comparator=AGAINST, margin=-0.05), synthetic())
    # All patients share both slopes in both arms, so that the gap has no spread at all.
    assert row.estimate == pytest.approx(-0.10, abs=1e-12)
    assert row.interval == pytest.approx((-0.10, -0.10), abs=1e-9)
    assert row.verdict == "supported"
    assert row.comparator == "lentiviral CD19"


def test_a_published_number_is_subtracted(claim: Claim, synthetic: type) -> None:
    published = Comparator("published", value=0.20, evidence="Cambridge2006")
    row = judged(replace(claim, comparator=published, margin=0.3), synthetic())
    assert row.estimate == pytest.approx(0.10, abs=0.02)


def test_durability_rows_are_given_under_each_rival_structure(claim: Claim, synthetic: type) -> None:
    row = judged(claim, synthetic())
    assert [one.structure for one in row.per_structure] == ["a", "b", "c"]
    assert all(one.verdict == "supported" for one in row.per_structure)
    assert judged(replace(claim, durability=False), synthetic()).per_structure == ()


def test_a_missing_room_has_no_number_and_says_which_room(claim: Claim, synthetic: type) -> None:
    row = judged(replace(claim, needs_room="economics"), synthetic())
    assert row.verdict == "not computed"
    assert row.estimate is None
    assert row.interval is None
    assert row.decided_by[0].kind == "room"
    assert "economics" in row.reason


def test_few_draws_decide_nothing_and_one_draw_has_no_interval(claim: Claim, synthetic: type) -> None:
    few = judged(claim, synthetic(draws=10))
    assert few.verdict == "undecided"
    assert few.interval is not None
    assert "too few" in few.reason
    one = judged(claim, synthetic(draws=1))
    assert one.verdict == "undecided"
    assert one.interval is None
    assert one.estimate is not None


def test_an_impossible_repetition_is_told_and_flips_nothing(claim: Claim, synthetic: type) -> None:
    def impossible(input: str, factor: float, arms: object) -> Repetition:
        return Repetition(None, None, "no such patients")

    run = synthetic()
    (row,) = compute_ledger(ClaimSet("test", (claim,), ()), run.tables(), run.register, impossible)
    assert row.verdict == "supported"
    assert all(one.verdict is None and one.note == "no such patients" for one in row.grade_c)


def test_contract_of_the_command_line(claim: Claim, synthetic: type) -> None:
    contract = judged(claim, synthetic()).contract()
    assert list(contract) == [
        "claim", "quantity", "comparator", "estimate", "interval", "unit", "verdict", "evidence", "decided_by",
    ]  # fmt: skip
    assert contract["evidence"]


def test_a_rare_outcome_that_the_draws_cannot_tell_apart_decides_nothing(claim: Claim, synthetic: type) -> None:
    run = synthetic()
    tables = run.tables()
    # One patient in a hundred, spread evenly over the draws: less than chance would spread them.
    rare = (np.arange(len(tables.endpoints)) % 100 == 0).astype(float)
    tables = replace(tables, endpoints=tables.endpoints.assign(Ab_dsDNA_6m=rare))
    (row,) = compute_ledger(ClaimSet("test", (claim,), ()), tables, run.register, run.repeat)
    assert row.estimate == pytest.approx(0.01)
    assert row.interval is not None
    assert row.interval[1] < claim.margin
    assert row.verdict == "undecided"
    assert "no grade C input could be put to the test" in row.reason
