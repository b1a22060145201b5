"""Six weekly infusions are the same, written as one record with ADDL and II or as six records."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from silicart.product import Product
from silicart.simulation import Model, simulate


def test_addl_and_ii_expand_to_the_same_course(lupus: Model, products: Mapping[str, Product]) -> None:
    name = "mrna_lnp_bcma"
    short = {"TIME": [7.0], "AMT": [3.675e9], "CMT": [name], "II": [7.0], "ADDL": [5]}
    long = {"TIME": 7.0 * np.arange(1, 7), "AMT": [3.675e9] * 6, "CMT": [name] * 6}
    times = np.arange(0.0, 100.0, 5.0)
    results = [simulate(lupus, {}, table, times, products=[products[name]]) for table in (short, long)]
    assert np.array_equal(results[0].values, results[1].values)


def test_a_record_between_them_does_not_disturb_the_course(bag: Model) -> None:
    table = {"TIME": [10.0, 20.0], "AMT": [15.0, 10.0], "CMT": ["A", "A"], "ADDL": [2, 0], "II": [12.0, 0.0]}
    result = simulate(bag, {}, table, [0.0, 10.0, 15.0, 20.0, 22.0, 34.0, 36.0])
    assert result["A"].tolist() == [[0.0, 15.0, 15.0, 25.0, 40.0, 55.0, 55.0]]
