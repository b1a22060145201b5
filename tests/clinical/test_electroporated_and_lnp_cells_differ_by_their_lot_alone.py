"""On the same schedule the two mRNA products differ only in what their lots bring and how long CAR lasts."""

from __future__ import annotations

import numpy as np

from silicart.evidence import load_register
from silicart.product import build_product, load_products
from silicart.simulation import Model, simulate


def course(lupus: Model, name: str, **changes: float) -> np.ndarray:
    values = {id: entry.value for id, entry in load_register().items()} | changes
    product = build_product(load_products()[name], values)
    table = {"TIME": [7.0], "AMT": [3.675e9], "CMT": [name], "II": [7.0], "ADDL": [5]}
    observe = ["CAR_functional_per_microlitre"]
    times = np.arange(0.0, 60.0, 1.0)
    return simulate(lupus, {}, table, times, observe, products=[product])["CAR_functional_per_microlitre"][0]


def test_with_equal_ratios_only_the_lag_of_uptake_is_left(lupus: Model) -> None:
    lnp, pulse = course(lupus, "mrna_lnp_bcma"), course(lupus, "electroporated_mrna_bcma")
    assert lnp[10] > 0
    assert not np.array_equal(lnp, pulse)
    assert np.allclose(lnp, pulse, rtol=0.1, atol=1e-3)


def test_persistence_works_in_both_directions(lupus: Model) -> None:
    areas = [
        course(lupus, "electroporated_mrna_bcma", persistence_ratio_electroporation=ratio).sum()
        for ratio in (0.5, 1.0, 2.0)
    ]
    assert areas[0] < areas[1] < areas[2]
