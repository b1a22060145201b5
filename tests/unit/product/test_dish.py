"""Killing in a dish: exact cases, accounts that close, and wells that cannot be."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from silicart.errors import RegisterError, SimulationError
from silicart.evidence import load_register
from silicart.product.potency import (
    cytotoxicity_at,
    cytotoxicity_curves,
    density_on_register_scale,
    fade,
    kill_in_dish,
    on_scale,
)
from silicart.product.values import centres
from silicart.simulation import load_assay, simulate

VALUES = centres(load_register())
# Shares by class, as a lot a day after transfection has them.
LOT = np.array([0.33, 0.26, 0.22, 0.13, 0.05, 0.01])
NO_GROWTH = {"g_dish": 0.0, "rho_dish": 0.0, "d_E": 0.0}


class Cells:
    class_fractions = LOT
    residual_translation = np.asarray(0.9)


def lysis(**arguments: Any) -> Any:
    return kill_in_dish(VALUES, **arguments).specific_lysis


def test_without_effectors_nothing_is_killed() -> None:
    read = kill_in_dish(VALUES, effector_to_target=0.0, hours=26.0)
    assert read.specific_lysis == pytest.approx(0.0, abs=1e-9)
    # The register holds the doubling in 26 hours to two digits.
    assert read.targets == pytest.approx(2.0, rel=0.01)


def test_few_targets_and_steady_effectors_die_at_the_rate_of_equation_23() -> None:
    # Hardly any target: the crowd is H and effectors alone, so killing is exponential with a rate known on paper.
    few = {**VALUES, **NO_GROWTH, "targets_dish": 1e-4}
    effectors, half = 200.0, few["half_saturation_dish"]
    c, a, k = few["c_LV"], few["BCMA_line"], few["K_2"]
    complexes = ((c + a + k) - np.sqrt((c + a + k) ** 2 - 4 * c * a)) / 2
    signal = complexes**2 / (few["n_50"] ** 2 + complexes**2)
    rate = few["k_kill"] * signal * effectors / (half + signal * effectors)
    read = kill_in_dish(few, effector_to_target=effectors / 1e-4, hours=24.0, reach=1.0)
    assert read.specific_lysis == pytest.approx(1 - np.exp(-rate), rel=1e-4)


def test_cells_out_of_reach_survive_any_number_of_effectors() -> None:
    read = kill_in_dish(VALUES, effector_to_target=100.0, hours=72.0, reach=[0.0, 0.5, 0.9])
    assert read.specific_lysis == pytest.approx([0.0, 0.5, 0.9], abs=1e-3)


def test_a_well_with_twice_the_volume_does_the_same() -> None:
    wide = {**VALUES, "volume_dish": [VALUES["volume_dish"], 10 * VALUES["volume_dish"]]}
    one, other = kill_in_dish(wide, effector_to_target=3.0, class_fractions=LOT).specific_lysis
    assert one == pytest.approx(other, rel=1e-5)


def test_every_target_cell_is_alive_lysed_or_was_never_born() -> None:
    read = kill_in_dish({**VALUES, "g_dish": 0.0}, effector_to_target=2.0, hours=[6.0, 24.0, 48.0])
    # Without growth what is missing was lysed.
    assert read.killed_share == pytest.approx(1.0 - read.targets, rel=1e-6)
    assert read.specific_lysis == pytest.approx(1.0 - read.targets, rel=1e-6)


@pytest.mark.parametrize("residual", [0.0, 0.9])
def test_every_car_molecule_of_a_well_is_held_decayed_dead_or_spent(residual: float) -> None:
    model = load_assay("dish")
    start = {f"T_dish_{k}": 1e5 * share for k, share in enumerate(LOT)}
    start |= {"target_cells": 2e4, "R_translation": residual * 1e5, "target_BCMA": 1.0}
    parts = ["CAR_held", "CAR_decayed", "CAR_died", "CAR_spent"]
    course = simulate(model, start, None, np.linspace(0.0, 10.0, 21), parts)
    total = sum(course[part][0] for part in parts)
    assert total == pytest.approx(total[0], rel=1e-5)
    assert all(course[part][0, -1] > 0.01 * total[0] for part in parts[1:]), "each sink is tested"


def test_an_integrated_car_of_one_class_kills_as_messenger_of_that_class_does() -> None:
    # With neither loss, division nor death the two kinds of effectors differ in nothing.
    still = {**VALUES, **NO_GROWTH, "delta_C": 0.0, "delta_ag": 0.0, "d_T": 0.0, "d_AICD": 0.0, "rho_T": 0.0}
    messenger = kill_in_dish(still, effector_to_target=2.0, class_fractions=[0, 0, 1, 0, 0, 0])
    integrated = kill_in_dish(still, effector_to_target=2.0, car_per_cell=still["c_0"] / 4)
    # The crowd counts contacts of the best class of the ladder beside the integrated one, as in the patient.
    assert messenger.specific_lysis == pytest.approx(integrated.specific_lysis, rel=0.02)


def test_soluble_bcma_takes_car_away_as_the_decoy_of_the_patient() -> None:
    half = VALUES["K_sBCMA"]
    blocked = lysis(effector_to_target=1.0, antigen_density=500.0, soluble_BCMA=half, hours=4.0)
    fewer = lysis(effector_to_target=1.0, antigen_density=500.0, car_per_cell=VALUES["c_LV"] / 2, hours=4.0)
    # The crowd looks at the most CAR in the well, which the decoy takes from both.
    assert blocked == pytest.approx(fewer, rel=0.02)


def test_targets_shed_soluble_bcma_into_the_medium() -> None:
    read = kill_in_dish({**VALUES, "g_dish": 0.0}, effector_to_target=0.0, hours=24.0, reach=1.0)
    per_mL = VALUES["targets_dish"] * 1000
    share = VALUES["BCMA_line"] / VALUES["BCMA_tumour"]
    assert read.soluble_BCMA == pytest.approx(VALUES["p_sMM"] * share * per_mL, rel=1e-5)


def test_one_round_of_two_is_one_round() -> None:
    twice = kill_in_dish(VALUES, effector_to_target=1.0, hours=24.0, rounds=2, class_fractions=LOT)
    once = kill_in_dish(VALUES, effector_to_target=1.0, hours=24.0, class_fractions=LOT)
    assert twice.specific_lysis.shape == (2,)
    assert twice.specific_lysis[0] == pytest.approx(float(once.specific_lysis), rel=1e-6)
    left = twice.targets[0] + 1.0
    assert twice.targets[1] < left * 2 ** (24 / 26), "the second round starts from survivors and fresh targets"


def test_all_lots_in_one_call_are_as_each_alone() -> None:
    generator = np.random.default_rng(4)
    lots = generator.dirichlet(np.ones(6), size=5)
    kills = VALUES["k_kill"] * np.exp(0.3 * generator.standard_normal(5))
    together = cytotoxicity_at({**VALUES, "k_kill": kills}, lots)
    alone = [float(cytotoxicity_at({**VALUES, "k_kill": k}, lot)) for k, lot in zip(kills, lots, strict=True)]
    assert together == pytest.approx(alone, rel=1e-6)


def test_curves_of_several_lots_have_the_lots_last() -> None:
    values = {**VALUES, "k_kill": np.array([5.0, 9.0])}
    curves = cytotoxicity_curves(values, {"mRNA": Cells(), "LV": None}, ratios=[1, 5, 10], hours_after=[0, 96])
    assert curves.lysis.shape == (2, 2, 3, 2)
    assert (curves.lysis[1, 0] == curves.lysis[1, 1]).all(), "an integrated CAR does not fade"
    assert (curves.lysis[..., 0] < curves.lysis[..., 1]).all()


def test_cells_in_culture_lose_car_at_the_rate_of_one_molecule() -> None:
    # Without residual translation and death the mean of a long ladder falls exponentially.
    values = {**VALUES, "d_T": 0.0}

    class Long:
        class_fractions = np.eye(16)[0]
        residual_translation = np.asarray(0.0)

    fractions, _ = fade(values, Long(), [0.0, 48.0, 96.0])
    mean = (fractions * 2.0 ** -np.arange(16)).sum(axis=-1)
    assert mean == pytest.approx(np.exp(-VALUES["delta_C"] * np.array([0.0, 2.0, 4.0])), rel=1e-4)


def test_a_count_on_another_scale_is_brought_to_the_scale_of_the_register() -> None:
    assert density_on_register_scale(VALUES, 670.0, "antibody binding") == pytest.approx(VALUES["BCMA_tumour"])
    assert density_on_register_scale(VALUES, 222.0, "model input") == pytest.approx(VALUES["BCMA_line_low"], rel=0.005)


@pytest.mark.parametrize("scale", ["antibody binding", "model input"])
def test_densities_and_threshold_move_together(scale: str) -> None:
    moved = on_scale(VALUES, scale)
    assert moved["n_50"] / VALUES["n_50"] == pytest.approx(moved["BCMA_line"] / VALUES["BCMA_line"])
    assert float(kill_in_dish(moved, effector_to_target=5.0).specific_lysis) == pytest.approx(
        float(lysis(effector_to_target=5.0)), abs=0.01
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"effector_to_target": -1.0}, "effector_to_target is outside"),
        ({"effector_to_target": 1.0, "reach": 1.2}, "reach_line is outside"),
        ({"effector_to_target": 1.0, "hours": 0.0}, "time of an assay"),
        ({"effector_to_target": 1.0, "hours": [4.0, 4.0]}, "time of an assay"),
        ({"effector_to_target": 1.0, "hours": [4.0, 8.0], "rounds": 2}, "time of an assay"),
        ({"effector_to_target": 1.0, "rounds": 0}, "time of an assay"),
        ({"effector_to_target": 1.0, "class_fractions": [0.9, 0.9]}, "not shares"),
        ({"effector_to_target": 1.0, "class_fractions": LOT, "car_per_cell": 1e4}, "two kinds of effectors"),
        ({"effector_to_target": [1.0, 2.0], "soluble_BCMA": [0.0, 1.0, 2.0]}, "different wells"),
    ],
)
def test_a_well_that_cannot_be_is_refused(arguments: dict[str, Any], said: str) -> None:
    with pytest.raises(SimulationError, match=said):
        kill_in_dish(VALUES, **arguments)


def test_a_missing_value_is_named() -> None:
    with pytest.raises(RegisterError, match="missing") as caught:
        kill_in_dish({id: value for id, value in VALUES.items() if id != "n_50"}, effector_to_target=1.0)
    assert "n_50" in str(caught.value)


def test_an_unknown_scale_is_refused_with_the_nearest() -> None:
    with pytest.raises(SimulationError, match="did you mean model input"):
        on_scale(VALUES, "model inputs")
