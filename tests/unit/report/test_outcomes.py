"""Outcomes come from the ledger's estimator, and the two spreads are not one another."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from silicart.claims.interval import draw_effects
from silicart.report.outcomes import crs_of_arms, durability, is_share, summary
from silicart.study import StudyResult


@pytest.fixture
def endpoints() -> pd.DataFrame:
    """Patients differ by ten, draws by nothing: a wide band and a narrow interval."""
    patients = np.arange(300)
    return pd.DataFrame(
        {
            "arm": "one",
            "patient": patients,
            "draw": patients // 10,
            "structure": np.take(list("abc"), patients // 100),
            "IgG_nadir": np.tile(np.arange(10.0), 30),
            "remission_1y": np.where(patients < 100, 1.0, 0.0),
        }
    )


def test_estimate_and_interval_are_the_ledger_s(endpoints: pd.DataFrame) -> None:
    one = summary(endpoints, "one", "remission_1y")
    effects = draw_effects(endpoints["remission_1y"].to_numpy(), endpoints["draw"].to_numpy(), "fraction")
    assert one is not None
    assert (one.estimate, one.low, one.high) == (effects.estimate, *effects.interval)


def test_a_wide_band_of_patients_leaves_the_interval_narrow(endpoints: pd.DataFrame) -> None:
    one = summary(endpoints, "one", "IgG_nadir")
    assert one is not None
    # What is left is the error of a mean of 300 patients whose standard deviation is near 3.
    assert one.high - one.low == pytest.approx(2 * 1.645 * 3.03 / 300**0.5, rel=0.01)
    assert one.p05 is not None
    assert one.p95 is not None
    assert one.p95 - one.p05 > 8


def test_a_share_has_no_band_of_patients(endpoints: pd.DataFrame) -> None:
    one = summary(endpoints, "one", "remission_1y")
    assert one is not None
    assert is_share(endpoints, "remission_1y")
    assert not is_share(endpoints, "IgG_nadir")
    assert one.p05 is None


def test_patients_without_a_value_are_counted(endpoints: pd.DataFrame) -> None:
    endpoints.loc[:49, "IgG_nadir"] = np.nan
    one = summary(endpoints, "one", "IgG_nadir")
    assert one is not None
    assert (one.patients, one.of) == (250, 300)


def test_a_single_draw_has_no_summary(endpoints: pd.DataFrame) -> None:
    assert summary(endpoints[endpoints["draw"] == 0], "one", "IgG_nadir") is None


def test_a_structure_s_outcome_is_that_of_its_own_draws(endpoints: pd.DataFrame) -> None:
    outcomes = durability(endpoints, ["one"], ["a", "b", "c"])["In remission at 1 year"]
    assert [one.estimate for one in outcomes] == [1.0, 0.0, 0.0]


def test_grades_of_crs_are_shares_of_one(synthetic_result: StudyResult) -> None:
    rows = crs_of_arms(synthetic_result.endpoints, [arm.name for arm in synthetic_result.study.arms])
    assert len(rows) == 6
    for row in rows:
        assert sum(row.grades) == pytest.approx(1.0)
        assert min(row.grades) >= 0
        assert row.at_least[0].estimate == pytest.approx(sum(row.grades[1:]))
