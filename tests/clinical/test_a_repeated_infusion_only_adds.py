"""The second infusion adds its cells and their translation to whoever is still there, and changes nothing else."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from silicart.product import Product
from silicart.simulation import Model, simulate


def test_a_repeated_infusion_only_adds(lupus: Model, products: Mapping[str, Product]) -> None:
    product = products["mrna_lnp_bcma"]
    dose = 3.675e9
    once = {"TIME": [7.0], "AMT": [dose], "CMT": [product.id]}
    twice = {"TIME": [7.0, 14.0], "AMT": [dose, dose], "CMT": [product.id, product.id]}
    # The stop makes both runs arrive at day 14 by the same steps, so that the difference is the infusion itself.
    before = simulate(lupus, {}, once, [0.0, 14.0], products=[product], stops=[14.0]).values[0, -1]
    after = simulate(lupus, {}, twice, [0.0, 14.0], products=[product], stops=[14.0]).values[0, -1]
    expected = {state: float(np.asarray(share)) * dose for state, share in product.spread.items()}
    for place, state in enumerate(lupus.states.ids):
        if state in expected:
            assert after[place] - before[place] == pytest.approx(expected[state], rel=1e-9)
        else:
            assert after[place] == before[place]
