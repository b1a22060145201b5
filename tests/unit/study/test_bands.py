"""Bands: the two spreads are kept apart."""

from __future__ import annotations

import numpy as np
import pytest

from silicart.claims.interval import draw_effects
from silicart.study.bands import arm_bands, display_times, uncertainty_band


def courses(draws: int = 60, patients: int = 10, times: int = 5) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(3)
    level = np.repeat(generator.normal(10, 1, (draws, times)), patients, axis=0)
    return level + generator.normal(0, 3, (draws * patients, times)), np.repeat(np.arange(draws), patients)


def test_uncertainty_band_is_that_of_the_draws_that_the_ledger_judges_at_every_time() -> None:
    values, draws = courses()
    band = uncertainty_band(values, draws)
    for time in range(values.shape[1]):
        effects = draw_effects(values[:, time], draws, "mean")
        # The interval of a claim holds the error of finitely many patients as well; a band shows the draws alone.
        assert (band[0, time], band[4, time]) == pytest.approx(np.quantile(effects.pulled, (0.05, 0.95)), rel=1e-12)
        assert effects.interval[0] < band[0, time] < band[4, time] < effects.interval[1]


def test_uncertainty_is_narrower_than_the_spread_of_patients() -> None:
    values, draws = courses()
    table = arm_bands("mrna", np.arange(5.0), {"activity": values}, draws, np.full(len(draws), "a"))
    width = (table["q95"] - table["q05"]).groupby(table["spread"]).mean()
    assert width["uncertainty"] == pytest.approx(2 * 1.645, rel=0.3)
    assert width["patients"] == pytest.approx(2 * 1.645 * np.sqrt(10), rel=0.1)


def test_each_rival_structure_has_its_own_uncertainty() -> None:
    values, draws = courses()
    structure = np.where(draws % 2 == 0, "a", "b")
    shifted = values + np.where(structure == "b", 50.0, 0.0)[:, np.newaxis]
    table = arm_bands("mrna", np.arange(5.0), {"activity": shifted}, draws, structure)
    middle = table[table["spread"] == "uncertainty"].groupby("structure")["q50"].mean()
    assert middle["b"] - middle["a"] == pytest.approx(50, abs=1)
    assert set(table["structure"]) == {"all", "a", "b"}


def test_a_failed_patient_is_left_out() -> None:
    values, draws = courses()
    values[0] = np.nan
    table = arm_bands("mrna", np.arange(5.0), {"activity": values}, draws, np.full(len(draws), "a"))
    assert np.isfinite(table["q50"]).all()


def test_display_times_keep_the_trough_before_and_the_peak_after_an_infusion() -> None:
    grid = np.unique(np.r_[np.arange(0, 130, 0.25), 7 - 1 / 1440, 7 + 1 / 24, 137.0, 144.0])
    shown = grid[display_times(grid, [0.0, 7.0])]
    for day in (7 - 1 / 1440, 7.0, 7 + 1 / 24, 7.25, 59.5, 90.0, 144.0):
        assert np.isclose(shown, day).any()
    assert not np.isclose(shown, 59.25).any()
    assert not np.isclose(shown, 90.5).any()
