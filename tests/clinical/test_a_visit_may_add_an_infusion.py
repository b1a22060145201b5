"""At a visit everyone stops, some are given another infusion, and all go on as if it had been planned."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from silicart.product import Product
from silicart.simulation import Model, simulate


def test_a_visit_may_add_an_infusion(lupus: Model, products: Mapping[str, Product]) -> None:
    product = products["mrna_lnp_bcma"]
    patients = {"n_50": [150.0, 191.0, 600.0]}
    first = pd.DataFrame({"ID": [0, 1, 2], "TIME": 7.0, "AMT": 3.675e9, "CMT": product.id})
    to_visit = simulate(lupus, patients, first, [0.0, 30.0, 60.0], ["activity"], products=[product])
    active = np.flatnonzero(to_visit["activity"][:, -1] > to_visit["activity"][:, -1].min())
    assert 0 < len(active) < 3
    added = pd.DataFrame({"ID": active, "TIME": 60.0, "AMT": 3.675e9, "CMT": product.id})
    planned = pd.concat([first, added], ignore_index=True).sort_values(["ID", "TIME"], kind="stable", ignore_index=True)
    options = {"observe": ["activity"], "products": [product]}
    onwards = simulate(lupus, patients, planned, [60.0, 90.0, 200.0], resume=to_visit.state, **options)
    unbroken = simulate(lupus, patients, planned, [0.0, 30.0, 60.0, 90.0, 200.0], stops=[60.0], **options)
    assert np.array_equal(onwards.values[:, 1:], unbroken.values[:, 3:])
