"""How CAR is spread over the cells of a lot follows from the spreads of scale and decay between cells."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from silicart.product import LOT_PARAMETERS, build_lot

VALUES: dict[str, Any] = {
    "delta_m": 1.848,
    "delta_C_product": 0.36,
    "expression_lag": 0.0458,
    "hold_time": 1.0,
    "peak_CAR_fraction": 0.5,
    "expression_scale_log_SD": 0.88,
    "expression_decay_log_SD": 0.91,
    "CAR_threshold": 400.0,
    "c_0": 11700.0,
    "delta_C": 0.3,
    "r_0": 0.9,
}


def simulated_cells(values: dict[str, float], cells: int = 400_000) -> NDArray[np.float64]:
    """CAR per cell, in units of c_0, by integrating the equations of each cell in small steps of time."""
    generator = np.random.default_rng(11)
    scale = np.exp(values["expression_scale_log_SD"] * generator.standard_normal(cells))
    decay = values["delta_m"] * np.exp(values["expression_decay_log_SD"] * generator.standard_normal(cells))
    loss, until = values["delta_C_product"], values["hold_time"] - values["expression_lag"]
    # Exact step of dC/dt = m - loss C while m decays, repeated: no closed form of the whole course is used.
    steps, car, mrna = 400, np.zeros(cells), np.ones(cells)
    for _ in range(steps):
        middle = mrna * np.exp(-decay * until / steps / 2)
        car = car * np.exp(-loss * until / steps) + middle * until / steps * np.exp(-loss * until / steps / 2)
        mrna = mrna * np.exp(-decay * until / steps)
    typical = np.linspace(0, 10, 200_001)
    course = (np.exp(-loss * typical) - np.exp(-values["delta_m"] * typical)) / (values["delta_m"] - loss)
    return np.asarray(scale * car * values["peak_CAR_fraction"] / course.max())


def test_the_register_names_what_a_lot_needs() -> None:
    assert set(VALUES) == set(LOT_PARAMETERS)


@pytest.mark.parametrize("change", [{}, {"hold_time": 0.3}, {"hold_time": 3.0}, {"CAR_threshold": 2000.0}])
def test_class_fractions_are_those_of_simulated_cells(change: dict[str, float]) -> None:
    values = VALUES | change
    cells = simulated_cells(values)
    positive = cells[cells > values["CAR_threshold"] / values["c_0"]]
    classes = np.clip(np.round(-np.log2(positive)), 0, 5)
    lot = build_lot(values)
    counted = np.array([(classes == place).mean() for place in range(6)])
    assert lot.class_fractions == pytest.approx(counted, abs=0.004)
    assert float(lot.above_threshold) == pytest.approx(len(positive) / len(cells), abs=0.004)


@pytest.mark.parametrize("classes", [2, 6, 12])
def test_fractions_add_up_to_one_for_any_number_of_classes(classes: int) -> None:
    fractions = build_lot(VALUES, classes).class_fractions
    assert fractions.shape == (classes,)
    assert fractions.sum() == pytest.approx(1.0)
    assert (fractions >= 0).all()


def test_more_classes_resolve_the_dim_end_and_leave_the_bright_end_alone() -> None:
    six, twelve = build_lot(VALUES).class_fractions, build_lot(VALUES, 12).class_fractions
    assert twelve[:5] == pytest.approx(six[:5])
    assert twelve[5:].sum() == pytest.approx(six[5])


def test_without_spread_of_decay_the_design_fractions_return() -> None:
    # Equations 3 and 4 with the scale alone (log-SD 0.80), as the model description tabulates them for 24 hours.
    values = VALUES | {"expression_scale_log_SD": 0.8, "expression_decay_log_SD": 1e-9, "CAR_threshold": 1.0}
    assert build_lot(values).class_fractions == pytest.approx([0.33, 0.34, 0.24, 0.075, 0.014, 0.001], abs=0.01)


def test_a_longer_hold_leaves_less_translation_and_dimmer_cells() -> None:
    lots = build_lot(VALUES | {"hold_time": np.array([0.5, 1.0, 2.0, 3.0])})
    assert lots.residual_translation[:2].tolist() == [0.9, 0.9]
    assert lots.residual_translation[1] > lots.residual_translation[2] > lots.residual_translation[3]
    assert lots.class_fractions[1, 0] > lots.class_fractions[3, 0]


def test_patients_have_their_own_lots() -> None:
    together = build_lot(VALUES | {"delta_m": np.array([1.2, 1.848]), "c_0": np.array([9000.0, 11700.0])})
    alone = build_lot(VALUES)
    assert together.class_fractions.shape == (2, 6)
    assert np.array_equal(together.class_fractions[1], alone.class_fractions)


def test_equal_rates_are_no_special_case() -> None:
    near = build_lot(VALUES | {"delta_m": 0.36 * (1 + 1e-7)})
    equal = build_lot(VALUES | {"delta_m": 0.36})
    assert equal.class_fractions == pytest.approx(near.class_fractions, abs=1e-6)
