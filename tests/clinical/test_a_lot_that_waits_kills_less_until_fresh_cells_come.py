"""A lot is kept in culture, or challenged again and again: its killing fades, that of an integrated CAR does not."""

from __future__ import annotations

import numpy as np
import pytest

from silicart.evidence import load_register
from silicart.product.potency import cytotoxicity_curves, fade, kill_in_dish
from silicart.product.values import centres

VALUES = centres(load_register())


class FreshLot:
    """A day after transfection."""

    class_fractions = np.array([0.33, 0.26, 0.22, 0.13, 0.05, 0.01])
    residual_translation = np.asarray(0.9)


def test_a_lot_kills_less_with_every_two_days_that_it_waits() -> None:
    curves = cytotoxicity_curves(VALUES, {"mRNA": FreshLot(), "LV": None}, ratios=[1.0, 5.0])
    messenger, integrated = curves.lysis
    assert (np.diff(messenger, axis=0) < 0).all()
    assert (np.diff(integrated, axis=0) == 0).all()
    # Killing is said to fall after day 4: by then it has lost less than it loses afterwards.
    day_4, day_8 = messenger[2] / messenger[0], messenger[4] / messenger[0]
    assert (day_8 < 0.6).all()
    assert (day_4 - day_8 > 1 - day_4).all()


def test_repeated_challenge_exhausts_a_lot_but_not_an_integrated_car() -> None:
    # All targets in reach: otherwise those out of reach overgrow either well.
    course = {"effector_to_target": 1.0, "hours": 48.0, "rounds": 6, "reach": 1.0}
    lot = kill_in_dish(
        VALUES, class_fractions=FreshLot.class_fractions, residual_translation=FreshLot.residual_translation, **course
    )
    integrated = kill_in_dish(VALUES, **course)
    assert integrated.specific_lysis[-1] > integrated.specific_lysis[0]
    assert lot.specific_lysis[-1] < integrated.specific_lysis[-1]
    assert lot.targets[-1] > 5 * lot.targets[0], "targets overgrow cells that lost their CAR"
    assert integrated.targets[-1] < integrated.targets[0]


def test_dim_targets_escape_a_lot_that_waited_sooner_than_bright_ones() -> None:
    fractions, residual = fade(VALUES, FreshLot(), [0.0, 96.0])
    read = kill_in_dish(
        VALUES,
        effector_to_target=5.0,
        class_fractions=fractions[:, None],
        residual_translation=residual[:, None],
        antigen_density=[VALUES["BCMA_line"], 300.0],
    ).specific_lysis
    bright, dim = read[1] / read[0]
    assert dim < bright < 1


def test_a_patients_soluble_bcma_hardly_disturbs_the_assay() -> None:
    clear, serum = kill_in_dish(VALUES, effector_to_target=5.0, soluble_BCMA=[0.0, 508.0]).specific_lysis
    assert serum == pytest.approx(clear, rel=0.02)
    assert serum < clear
