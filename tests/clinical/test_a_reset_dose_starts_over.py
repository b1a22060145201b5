"""EVID 3 and 4 bring the patient back to the start: nothing of what was given before is left."""

from __future__ import annotations

import numpy as np
import pytest

from silicart.simulation import Model, simulate


def test_a_reset_dose_starts_over(clearance: Model) -> None:
    times = np.arange(0.0, 11.0)
    patients = {"V_max": [2.0, 3.0]}
    fresh = simulate(clearance, patients, {"TIME": [0.0], "AMT": [10.0], "CMT": ["gut"]}, times)
    table = {"TIME": [0.0, 20.0], "AMT": [77.0, 10.0], "CMT": ["gut", "gut"], "EVID": [1, 4]}
    again = simulate(clearance, patients, table, np.r_[0.0, 20.0 + times])
    assert again.values[:, 1:] == pytest.approx(fresh.values, rel=1e-6, abs=1e-8)


def test_a_reset_ends_infusions_and_the_rest_of_the_course(bag: Model) -> None:
    table = {
        "TIME": [0.0, 0.0, 3.0],
        "AMT": [10.0, 1.0, 0.0],
        "CMT": ["A", "A", "A"],
        "RATE": [1.0, 0.0, 0.0],
        "II": [0.0, 2.0, 0.0],
        "ADDL": [0, 9, 0],
        "EVID": [1, 1, 3],
    }
    result = simulate(bag, {}, table, [0.0, 2.0, 3.0, 8.0])
    assert result["A"][0] == pytest.approx([1.0, 4.0, 0.0, 0.0], rel=1e-9)


def test_a_reset_goes_back_to_the_patients_own_initial_state(bag: Model) -> None:
    result = simulate(
        bag,
        {"A": [3.0, 5.0]},
        {"TIME": [1.0, 2.0], "AMT": [4.0, 0.0], "CMT": ["A", "A"], "EVID": [1, 3]},
        [0.0, 1.0, 2.0],
    )
    assert result["A"].tolist() == [[3.0, 7.0, 3.0], [5.0, 9.0, 5.0]]
