"""CAR molecules from the last vial into the patient model: what leaves the lot is in a class, or has a name."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from silicart.evidence import load_register
from silicart.product import build_product, load_process, load_products, make_lot, with_settings
from silicart.product.values import centres
from silicart.simulation import load_model, simulate

VALUES: dict[str, Any] = centres(load_register())
CHANGED = ("delta_m", "delta_C", "peak_CAR_fraction", "thaw_CAR_retention", "CAR_threshold", "division_rate")


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    name=st.sampled_from(["mrna_lnp_bcma", "electroporated_mrna_bcma"]),
    dose=st.floats(0.05, 10.0), hold=st.floats(6.0, 96.0), changes=st.tuples(*(st.floats(0.6, 1.05) for _ in CHANGED)),
)  # fmt: skip
def test_molecules_are_conserved_into_the_patient(
    name: str, dose: float, hold: float, changes: tuple[float, ...]
) -> None:
    values = VALUES | {name: VALUES[name] * change for name, change in zip(CHANGED, changes, strict=True)}
    values["thaw_CAR_retention"] = min(values["thaw_CAR_retention"], 1.0)
    process = with_settings(load_process(name.replace("_", "-")), {"delivery.dose": dose, "hold.hours": hold})
    product = build_product(load_products()[name], values, process=process)
    lot = product.lot
    assert lot is not None
    assert lot.infusion is not None
    account = lot.infusion.CAR
    assert float(account.brought) == float(lot.balance[-1].CAR.out)
    turned = float(account.brought + account.made)
    assert abs(float(account.unexplained())) <= 1e-9 * turned
    assert all(float(lost) >= -1e-9 * turned for cause, lost in account.lost.items() if cause != "nearest class")
    # The nearest class errs by at most a factor of the square root of two, except below the last one.
    assert abs(float(account.lost["nearest class"])) < 0.15 * turned
    # The patient model holds exactly what the account says, for a dose of the whole lot.
    model = load_model("sle")
    given = {"TIME": [0.0], "AMT": [float(lot.attributes["CAR_positive_cells"])], "CMT": [product.id]}
    states = [f"T_blood_{place}" for place in range(6)]
    course = simulate(model, {"c_0": values["c_0"]}, given, [0.0], states, products=[product])
    held = sum(float(course[state][0, 0]) * values["c_0"] / 2**place for place, state in enumerate(states))
    assert held == pytest.approx(float(account.out), rel=1e-9)


def test_a_lot_given_early_brings_cells_that_are_not_yet_counted() -> None:
    early, late = (make_lot(load_process("mrna-lnp-bcma"), VALUES, **{"hold.hours": hold}) for hold in (6, 72))
    assert float(early.attributes["CAR_median"]) < float(late.attributes["CAR_median"])
    brought = [float(np.sum(lot.class_fractions / 2.0 ** np.arange(6))) for lot in (early, late)]
    assert brought[0] > 1.5 * brought[1]
    assert float(early.class_fractions.sum()) > 1.0
