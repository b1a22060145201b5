"""Shares of the between-draw variance, on synthetic runs whose shares are known."""

from __future__ import annotations

import numpy as np
import pytest

from silicart.claims.deciding import InputShare, input_shares, structure_share
from silicart.claims.interval import draw_effects


def synthetic_run(
    seed: int, draws: int = 100, patients: int = 10, weights: tuple[float, ...] = (2.0, 1.0), idle: int = 30
) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Log-normal inputs; the number is a weighted sum of their logarithms plus noise of the visit."""
    generator = np.random.default_rng(seed)
    labels = np.repeat(np.arange(draws), patients)
    typical: dict[str, np.ndarray] = {}
    own: dict[str, np.ndarray] = {}
    number = 0.5 * generator.standard_normal(draws * patients)
    for position in range(len(weights) + idle):
        name = f"input_{position:02d}"
        log_typical = 0.3 * generator.standard_normal(draws)
        # Every third input differs between draws only.
        log_own = log_typical[labels] + (0.0 if position % 3 == 2 else 0.4) * generator.standard_normal(len(labels))
        typical[name], own[name] = np.exp(log_typical), np.exp(log_own)
        if position < len(weights):
            number = number + weights[position] * log_own
    return number, labels, own, typical


def shares_of(seed: int, **options: object) -> dict[str, InputShare]:
    number, labels, own, typical = synthetic_run(seed, **options)  # type: ignore[arg-type]
    effects = draw_effects(number, labels, "mean")
    return {one.id: one for one in input_shares(number, labels, effects, own, typical)}


def test_shares_are_those_that_the_synthetic_run_was_built_with() -> None:
    runs = [shares_of(seed) for seed in range(20)]
    assert np.mean([run["input_00"].share for run in runs]) == pytest.approx(0.8, abs=0.1)
    assert np.mean([run["input_01"].share for run in runs]) == pytest.approx(0.2, abs=0.06)


def test_inputs_that_move_the_number_are_named_and_ranked() -> None:
    number, labels, own, typical = synthetic_run(seed=4)
    found = input_shares(number, labels, draw_effects(number, labels, "mean"), own, typical)
    assert [one.id for one in found[:2]] == ["input_00", "input_01"]
    assert found[0].named
    assert found[1].named
    assert found[0].slope > 0


def test_guard_names_an_idle_input_in_about_one_run_of_twenty() -> None:
    named = sum(any(one.named for one in shares_of(seed, weights=(), idle=30).values()) for seed in range(100))
    # Without draw differences nothing is ranked; with them the family-wise rate is 5 %.
    assert named <= 12


def test_guard_knows_that_an_input_without_variability_has_only_as_many_chances_as_draws() -> None:
    generator = np.random.default_rng(11)
    false = 0
    for _ in range(60):
        draws, patients = 30, 20
        labels = np.repeat(np.arange(draws), patients)
        number = generator.standard_normal(draws)[labels] + 0.1 * generator.standard_normal(draws * patients)
        typical = {f"input_{k}": np.exp(generator.standard_normal(draws)) for k in range(10)}
        own = {name: values[labels] for name, values in typical.items()}
        found = input_shares(number, labels, draw_effects(number, labels, "mean"), own, typical)
        false += any(one.named for one in found)
    assert false <= 9


def test_an_input_without_uncertainty_decides_nothing() -> None:
    number, labels, own, typical = synthetic_run(seed=8)
    typical["input_00"] = np.full(100, 1.0)
    found = {one.id for one in input_shares(number, labels, draw_effects(number, labels, "mean"), own, typical)}
    assert "input_00" not in found


def test_nothing_is_ranked_when_draws_do_not_differ() -> None:
    values = np.tile(np.arange(10.0), 30)
    labels = np.repeat(np.arange(30), 10)
    effects = draw_effects(values, labels, "mean")
    own = {"a": np.random.default_rng(0).random(300)}
    typical = {"a": np.random.default_rng(1).random(30)}
    assert input_shares(values, labels, effects, own, typical) == ()


def test_structure_share_is_the_variance_between_structures() -> None:
    generator = np.random.default_rng(2)
    structures = np.tile(["a", "b", "c"], 40)
    level = {"a": 0.0, "b": 2.0, "c": 0.0}
    centre = np.array([level[one] for one in structures]) + 0.5 * generator.standard_normal(120)
    labels = np.repeat(np.arange(120), 10)
    number = centre[labels] + 0.5 * generator.standard_normal(1200)
    found = structure_share(draw_effects(number, labels, "mean"), list(structures))
    # Variance between structures 8/9, inside them 1/4.
    assert found.share == pytest.approx(0.78, abs=0.08)
    assert found.named


def test_idle_structures_are_not_named() -> None:
    generator = np.random.default_rng(9)
    named = 0
    for _ in range(60):
        labels = np.repeat(np.arange(60), 5)
        number = generator.standard_normal(60)[labels] + 0.2 * generator.standard_normal(300)
        named += structure_share(draw_effects(number, labels, "mean"), list(np.tile(["a", "b", "c"], 20))).named
    assert named <= 9
