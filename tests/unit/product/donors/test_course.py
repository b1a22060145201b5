"""The course of a cell's reporter against its differential equation, and of the share of positive cells."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad, solve_ivp
from scipy.special import ndtr

from silicart.product.donors.course import log_reporter, positivity

VALUES = {
    "reporter_mRNA_decay": 2.5,
    "reporter_loss": 0.7,
    "reporter_division": 0.6,
    "reporter_translation_half_dose": 300.0,
    "reporter_brightness": 20.0,
    "reporter_uptake": 1.7,
    "reporter_transfectable_share": 0.9,
    "expression_scale_log_SD": 0.9,
    "expression_decay_log_SD": 0.8,
}


def values(**changes: float) -> dict[str, np.ndarray]:
    return {id: np.array([value]) for id, value in {**VALUES, **changes}.items()}


def integrated(dose: float, day: float, decay: float, **changes: float) -> float:
    v = {**VALUES, **changes}
    x, capacity = v["reporter_uptake"] * dose, v["reporter_translation_half_dose"]
    loss = v["reporter_loss"] + v["reporter_division"]

    def slope(t: float, y: np.ndarray) -> list[float]:
        mRNA = x * np.exp(-decay * t)
        return [v["reporter_brightness"] / 800.0 * mRNA / (1 + mRNA / capacity) - loss * y[0]]

    found = solve_ivp(slope, (0, day), [0.0], rtol=1e-10, atol=1e-14, method="LSODA")
    return float(np.log(found.y[0, -1]))


@pytest.mark.parametrize("decay", [0.1, 0.7, 1.0, 3.0, 30.0])
@pytest.mark.parametrize(("dose", "day"), [(100.0, 0.5), (400.0, 1.0), (1600.0, 6.0), (3200.0, 12.0)])
def test_a_cell_follows_its_equation(dose: float, day: float, decay: float) -> None:
    found = log_reporter(values(), [dose], [day], np.array([[[decay]]]))[0, 0, 0]
    # Four nodes for the saturation; a few percent of the signal is far below the spread between cells.
    assert found == pytest.approx(integrated(dose, day, decay), abs=0.05)


def test_without_saturation_it_is_the_closed_form() -> None:
    free = {"reporter_translation_half_dose": 1e12}
    day, decay, loss = 3.0, 2.5, 0.7 + 0.6
    found = log_reporter(values(**free), [800.0], [day], np.array([[[decay]]]))[0, 0, 0]
    closed = 20.0 * 1.7 * (np.exp(-loss * day) - np.exp(-decay * day)) / (decay - loss)
    assert found == pytest.approx(np.log(closed), rel=1e-9)


def test_equal_rates_and_long_times_stay_finite() -> None:
    decay = np.array([[[1e-3, 1.3, 1.3 + 1e-12, 500.0]]])
    found = log_reporter(values(), [800.0, 800.0], [1.0, 2000.0], decay)
    assert np.isfinite(found).all()
    assert found[0, 0, 1] == pytest.approx(found[0, 0, 2], abs=1e-4)


@pytest.mark.parametrize(("dose", "day"), [(400.0, 1.0), (400.0, 4.0), (1600.0, 5.0)])
def test_the_quadrature_over_cells_is_within_a_point(dose: float, day: float) -> None:
    def cell(z: float) -> float:
        decay = np.array([[[VALUES["reporter_mRNA_decay"] * np.exp(VALUES["expression_decay_log_SD"] * z)]]])
        signal = log_reporter(values(), [dose], [day], decay)[0, 0, 0]
        return float(ndtr(signal / VALUES["expression_scale_log_SD"]) * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi))

    exact = 0.9 * quad(cell, -6, 6, limit=200)[0]
    assert positivity(values(), [dose], [day]).share[0, 0] == pytest.approx(exact, abs=0.01)


def test_the_slope_is_the_derivative_by_signal() -> None:
    step = 1e-5
    brighter = values(reporter_brightness=20.0 * np.exp(step * VALUES["expression_scale_log_SD"]))
    change = positivity(brighter, [800.0], [3.0]).share - positivity(values(), [800.0], [3.0]).share
    assert positivity(values(), [800.0], [3.0]).slope[0, 0] == pytest.approx(change[0, 0] / step, rel=1e-3)
