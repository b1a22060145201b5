"""SS says what a long course does: saturable clearance has no closed form that could be used instead."""

from __future__ import annotations

import numpy as np
import pytest

from silicart.simulation import Model, simulate


@pytest.mark.parametrize("rate", [0.0, 2.0, 0.9])
def test_steady_state_dosing_equals_a_long_course(clearance: Model, rate: float) -> None:
    course = {"AMT": [10.0], "CMT": ["gut"], "II": [6.0], "RATE": [rate]}
    after = np.array([0.0, 0.5, 2.0, 5.9, 6.0, 20.0])
    patients = {"V_max": [2.2, 3.0, 4.0]}
    steady = simulate(clearance, patients, {**course, "TIME": [50.0], "SS": [1], "ADDL": [9]}, np.r_[0.0, 50.0 + after])
    long = simulate(clearance, patients, {**course, "TIME": [0.0], "ADDL": [300]}, np.r_[0.0, 1200.0 + after])
    assert steady["blood"][:, 1:] == pytest.approx(long["blood"][:, 1:], rel=1e-5)


def test_a_product_may_be_given_at_steady_state(clearance: Model) -> None:
    product = {"mixed": {"gut": 0.6, "blood": 0.2}}
    course = {"AMT": [10.0], "CMT": ["mixed"], "II": [6.0]}
    steady = simulate(clearance, {}, {**course, "TIME": [50.0], "SS": [1]}, [0.0, 50.0, 53.0], products=product)
    long = simulate(clearance, {}, {**course, "TIME": [0.0], "ADDL": [300]}, [0.0, 1200.0, 1203.0], products=product)
    assert steady["blood"][0, 1:] == pytest.approx(long["blood"][0, 1:], rel=1e-5)
