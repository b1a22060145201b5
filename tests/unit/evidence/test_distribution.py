"""Distributions: the centre is the median, quantiles rise, and a draw never leaves where the value may be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from silicart.errors import RegisterError
from silicart.evidence import Distribution

SPREADS = st.floats(0.01, 3.0)
SHARES = st.floats(1e-6, 1.0 - 1e-6)
KINDS = st.sampled_from(["normal", "lognormal", "logitnormal", "uniform", "loguniform"])
CENTRES = st.floats(0.01, 0.99)


@given(KINDS, SPREADS, CENTRES)
def test_the_median_is_the_centre(kind: str, spread: float, centre: float) -> None:
    median = Distribution(kind, spread).quantile(centre, 0.5)
    assert float(median) == pytest.approx(centre, rel=1e-12, abs=1e-12)


@given(KINDS, SPREADS, CENTRES, st.tuples(SHARES, SHARES))
def test_quantiles_rise_with_the_share(kind: str, spread: float, centre: float, shares: tuple[float, float]) -> None:
    low, high = Distribution(kind, spread).quantile(centre, sorted(shares))
    assert low <= high


@given(SPREADS, CENTRES, SHARES)
def test_a_logit_normal_stays_inside_its_bounds(spread: float, centre: float, share: float) -> None:
    bounded = Distribution("logitnormal", spread, lower=-2.0, upper=3.0)
    value = float(bounded.quantile(-2.0 + 5.0 * centre, share))
    assert -2.0 <= value <= 3.0


@given(st.sampled_from(["lognormal", "loguniform"]), SPREADS, SHARES)
def test_multiplicative_spreads_scale_with_the_centre(kind: str, spread: float, share: float) -> None:
    spread_out = Distribution(kind, spread)
    assert float(spread_out.quantile(7e9, share)) == pytest.approx(7e9 * float(spread_out.quantile(1.0, share)))


def test_a_log_normal_has_the_stated_90_percent_interval() -> None:
    low, high = Distribution("lognormal", 0.35).quantile(10.0, [0.05, 0.95])
    assert low * high == pytest.approx(100.0)
    assert np.log(high / low) / 3.29 == pytest.approx(0.35, rel=1e-3)


def test_a_uniform_ends_at_its_half_width() -> None:
    assert Distribution("uniform", 2.0).quantile(10.0, [1e-12, 1 - 1e-12]) == pytest.approx([8.0, 12.0])


def test_centres_and_shares_broadcast() -> None:
    values = Distribution("normal", 1.0).quantile(np.array([[0.0], [10.0]]), np.array([0.25, 0.5, 0.75]))
    assert values.shape == (2, 3)
    assert values[:, 1].tolist() == [0.0, 10.0]


def test_a_fixed_value_never_moves() -> None:
    fixed = Distribution()
    assert fixed.is_fixed
    assert fixed.quantile(-3.0, [0.01, 0.99]).tolist() == [-3.0, -3.0]


@pytest.mark.parametrize("share", [0.0, 1.0, -0.1, float("nan")])
def test_shares_outside_the_open_interval_are_refused(share: float) -> None:
    with pytest.raises(RegisterError, match="open interval"):
        Distribution("normal", 1.0).quantile(0.0, share)


@pytest.mark.parametrize(
    ("kind", "centre"), [("lognormal", 0.0), ("lognormal", -1.0), ("loguniform", 0.0), ("logitnormal", 1.0)]
)
def test_a_centre_that_cannot_carry_the_distribution_is_refused(kind: str, centre: float) -> None:
    with pytest.raises(RegisterError, match="needs a"):
        Distribution(kind, 0.5).quantile(centre, 0.5)


def test_an_unknown_kind_gets_the_nearest_name() -> None:
    with pytest.raises(RegisterError) as caught:
        Distribution("log-normal", 0.3)
    assert caught.value.remedy == "did you mean lognormal?"


@pytest.mark.parametrize(("kind", "spread"), [("normal", 0.0), ("normal", -1.0), ("fixed", 1.0), ("normal", np.inf)])
def test_a_spread_must_fit_its_kind(kind: str, spread: float) -> None:
    with pytest.raises(RegisterError, match="spread"):
        Distribution(kind, spread)


@pytest.mark.parametrize(
    ("distribution", "words"),
    [
        (Distribution("normal", 2.0), "normal, SD 2 (90 % within 3.29 of the centre)"),
        (Distribution("uniform", 2.0), "uniform, within 2 of the centre"),
        (Distribution("loguniform", np.log(3.0)), "log-uniform between 1/3.00 and 3.00 times the centre"),
        (Distribution("logitnormal", 0.5), "logit-normal, logit-SD 0.5"),
        (Distribution("logitnormal", 0.5, upper=2.0), "logit-normal between 0 and 2, logit-SD 0.5"),
    ],
)
def test_distributions_say_what_they_are(distribution: Distribution, words: str) -> None:
    assert distribution.describe() == words
