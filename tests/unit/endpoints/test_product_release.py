"""Endpoints that are read in the product: what a lot is, what a course takes of it, what an arm without cells says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from silicart.endpoints.chunk import Chunk
from silicart.endpoints.evaluate import evaluate_endpoints
from silicart.endpoints.registry import THEMES
from silicart.evidence import load_register
from silicart.product import load_process, load_products, make_lot
from silicart.product.values import centres
from silicart.therapy import Supply

VALUES: dict[str, Any] = centres(load_register())
EVERY = THEMES["product_release"]


def read(product: str, infusions: int, amount: float, **changes: float) -> dict[str, float]:
    """Return the endpoints of one typical patient with a typical lot."""
    spec = load_products()[product]
    assert spec.process is not None
    lot = make_lot(load_process(spec.process), {id: np.array([value]) for id, value in (VALUES | changes).items()})
    values = {id: np.array([value]) for id, value in (VALUES | changes).items()}
    supply = Supply(spec.kind, lot, infusions, np.array([amount]))
    chunk = Chunk(np.zeros(1), {}, np.array([0]), np.array([0]), seed=1, parameters=values, supply=supply)
    return dict(evaluate_endpoints(chunk, EVERY).iloc[0])


def test_a_course_of_six_mrna_infusions_takes_one_lot_and_integrates_nothing() -> None:
    found = read("mrna_lnp_bcma", 6, 52.5e6 * 70)
    assert found["lots_per_course"] == 1
    assert found["integration_events"] == 0
    assert found["T_cell_malignancy"] == 0
    assert found["viability_at_release"] > 0.9
    assert 0.5 < found["cytotoxicity_in_vitro"] < 0.9


def test_a_course_of_more_cells_than_a_lot_gives_takes_more_lots_and_costs_them() -> None:
    one, more = read("mrna_lnp_bcma", 6, 52.5e6 * 70), read("mrna_lnp_bcma", 6, 3 * 52.5e6 * 70)
    assert more["lots_per_course"] == 2
    assert more["cost_of_goods"] > 1.9 * one["cost_of_goods"]


def test_a_lentiviral_dose_integrates_in_all_cells_that_come_with_it() -> None:
    found = read("lentiviral_bcma", 1, 7e7)
    lot = make_lot(load_process("lentiviral-bcma"), VALUES)
    cells = 7e7 / float(lot.attributes["CAR_positive"])
    assert found["integration_events"] == pytest.approx(cells * float(lot.attributes["vector_copies"]))
    assert found["integration_events"] > 7e7
    assert found["T_cell_malignancy"] > 0


def test_lots_that_are_given_early_are_assayed_like_others() -> None:
    spec = load_products()["mrna_lnp_bcma"]
    values = {id: np.array([value, value]) for id, value in VALUES.items()}
    lot = make_lot(load_process("mrna-lnp-bcma"), values, **{"hold.hours": 6})
    assert (lot.class_fractions.sum(axis=-1) > 1).all()
    assert lot.class_shares.sum(axis=-1) == pytest.approx(1.0)
    supply = Supply(spec.kind, lot, 6, np.full(2, 3.7e9))
    chunk = Chunk(np.zeros(1), {}, np.arange(2), np.zeros(2, dtype=np.int64), seed=1, parameters=values, supply=supply)
    assert evaluate_endpoints(chunk, EVERY)["cytotoxicity_in_vitro"].between(0.5, 0.9).all()


def test_cells_made_in_the_body_have_a_price_and_no_release_test() -> None:
    found = read("in_vivo_cd19", 3, 4.0)
    assert found["lots_per_course"] == 3
    assert found["cost_of_goods"] > 0
    assert found["integration_events"] == 0
    absent = ("viability_at_release", "CAR_positive_at_release", "cytotoxicity_in_vitro")
    assert all(np.isnan(found[id]) for id in absent)


def test_an_arm_without_a_product_has_no_value() -> None:
    chunk = Chunk(np.zeros(1), {}, np.arange(3), np.zeros(3, dtype=np.int64), seed=1)
    table = evaluate_endpoints(chunk, EVERY)
    assert table[[one.id for one in EVERY]].isna().all(axis=None)


@pytest.mark.parametrize(
    ("input", "factor", "moves"),
    [
        ("lnp_death", 2.0, "viability_at_release"),
        ("k_kill", 0.5, "cytotoxicity_in_vitro"),
        ("wage", 2.0, "cost_of_goods"),
        ("T_cell_malignancy_after_CAR_T", 2.0, "T_cell_malignancy"),
    ],
)
def test_each_is_computed_from_the_register(input: str, factor: float, moves: str) -> None:
    product = "lentiviral_bcma" if moves == "T_cell_malignancy" else "mrna_lnp_bcma"
    before, after = (read(product, 1, 7e7, **change) for change in ({}, {input: VALUES[input] * factor}))
    assert before[moves] != after[moves]
