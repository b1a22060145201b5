"""Fludarabine and cyclophosphamide on days -5 to -3 empty the host and let integrating cells grow."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from silicart.product import Product
from silicart.simulation import Model, simulate
from silicart.therapy import LEAD_IN, build_regimen, event_table


def test_lymphodepletion_prepares_the_infusion(lupus: Model, products: Mapping[str, Product]) -> None:
    name = "lentiviral_cd19"
    given = {key: products[key] for key in (name, "flu_cy")}
    times = np.arange(0.0, 60.0, 0.5)
    observe = ["N", "CAR_per_microlitre"]
    courses = {}
    for days in ((), (-5.0, -4.0, -3.0)):
        table = event_table(build_regimen(name, 1e6, "cell_per_kg", lymphodepletion_days=days), [70.0], given)
        courses[days] = simulate(lupus, {}, table, times, observe, products=given)
    with_chemotherapy, without = courses[(-5.0, -4.0, -3.0)], courses[()]
    infusion = times == LEAD_IN
    assert with_chemotherapy["N"][0, infusion] < 0.2
    assert without["N"][0, infusion] > 0.99
    assert with_chemotherapy["CAR_per_microlitre"].max() > 1.2 * without["CAR_per_microlitre"].max()
