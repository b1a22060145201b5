"""The ledger in words says what its rows say."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType

import pytest

from silicart.claims.row import LedgerRow
from silicart.evidence import load_observations
from silicart.report.ledger_view import ClaimView, answer, claims, in_words, tally
from silicart.report.palette import arm_styles
from silicart.report.parameters import hangs_on_grade_c
from silicart.report.references import References


@pytest.fixture
def rows(synthetic: ModuleType) -> dict[str, LedgerRow]:
    return {one.id: one for one in synthetic.ledger()}


def viewed(synthetic: ModuleType, rows: list[LedgerRow]) -> list[ClaimView]:
    return list(claims(rows, arm_styles(synthetic.study().arms), References((), {}, load_observations())))


def test_units_follow_the_kind_of_row(rows: dict[str, LedgerRow]) -> None:
    assert in_words(rows["crs"]) == ("−55", "−71 to −33", "pp")
    assert in_words(rows["depth"]) == ("81", "66 to 93", "%")
    assert in_words(rows["activity"]) == ("2.40", "0.20 to 7.90", "points")
    assert in_words(rows["cost"]) == ("–", "", "")


def test_tally_counts_every_row(rows: dict[str, LedgerRow]) -> None:
    assert tally(rows.values()) == {"supported": 1, "contradicted": 1, "undecided": 1, "not computed": 1}


def test_a_claim_of_mixed_rows_is_supported_in_part(synthetic: ModuleType, rows: dict[str, LedgerRow]) -> None:
    mixed = [rows["crs"], replace(rows["activity"], claim_id="side_effects", claim=rows["crs"].claim)]
    assert "Supported in part: “side effects are fewer” (1 of 2)." in answer(viewed(synthetic, mixed))


def test_one_contradicted_row_is_never_hidden_by_supported_ones(
    synthetic: ModuleType, rows: dict[str, LedgerRow]
) -> None:
    mixed = [rows["crs"], replace(rows["depth"], claim_id="side_effects", claim=rows["crs"].claim)]
    sentences = answer(viewed(synthetic, mixed))
    assert "Contradicted in part: “side effects are fewer” (1 of 2)." in sentences
    assert not any(one.startswith("Supported") for one in sentences)


def test_rows_that_hang_on_grade_c_are_counted(synthetic: ModuleType, rows: dict[str, LedgerRow]) -> None:
    hanging = replace(rows["activity"], interval_verdict="supported")
    assert answer(viewed(synthetic, [hanging]))[-1].startswith("The interval alone would decide 1 more quantity;")


def test_an_abbreviation_keeps_its_capitals(synthetic: ModuleType, rows: dict[str, LedgerRow]) -> None:
    assert "Not computed at all: “CAR-T by mRNA costs less”." in answer(viewed(synthetic, [rows["cost"]]))


def test_grade_c_inputs_name_the_rows_they_move_and_flip(rows: dict[str, LedgerRow]) -> None:
    (hanging,) = hangs_on_grade_c(rows.values())
    assert hanging.label == "Killing in blood against tissue"
    assert dict(hanging.rows) == {
        "Patients with CRS of any grade, less CD19": "41 %",
        "Disease activity at two years": "41 %",
    }
    assert hanging.flips == ("Disease activity at two years",)
