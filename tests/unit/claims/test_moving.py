"""Moving a typical value keeps everybody's own deviation from it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from silicart.claims.moving import move_centre
from silicart.evidence import Distribution, load_register


@pytest.mark.parametrize("id", ["BCMA_auto", "f_L", "w_S", "phi_blood"])
@pytest.mark.parametrize("factor", [0.5, 2.0])
def test_moved_values_are_those_that_the_moved_centre_would_have_drawn(id: str, factor: float) -> None:
    entry = load_register()[id]
    spread = entry.uncertainty if entry.variability.is_fixed else entry.variability
    shares = np.linspace(0.01, 0.99, 25)
    moved = move_centre(entry, spread.quantile(entry.value, shares), factor)
    if moved.note is None:
        expected = spread.quantile(entry.value * factor, shares)
        np.testing.assert_allclose(moved.values, expected, rtol=1e-9)
    else:
        assert spread.kind == "logitnormal"
        assert moved.values.max() < spread.upper


def test_a_centre_beyond_its_bound_stops_short_and_is_told() -> None:
    entry = replace(load_register()["f_L"], value=0.9, variability=Distribution("logitnormal", 0.3, between="patients"))
    moved = move_centre(entry, np.array([0.9]), 2.0)
    assert moved.values[0] == pytest.approx(0.98)
    assert moved.note is not None
    assert "0.98" in moved.note


def test_an_additive_value_is_shifted() -> None:
    entry = replace(load_register()["k_kill"], value=10.0, variability=Distribution("normal", 1.0, between="patients"))
    assert move_centre(entry, np.array([9.0, 11.0]), 0.5).values.tolist() == [4.0, 6.0]
