"""The rule of the ledger."""

from __future__ import annotations

import pytest

from silicart.claims.row import GradeCTest, Verdict
from silicart.claims.verdict import Direction, final_verdict, interval_verdict


@pytest.mark.parametrize(
    ("interval", "direction", "verdict"),
    [
        ((1.1, 2.0), "above", "supported"),
        ((0.2, 0.9), "above", "contradicted"),
        ((0.9, 1.1), "above", "undecided"),
        ((1.0, 2.0), "above", "undecided"),
        ((0.2, 0.9), "below", "supported"),
        ((1.1, 2.0), "below", "contradicted"),
        ((0.5, 1.0), "below", "undecided"),
    ],
)
def test_interval_against_margin_one(interval: tuple[float, float], direction: Direction, verdict: Verdict) -> None:
    assert interval_verdict(interval, direction, 1.0) == verdict


def grade_c(verdict: Verdict, flips: bool) -> GradeCTest:
    return GradeCTest("BCMA_auto", "BCMA on the autoreactive clone", 0.5, 0.4, (0.3, 0.5), verdict, flips)


def test_grade_c_input_that_flips_makes_any_decided_row_undecided() -> None:
    for decided in ("supported", "contradicted"):
        verdict, reason = final_verdict(decided, [grade_c("undecided", flips=True)])
        assert verdict == "undecided"
        assert "halved" in reason
        assert decided in reason


def test_grade_c_input_that_does_not_flip_leaves_the_verdict_and_is_told() -> None:
    verdict, reason = final_verdict("supported", [grade_c("supported", flips=False)])
    assert verdict == "supported"
    assert "BCMA on the autoreactive clone" in reason


def test_undecided_stays_undecided() -> None:
    assert final_verdict("undecided", [])[0] == "undecided"
