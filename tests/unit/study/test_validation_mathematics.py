"""The mathematics of a comparison with published trials, on made populations whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from silicart.study.validation_mathematics import (
    count_probabilities,
    mid_probability,
    predict_count,
    predict_difference,
    predict_figure,
    trial_figures,
    two_sided,
)


def population(draws: int, patients: int, between: float, within: float, seed: int) -> list[np.ndarray]:
    generator = np.random.default_rng(seed)
    return [generator.normal(centre, within, patients) for centre in generator.normal(0.0, between, draws)]


def test_none_of_fourteen_counts_half_of_its_probability() -> None:
    probabilities = binom.pmf(np.arange(15), 14, 0.05)
    assert mid_probability(probabilities, 0) == pytest.approx(0.5 * 0.95**14)
    assert two_sided(mid_probability(probabilities, 0)) == pytest.approx(0.95**14)
    assert two_sided(mid_probability(binom.pmf(np.arange(15), 14, 0.5), 7)) == pytest.approx(1.0)
    assert two_sided(mid_probability(binom.pmf(np.arange(8), 7, 0.5), 7)) == pytest.approx(0.5**7)


def test_draws_that_are_alike_give_a_binomial_in_spite_of_few_patients() -> None:
    yes = np.random.default_rng(0).binomial(30, 0.3, 400).astype(float)
    probabilities = count_probabilities(yes, np.full(400, 30.0), 100)
    share = yes.sum() / (30 * 400)
    assert probabilities.sum() == pytest.approx(1.0)
    spread = np.sqrt(np.arange(101) ** 2 @ probabilities - (np.arange(101) @ probabilities) ** 2)
    assert spread == pytest.approx(np.sqrt(100 * share * (1 - share)), rel=0.1)


def test_draws_that_differ_give_their_mixture() -> None:
    yes = np.repeat([0.0, 1000.0], 50)
    probabilities = count_probabilities(yes, np.full(100, 1000.0), 5)
    assert probabilities[[0, 5]] == pytest.approx([0.5, 0.5], abs=0.01)
    one = predict_count([np.zeros(1000)] * 50 + [np.ones(1000)] * 50, 3, 5)
    assert one.inside
    assert (one.low, one.high) == (0.0, 1.0)
    assert one.width_ratio > 1.0


def test_an_event_that_never_happens_is_not_lifted_by_few_patients() -> None:
    never = predict_count([np.zeros(10)] * 100, 0, 14)
    assert never.expected < 0.001
    assert never.surprise > 0.9
    assert predict_count([np.zeros(10)] * 100, 7, 14).surprise < 1e-3


@pytest.mark.parametrize(("n", "patients"), [(10, 30), (30, 30), (200, 30)])
def test_the_spread_of_trials_is_that_between_draws_and_of_their_size(n: int, patients: int) -> None:
    figures = trial_figures(population(400, patients, 0.3, 1.0, 3), "mean", n)
    assert np.std(figures) == pytest.approx(np.sqrt(0.3**2 + 1.0 / n), rel=0.12)


def test_a_self_consistent_file_is_covered_nine_times_in_ten() -> None:
    generator = np.random.default_rng(5)
    made = population(150, 30, 0.5, 1.0, 6)
    inside, surprises = [], []
    for _ in range(250):
        observed = generator.normal(generator.normal(0.0, 0.5), 1.0, 12).mean()
        one = predict_figure(made, "mean", float(observed), 12)
        inside.append(one.inside)
        surprises.append(one.surprise)
    assert np.mean(inside) == pytest.approx(0.9, abs=0.05)
    assert np.mean(np.array(surprises) < 0.5) == pytest.approx(0.5, abs=0.1)


def test_a_self_consistent_file_of_counts_is_covered_and_its_tails_are_even() -> None:
    generator = np.random.default_rng(7)
    made = [(generator.random(40) < share).astype(float) for share in generator.beta(3.0, 3.0, 150)]
    rows = [predict_count(made, int(generator.binomial(20, generator.beta(3.0, 3.0))), 20) for _ in range(250)]
    assert np.mean([one.inside for one in rows]) == pytest.approx(0.92, abs=0.05)
    assert np.mean([one.surprise for one in rows]) == pytest.approx(0.5, abs=0.06)


def test_without_uncertainty_the_prediction_is_as_wide_as_the_data_justify() -> None:
    alike = population(100, 60, 0.0, 1.0, 8)
    assert predict_figure(alike, "mean", 0.0, 20).width_ratio == pytest.approx(1.0, abs=0.1)
    assert predict_figure(alike, "mean", 0.0, 20, spread=1.0).width_ratio == pytest.approx(1.0, abs=0.1)
    assert predict_figure(population(100, 60, 1.0, 1.0, 8), "mean", 0.0, 20).width_ratio > 3.0


def test_a_difference_has_the_chance_of_both_arms_and_none_of_what_they_share() -> None:
    generator = np.random.default_rng(9)
    level = generator.normal(0.0, 5.0, 200)
    arms = [[generator.normal(each + shift, 1.0, 40) for each in level] for shift in (1.0, 0.0)]
    one = predict_difference(arms[0], arms[1], 1.0, 20, 20)
    assert one.predicted == pytest.approx(1.0, abs=0.06)
    assert one.width == pytest.approx(2 * 1.645 * np.sqrt(2 / 20), rel=0.12)
    assert one.width_ratio == pytest.approx(1.0, abs=0.15)


def test_the_highest_of_five_lies_above_the_median_patient() -> None:
    made = [np.random.default_rng(2).random(40) for _ in range(50)]
    assert predict_figure(made, "highest", 0.8, 5).predicted > 0.8


def test_patients_without_a_value_are_left_out_of_their_trial() -> None:
    assert predict_figure([np.tile([2.0, np.nan], 20)] * 3, "median", 2.0, 12).predicted == 2.0
