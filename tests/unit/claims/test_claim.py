"""Claims files: what loads, and what is refused with its place."""

from __future__ import annotations

import pytest

from silicart.claims.claim import check_arms, load_claims, read_claims
from silicart.errors import ClaimError
from silicart.evidence import load_observations, load_sources

ROW = """\
announcement: a test
claims:
  relief:
    claim: relief lasts
    rows:
      remission:
        quantity: In remission at year 1
        endpoint: remission_1y
        statistic: fraction
        arm: mrna
        direction: above
        margin: 0.5
        margin_reason: half of the patients
        unit: dimensionless
        evidence: [Mackensen2022]
"""


def test_every_claim_of_the_announcement_has_a_row() -> None:
    claims = load_claims("sys6020")
    ids = {row.claim_id for row in claims.rows}
    assert ids == {
        "viability", "positivity", "killing", "autoantibodies", "genome", "side_effects", "cost", "relief",
        "other_diseases", "in_vivo",
    }  # fmt: skip


def test_every_row_cites_evidence_that_exists() -> None:
    known = {*load_observations(), *load_sources()}
    for row in load_claims("sys6020").rows:
        assert row.evidence
        assert set(row.evidence) <= known
        assert {one.evidence for one in row.published} <= known


def test_no_row_is_judged_against_standard_care() -> None:
    claims = load_claims("sys6020")
    arms = dict.fromkeys(claims.arms(), True) | {"standard-care": False}
    check_arms(claims, arms)
    against = read_claims(ROW + "        comparator: {arm: standard-care}\n", "test.yaml")
    with pytest.raises(ClaimError, match="standard care") as caught:
        check_arms(against, {"mrna": True, "standard-care": False})
    assert "placebo" in str(caught.value.remedy)


def test_statements_that_simulation_does_not_decide_have_a_dated_source() -> None:
    for one in load_claims("sys6020").statements:
        assert len(one.as_of) == 10
        assert one.source


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("endpoint: remission_1y", "endpoint: remision_1y", 8, "did you mean remission_1y"),
        ("unit: dimensionless", "unit: point", 14, "dimensionless"),
        ("[Mackensen2022]", "[Mackensen2021]", 15, "did you mean Mackensen2022"),
        ("statistic: fraction", "statistic: mode", 9, "one of: mean, fraction, median"),
        ("direction: above", "direction: more", 11, "above, below"),
        ("margin: 0.5", "margin: half", 12, "a finite number"),
        ("quantity:", "quantitty:", 7, "did you mean quantity"),
        ("evidence: [Mackensen2022]", "durability: false", 6, "evidence"),
    ],
)
def test_a_bad_row_names_line_value_and_what_was_expected(old: str, new: str, line: int, words: str) -> None:
    from silicart.errors import SilicartError

    with pytest.raises(SilicartError) as caught:
        read_claims(ROW.replace(old, new), "test.yaml")
    assert caught.value.where == f"test.yaml:{line}"
    assert words in str(caught.value)


def test_an_arm_that_the_study_has_not_is_named_with_the_nearest() -> None:
    with pytest.raises(ClaimError, match="did you mean mrnas"):
        check_arms(read_claims(ROW, "test.yaml"), {"mrnas": True})


def test_an_endpoint_that_is_not_computed_needs_a_room() -> None:
    waiting = ROW.replace("endpoint: remission_1y", "endpoint: IgM_IgA") + "        needs_room: items\n"
    assert read_claims(waiting, "test.yaml").rows[0].needs_room == "items"
