"""Molecules are conserved through delivery, wash, division, hold and cold, for any dose, times and rates."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from silicart.evidence import load_register
from silicart.product.delivery import CARRIERS, Expression, copies_per_cell, express
from silicart.product.values import centres

VALUES: dict[str, Any] = centres(load_register())

RATES = (
    "k_uptake", "k_endosome", "endosomal_escape", "electroporation_entry", "delta_m", "delta_C_product",
    "division_rate", "expression_lag", "persistence_ratio_electroporation",
)  # fmt: skip


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """Values around those of the register, and the settings of a delivery."""
    values = dict(VALUES)
    for id in RATES:
        values[id] = VALUES[id] * draw(st.floats(0.2, 3.0))
    values["uptake_saturation"] = draw(st.floats(0.0, 2.0))
    values["division_pause_lnp"] = draw(st.floats(0.0, 2.0))
    values["cold_rate_factor"] = draw(st.floats(0.0, 0.3))
    hours = st.floats(0.0, 120.0)
    chosen = {
        "carrier": draw(st.sampled_from(CARRIERS)),
        "dose": draw(st.floats(0.001, 20.0)),
        "exposure_hours": draw(st.none() | hours),
        "culture_hours": draw(hours),
        "cold_hours": draw(hours),
        "efficiency": draw(st.floats(0.0, 1.0)),
    }
    return values, chosen


def places_of_mrna(lot: Expression) -> np.ndarray[Any, np.dtype[np.float64]]:
    return lot.mRNA_outside + lot.mRNA_washed + lot.mRNA_endosomal + lot.mRNA_degraded + lot.mRNA_cytosolic


@settings(max_examples=60, deadline=None, derandomize=True)
@given(deliveries())
def test_molecules_are_conserved(delivery: tuple[dict[str, Any], dict[str, Any]]) -> None:
    values, chosen = delivery
    lot = express(values, **chosen)
    brought = copies_per_cell(chosen["dose"], values["mRNA_length"])
    assert float(lot.mRNA_brought) == pytest.approx(float(brought), rel=1e-12)
    assert float(places_of_mrna(lot)) == pytest.approx(float(brought), rel=1e-9)
    placed = lot.CAR_surface + lot.CAR_nascent + lot.CAR_lost
    assert float(placed) == pytest.approx(float(lot.CAR_made), rel=1e-9, abs=1e-9)
    for amount in (lot.CAR_surface, lot.CAR_nascent, lot.CAR_lost, lot.mRNA_endosomal, lot.mRNA_cytosolic):
        assert float(amount) >= -1e-6
    # What a founder's descendants carry together is what the founder's account says.
    assert float(lot.mean() * lot.descendants) == pytest.approx(float(lot.CAR_surface), rel=1e-9, abs=1e-9)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(deliveries(), st.floats(0.1, 2.0))
def test_division_moves_no_molecule(delivery: tuple[dict[str, Any], dict[str, Any]], rate: float) -> None:
    values, chosen = delivery
    resting, dividing = (express(values | {"division_rate": each}, **chosen) for each in (0.0, rate))
    # The scale of translation follows the peak of a dividing cell, so amounts are compared per unit of it.
    for name in ("CAR_made", "CAR_surface", "CAR_nascent", "CAR_lost"):
        first, second = (getattr(lot, name) / lot.translation for lot in (resting, dividing))
        assert float(first) == pytest.approx(float(second), rel=1e-5, abs=1e-3)
    assert float(resting.mRNA_cytosolic) == pytest.approx(float(dividing.mRNA_cytosolic), rel=1e-5, abs=1e-3)
    assert float(dividing.descendants) >= float(resting.descendants) == 1.0
