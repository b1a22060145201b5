"""What is said before a run."""

from __future__ import annotations

import pytest

from silicart.errors import ClaimError, StudyError
from silicart.study import check_study, load_study, read_study


def test_doses_are_said_in_absolute_terms() -> None:
    explanation = check_study(load_study("sys6020-sle"))
    arms = {arm.arm: arm for arm in explanation.arms}
    assert "3.68e+09 cells per infusion at 70 kg, 2.2e+10 in all" in arms["mrna-lnp-bcma"].total
    assert "12 in all" in arms["in-vivo-cd19"].total
    assert "lymphodepletion on days -5, -4, -3" in arms["lentiviral-cd19"].given
    assert arms["standard-care"].total == "nothing"


def test_draws_grade_c_and_what_is_not_computed_are_told() -> None:
    explanation = check_study(load_study("sys6020-sle"), patients=205)
    assert explanation.draws == 21
    assert any(one.startswith("BCMA_auto:") for one in explanation.grade_c)
    assert not any(one.split(":")[0].endswith(("_mm", "_mg")) for one in explanation.grade_c)
    assert any("cost" in one.lower() for one in explanation.waiting)
    assert "205 virtual patients" in explanation.text
    assert "Descartes-08" in explanation.text


def test_a_study_without_claims_has_no_ledger(small_text: str) -> None:
    assert check_study(read_study(small_text, "small.yaml")).claims == 0


def test_claims_about_arms_that_the_study_has_not_are_refused(small_text: str) -> None:
    with pytest.raises(ClaimError, match="not in the study"):
        check_study(read_study(small_text + "claims: sys6020\n", "small.yaml"))


def test_a_claim_whose_endpoint_the_study_does_not_read_is_refused() -> None:
    study = load_study("sys6020-sle")
    short = read_study(study.text.replace("horizon: 730", "horizon: 365"), "short.yaml")
    with pytest.raises(StudyError, match="does not read"):
        check_study(short)


@pytest.mark.parametrize(("patients", "seed"), [(0, None), (-5, None), (None, -1)])
def test_impossible_counts_are_refused(small_text: str, patients: int | None, seed: int | None) -> None:
    with pytest.raises(StudyError, match="not a count"):
        check_study(read_study(small_text, "small.yaml"), patients, seed)
