"""Counts of rare events: exact limits, follow-up with every rate, and a bound that is not an estimate."""

from __future__ import annotations

import math

import pytest
from scipy.stats import binom, poisson

from silicart.errors import RegisterError
from silicart.evidence import load_observations, load_register
from silicart.product.event_counts import (
    MALIGNANCY_COUNTS,
    counted,
    malignancy_counts,
    mrna_experience,
    poisson_interval,
    rule_of_three,
)

COUNTS = {one.observation.id: one for one in malignancy_counts()}


@pytest.mark.parametrize(("events", "exposure"), [(0, 8.25), (1, 385.4), (5, 9976.6), (298, 1e6)])
def test_garwood_limits_leave_2_5_percent_on_each_side(events: int, exposure: float) -> None:
    low, high = poisson_interval(events, exposure)
    assert poisson.cdf(events, high * exposure) == pytest.approx(0.025)
    if events:
        assert poisson.sf(events - 1, low * exposure) == pytest.approx(0.025)
    else:
        assert low == 0.0


@pytest.mark.parametrize("n", [14, 19, 300])
def test_three_over_n_is_about_the_rate_at_which_nothing_is_seen_once_in_twenty_times(n: int) -> None:
    assert binom.pmf(0, n, rule_of_three(n)) == pytest.approx(0.05, abs=0.02)
    assert rule_of_three(n) > 1 - 0.05 ** (1 / n)


def test_published_counts_stand_with_their_denominators() -> None:
    for id, events, patients in (
        ("t_cell_malignancy_per_patient", 20, 30000),
        ("t_cell_malignancy_pooled", 5, 5517),
        ("t_cell_malignancy_single_centre", 1, 449),
        ("t_cell_malignancy_background", 298, 235665),
        ("second_cancers_counted", 326, 5517),
    ):
        assert (COUNTS[id].events, COUNTS[id].patients) == (events, patients)


def test_a_rate_per_year_is_only_made_where_a_follow_up_was_read() -> None:
    assert COUNTS["t_cell_malignancy_per_patient"].rate is None
    assert COUNTS["t_cell_malignancy_background"].rate is None
    pooled = COUNTS["t_cell_malignancy_pooled"]
    assert pooled.follow_up == 21.7
    assert pooled.rate == pytest.approx(5 / 9976.6, rel=1e-4)


def test_shares_of_treated_patients_are_those_of_the_reading() -> None:
    assert COUNTS["t_cell_malignancy_per_patient"].share == pytest.approx(0.0007, abs=5e-5)
    assert COUNTS["t_cell_malignancy_pooled"].share == pytest.approx(0.0009, abs=5e-5)
    assert COUNTS["t_cell_malignancy_background"].share == pytest.approx(0.0013, abs=5e-5)


def test_the_code_based_share_is_kept_as_a_sensitivity_and_never_counted() -> None:
    assert "second_cancers_code_based" not in MALIGNANCY_COUNTS
    other = load_observations()["second_cancers_code_based"]
    assert other.value > 3 * load_observations()["second_cancers_pooled"].value
    cited = {source for entry in load_register().values() for source in entry.sources}
    assert not set(other.sources) & cited
    with pytest.raises(RegisterError, match="no count"):
        counted(other)


def test_the_mrna_patients_exclude_far_less_than_the_rate_that_is_feared() -> None:
    known = mrna_experience()
    assert (known.patients, known.followed) == (14 + 5, 7 + 5)
    assert known.patient_years == pytest.approx(7 * 1.0 + 5 * 0.25)
    assert known.per_patient == pytest.approx(3 / 19)
    assert known.per_patient_exact < known.per_patient
    pooled = COUNTS["t_cell_malignancy_pooled"]
    assert pooled.rate is not None
    # Hundreds of times above it: the clinic says nothing yet, which is why the design fact stands beside the bound.
    assert known.per_year > 500 * pooled.rate


@pytest.mark.parametrize(("events", "exposure"), [(-1, 1.0), (1, 0.0), (1, math.nan)])
def test_a_rate_without_time_is_refused(events: int, exposure: float) -> None:
    with pytest.raises(RegisterError, match="a count and an exposure"):
        poisson_interval(events, exposure)


def test_nobody_observed_excludes_nothing() -> None:
    with pytest.raises(RegisterError, match="nobody was observed"):
        rule_of_three(0)
