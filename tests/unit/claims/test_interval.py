"""The interval of a claim holds the spread between draws, and not the noise of few patients."""

from __future__ import annotations

import numpy as np
import pytest

from silicart.claims.interval import draw_effects
from silicart.errors import ClaimError


def simulated(between: float, within: float, draws: int, patients: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    centre = 5.0 + between * generator.standard_normal(draws)
    values = np.repeat(centre, patients) + within * generator.standard_normal(draws * patients)
    return values, np.repeat(np.arange(draws), patients)


@pytest.mark.parametrize(("between", "within"), [(1.0, 0.5), (1.0, 3.0), (0.3, 1.0)])
def test_between_spread_is_recovered_whatever_the_patient_noise(between: float, within: float) -> None:
    found = []
    for seed in range(20):
        values, draws = simulated(between, within, draws=100, patients=10, seed=seed)
        low, high = draw_effects(values, draws, "mean").interval
        found.append(high - low)
    assert np.mean(found) == pytest.approx(2 * 1.645 * between, rel=0.12)


def test_interval_of_raw_draw_means_would_be_too_wide() -> None:
    values, draws = simulated(between=0.3, within=3.0, draws=100, patients=10, seed=5)
    effects = draw_effects(values, draws, "mean")
    raw_width = float(np.diff(np.quantile(effects.raw, [0.05, 0.95]))[0])
    assert effects.interval[1] - effects.interval[0] < 0.6 * raw_width


def test_pulled_draws_have_exactly_the_estimated_between_variance() -> None:
    values, draws = simulated(between=1.0, within=1.0, draws=60, patients=10, seed=1)
    effects = draw_effects(values, draws, "mean")
    assert np.var(effects.pulled, ddof=1) == pytest.approx(effects.between, rel=1e-9)


def test_without_draw_differences_the_interval_is_the_error_of_the_mean() -> None:
    values = np.tile(np.arange(10.0), 30)
    effects = draw_effects(values, np.repeat(np.arange(30), 10), "mean")
    assert effects.between == 0
    error = 1.645 * values.std(ddof=1) / np.sqrt(300)
    assert effects.interval == pytest.approx((4.5 - error, 4.5 + error), rel=0.03)


def test_seven_deaths_in_a_thousand_patients_have_an_interval() -> None:
    values = np.zeros(1000)
    values[::150] = 1.0
    low, high = draw_effects(values, np.repeat(np.arange(100), 10), "fraction").interval
    assert 0.0 <= low < 0.004 < 0.010 < high


def test_fraction_stays_inside_zero_and_one() -> None:
    generator = np.random.default_rng(3)
    chances = np.repeat(generator.beta(0.3, 3.0, 100), 10)
    values = (generator.random(1000) < chances).astype(float)
    effects = draw_effects(values, np.repeat(np.arange(100), 10), "fraction")
    assert 0 <= effects.interval[0] <= effects.estimate <= effects.interval[1] <= 1
    # A rule-of-thumb normal interval about the same mean would reach below zero.
    assert effects.estimate - 1.645 * np.sqrt(effects.between) < 0


def test_median_is_robust_to_one_wild_patient_in_each_draw() -> None:
    values, draws = simulated(between=1.0, within=0.5, draws=60, patients=11, seed=2)
    wild = values.copy()
    wild[::11] = 1e6
    assert draw_effects(wild, draws, "median").estimate == pytest.approx(
        draw_effects(values, draws, "median").estimate, abs=0.2
    )


def test_median_recovers_the_between_spread() -> None:
    widths = []
    for seed in range(12):
        values, draws = simulated(between=1.0, within=1.5, draws=100, patients=10, seed=100 + seed)
        low, high = draw_effects(values, draws, "median").interval
        widths.append(high - low)
    assert np.mean(widths) == pytest.approx(2 * 1.645, rel=0.12)


def test_patients_without_a_value_are_left_out() -> None:
    values = np.array([1.0, np.nan, 2.0, 2.0, 3.0, 3.0])
    effects = draw_effects(values, [0, 0, 1, 1, 2, 2], "mean")
    assert effects.raw.tolist() == [1.0, 2.0, 3.0]


def test_one_draw_is_refused() -> None:
    with pytest.raises(ClaimError, match="at least two"):
        draw_effects(np.ones(10), np.zeros(10, dtype=int), "mean")


def test_fraction_of_something_else_is_refused() -> None:
    with pytest.raises(ClaimError, match="fraction"):
        draw_effects(np.array([0.0, 0.5, 1.0]), [0, 1, 2], "fraction")


def test_the_interval_of_a_rare_outcome_holds_its_estimate():
    """Two of a hundred draws carry all of it: the 95 % point of the draws lies below their mean."""
    values = np.zeros(1000)
    values[:20] = 1.0
    effects = draw_effects(values, np.arange(1000) // 10, "mean")
    assert effects.interval[0] <= effects.estimate <= effects.interval[1]
