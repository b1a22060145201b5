"""A drug may be started or stopped at a visit: what a patient was before anything was given must not hang on it."""

from __future__ import annotations

import numpy as np
import pytest

from silicart.simulation import baseline, load_model
from silicart.therapy import BACKGROUND_DRUGS


@pytest.mark.parametrize("disease", ["sle", "mg", "mm"])
def test_no_value_that_is_computed_at_the_start_hangs_on_a_drug(disease: str) -> None:
    """Those with a formula are computed anew when patients go on from a visit: their past would change under them."""
    model = load_model(disease)
    computed = [*sorted(model.formulas), *model.states.ids]
    untreated = baseline(model, {}, computed)
    for drug in BACKGROUND_DRUGS.values():
        if not set(drug.parameters) <= set(model.parameters.ids):
            continue
        treated = baseline(model, dict(drug.parameters), computed)
        moved = [id for id in computed if not np.array_equal(treated[id], untreated[id])]
        assert moved == [], drug.id
