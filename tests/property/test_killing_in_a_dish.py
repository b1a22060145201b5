"""In any dish more effectors, time, CAR or antigen never kill less, and more soluble BCMA never kills more."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from silicart.evidence import load_register
from silicart.product.potency import kill_in_dish
from silicart.product.values import centres

VALUES = centres(load_register())
# Integration stops at a relative error of 1e-6 a step.
NOISE = 2e-5

logs = st.floats(-1.0, 1.0)
ratios = st.floats(0.03, 30.0)
hours = st.floats(1.0, 48.0)
densities = st.floats(20.0, 20_000.0)


@st.composite
def dishes(draw: st.DrawFn) -> dict[str, float]:
    names = ("k_kill", "n_50", "K_2", "half_saturation_dish", "half_drive_dish", "targets_dish", "g_dish")
    return VALUES | {name: VALUES[name] * float(np.exp(draw(logs))) for name in names}


def rises(read: np.ndarray) -> bool:
    return bool((np.diff(read, axis=0) >= -NOISE).all())


@pytest.fixture(scope="module", autouse=True)
def _compiled() -> None:
    kill_in_dish(VALUES, effector_to_target=1.0)


@given(dish=dishes(), hours=hours, density=densities)
@settings(max_examples=40)
def test_more_effectors_never_kill_less(dish: dict[str, float], hours: float, density: float) -> None:
    grid = np.geomspace(0.01, 50.0, 9)
    assert rises(kill_in_dish(dish, effector_to_target=grid, hours=hours, antigen_density=density).specific_lysis)


@given(dish=dishes(), ratio=ratios, density=densities)
@settings(max_examples=40)
def test_more_time_never_kills_less(dish: dict[str, float], ratio: float, density: float) -> None:
    grid = np.linspace(2.0, 96.0, 9)
    assert rises(kill_in_dish(dish, effector_to_target=ratio, hours=grid, antigen_density=density).specific_lysis)


@given(dish=dishes(), ratio=ratios, hours=hours, density=densities)
@settings(max_examples=40)
def test_more_car_never_kills_less(dish: dict[str, float], ratio: float, hours: float, density: float) -> None:
    integrated = np.geomspace(50.0, 50_000.0, 9)
    read = kill_in_dish(
        dish, effector_to_target=ratio, hours=hours, antigen_density=density, car_per_cell=integrated
    ).specific_lysis
    assert rises(read)
    # A cell of a higher expression class kills at least as well as one of a lower class.
    read = kill_in_dish(
        dish, effector_to_target=ratio, hours=hours, antigen_density=density, class_fractions=np.eye(6)[::-1]
    ).specific_lysis
    assert rises(read)


@given(dish=dishes(), ratio=ratios, hours=hours)
@settings(max_examples=40)
def test_more_antigen_never_kills_less(dish: dict[str, float], ratio: float, hours: float) -> None:
    grid = np.geomspace(10.0, 20_000.0, 9)
    assert rises(kill_in_dish(dish, effector_to_target=ratio, hours=hours, antigen_density=grid).specific_lysis)


@given(dish=dishes(), ratio=ratios, hours=hours, density=densities)
@settings(max_examples=40)
def test_more_soluble_bcma_never_kills_more(dish: dict[str, float], ratio: float, hours: float, density: float) -> None:
    grid = np.array([0.0, 10.0, 100.0, 1e3, 1e4, 1e5])
    lots = [[0.33, 0.26, 0.22, 0.13, 0.05, 0.01]]
    for cells in ({}, {"class_fractions": lots}):
        read = kill_in_dish(
            dish, effector_to_target=ratio, hours=hours, antigen_density=density, soluble_BCMA=grid, **cells
        ).specific_lysis
        assert rises(-read)
