"""The dish beside published killing assays: what was fitted is reproduced, and what misses is said to miss."""

from __future__ import annotations

import numpy as np
import pytest

from silicart.evidence import load_observations, load_register
from silicart.product.potency import (
    AssayRow,
    compare_orders,
    compare_with_published,
    fit_well,
    table_of_assays,
    table_of_orders,
)
from silicart.product.potency.published import ASSAYS
from silicart.product.values import centres

REGISTER = load_register()


class Cells:
    class_fractions = np.array([0.33, 0.26, 0.22, 0.13, 0.05, 0.01])
    residual_translation = np.asarray(0.9)


@pytest.fixture(scope="module")
def rows() -> dict[str, AssayRow]:
    return {row.observation.id: row for row in compare_with_published(REGISTER)}


def test_the_register_holds_what_the_fit_gives() -> None:
    half, days = fit_well(REGISTER)
    assert REGISTER["half_saturation_dish"].value == pytest.approx(half, rel=2e-3)
    assert REGISTER["assay_time"].value == pytest.approx(days, rel=2e-3)


def test_the_fit_finds_its_well_from_elsewhere() -> None:
    far = centres(REGISTER) | {"half_saturation_dish": 300.0, "assay_time": 0.25}
    assert fit_well(far) == pytest.approx(fit_well(REGISTER), rel=1e-4)


def test_only_what_set_a_value_is_marked_as_used(rows: dict[str, AssayRow]) -> None:
    used = {id for id, row in rows.items() if row.used}
    assert used == {"kill_A549_BCMA_5_to_1", "kill_A549_BCMA_20_to_1", "kill_H929_plateau"}


def test_what_was_used_is_reproduced(rows: dict[str, AssayRow]) -> None:
    for row in rows.values():
        if row.used:
            assert row.predicted == pytest.approx(row.observation.value, abs=0.005), row.observation.id


def test_five_effectors_a_target_kill_60_to_80_percent_of_three_lines(rows: dict[str, AssayRow]) -> None:
    assert all(rows[f"kill_{line}_5_to_1"].met for line in ("A549_BCMA", "K562_BCMA", "U266"))


def test_twenty_effectors_a_target_kill_more_than_95_percent(rows: dict[str, AssayRow]) -> None:
    assert rows["kill_A549_BCMA_20_to_1"].predicted >= 0.95


def test_h929_at_ten_to_one_is_missed_at_the_common_duration_and_met_by_a_shorter_one(
    rows: dict[str, AssayRow],
) -> None:
    row = rows["kill_H929_10_to_1"]
    assert not row.met
    assert row.off_by == pytest.approx(row.predicted - 0.601)
    low, high = REGISTER["assay_time"].low, REGISTER["assay_time"].high
    assert row.agreeing_hours is not None
    assert low is not None
    assert high is not None
    assert low <= row.agreeing_hours / 24 <= high


def test_a_construct_that_binds_two_receptors_kills_more_than_the_dish_at_one_to_32(rows: dict[str, AssayRow]) -> None:
    row = rows["kill_MM1S_1_to_32"]
    assert not row.met
    assert row.predicted < row.high < row.observation.value


def test_the_highest_killing_rate_is_that_of_a_published_model_within_a_tenth() -> None:
    published = load_observations()["kill_rate_in_vitro"].value
    assert REGISTER["k_kill"].value == pytest.approx(published, rel=0.1)


def test_killing_falls_with_antigen_and_with_the_age_of_a_lot_at_every_ratio() -> None:
    orders = compare_orders(REGISTER, Cells())
    assert all(row.met for row in orders)
    assert len({row.label for row in orders}) == 6


def test_an_ordering_that_does_not_hold_is_not_met() -> None:
    # Without loss of CAR a lot that is kept kills as well as before.
    kept = centres(REGISTER) | {"delta_C": 0.0, "d_T": 0.0}
    by_age = [row for row in compare_orders(kept, Cells()) if "lot" in row.label]
    assert by_age
    assert not any(row.met and row.before - row.after > 1e-6 for row in by_age)


def test_tables_say_met_or_missed_for_every_row(rows: dict[str, AssayRow]) -> None:
    lines = table_of_assays(rows.values()).splitlines()
    assert len(lines) == len(ASSAYS) + 2
    assert sum("missed by" in line for line in lines) == sum(not row.met for row in rows.values())
    assert table_of_orders(compare_orders(REGISTER, Cells())).count("| met |") == 12
