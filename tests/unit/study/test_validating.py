"""Virtual cohorts of a trial's size, and the table that sets them beside published figures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from silicart.evidence import load_observations
from silicart.study.validating import ValidationRow, cohort_figures
from silicart.study.validation_document import validation_markdown
from silicart.study.validation_table import COMPARISONS


def test_cohorts_hold_the_chance_of_a_small_trial() -> None:
    generator = np.random.default_rng(0)
    values = (generator.random(100 * 50) < 0.3).astype(float)
    draws = np.repeat(np.arange(100), 50)
    small, large = (cohort_figures(values, draws, "fraction", size) for size in (5, 45))
    assert np.mean(small) == pytest.approx(0.3, abs=0.02)
    assert np.std(small) == pytest.approx(np.sqrt(0.3 * 0.7 / 5), rel=0.1)
    assert np.std(large) < 0.55 * np.std(small)


def test_cohorts_hold_the_differences_between_draws() -> None:
    draws = np.repeat(np.arange(100), 20)
    level = np.random.default_rng(1).normal(0, 1, 100)[draws]
    assert np.std(cohort_figures(level, draws, "mean", 50)) == pytest.approx(1.0, rel=0.15)


def test_patients_without_a_value_are_left_out_of_their_cohort() -> None:
    values = np.tile([2.0, np.nan], 20)
    assert set(cohort_figures(values, np.repeat([0, 1], 20), "median", 6).tolist()) == {2.0}
    assert not len(cohort_figures(np.full(40, np.nan), np.repeat([0, 1], 20), "mean", 6))


def test_highest_of_five_lies_above_the_median_patient() -> None:
    values = np.random.default_rng(2).random(2000)
    assert np.median(cohort_figures(values, np.repeat(np.arange(100), 20), "highest", 5)) > 0.8


def test_every_compared_observation_exists_once_and_was_not_recalled() -> None:
    observations = load_observations()
    names = [one.observation for one in COMPARISONS]
    assert len(names) == len(set(names))
    assert set(names) <= set(observations)
    assert all(observations[name].n for name in names)


def test_the_page_hides_no_miss() -> None:
    observation = load_observations()["lv_cd19_b_cell_return"]
    met = ValidationRow(observation, "lentiviral-cd19", "mean", 5, 114.0, 80.0, 150.0, True, True, 0.0)
    missed = replace(met, predicted=170.0, low=150.0, high=190.0, met=False, covered=False, off_by=30.0)
    page = validation_markdown([met, missed])
    assert "1 of 2 published figures with an acceptance band are met" in page
    assert "170 (150 to 190); 30 above the band, the range does not hold the published figure" in page
    assert page.count("| met |") == 2
    assert page.count("**missed**") == 1
