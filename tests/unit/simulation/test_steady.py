"""Steady-state doses: the patient stands where a course that never ends has brought it."""

from __future__ import annotations

import numpy as np
import pytest

from silicart.errors import DoseError
from silicart.network import read_antimony_text
from silicart.simulation import REASONS, Model, simulate
from silicart.simulation.trajectories import UNSETTLED


def single(extra: str = "") -> Model:
    return Model(read_antimony_text(f"model m; A = 2; k = 0.1; A' = -k*A; {extra} end", "m"), "m")


def test_bolus_doses_reach_the_exact_trough_and_peak() -> None:
    rates = np.array([0.05, 0.1, 0.5])
    doses = {"TIME": [5.0], "AMT": [10.0], "CMT": ["A"], "II": [4.0], "SS": [1]}
    result = simulate(single(), {"k": rates}, doses, [0.0, 5.0, 8.0])
    peak = 10.0 / (1.0 - np.exp(-4.0 * rates))
    assert result["A"][:, 1] == pytest.approx(peak, rel=1e-6)
    assert result["A"][:, 2] == pytest.approx(peak * np.exp(-3.0 * rates), rel=1e-6)


@pytest.mark.parametrize("rate", [0.9, 1.0, 2.5, 5.0])
def test_infusions_of_any_length_equal_a_long_course(rate: float) -> None:
    course = {"AMT": [10.0], "CMT": ["A"], "II": [4.0], "RATE": [rate]}
    after = np.array([0.0, 1.0, 2.0, 3.5, 9.0])
    steady = simulate(single(), {"k": [0.1, 0.5]}, {**course, "TIME": [5.0], "SS": [1], "ADDL": [9]}, 5.0 + after)
    long = simulate(single(), {"k": [0.1, 0.5]}, {**course, "TIME": [0.0], "ADDL": [500]}, np.r_[0.0, 800.0 + after])
    assert steady["A"] == pytest.approx(long["A"][:, 1:], rel=1e-5)


def test_it_replaces_whatever_was_there_before() -> None:
    doses = {
        "TIME": [0.0, 5.0],
        "AMT": [1e6, 10.0],
        "CMT": ["A", "A"],
        "RATE": [1e4, 0.0],
        "II": [0.0, 4.0],
        "SS": [0, 1],
    }
    doses["ADDL"] = [0, 0]
    alone = {name: values[1:] for name, values in doses.items()}
    times = [0.0, 5.0, 6.0, 50.0]
    assert simulate(single(), {}, doses, times)["A"][0, 1:] == pytest.approx(
        simulate(single(), {}, alone, times)["A"][0, 1:], rel=1e-9
    )


def test_a_mere_integral_counts_from_the_initial_value() -> None:
    model = single("exposure = 0; exposure' = A;")
    doses = {"TIME": [5.0], "AMT": [10.0], "CMT": ["A"], "II": [4.0], "SS": [1]}
    result = simulate(model, {}, doses, [0.0, 5.0, 9.0], rtol=1e-8)
    # Over one interval of a steady state, elimination balances the dose: k * exposure = dose.
    assert result["exposure"][0, 1] == 0.0
    assert result["exposure"][0, 2] == pytest.approx(10.0 / 0.1, rel=1e-6)


def test_a_patients_steady_state_does_not_depend_on_the_others() -> None:
    doses = {"TIME": [5.0], "AMT": [10.0], "CMT": ["A"], "II": [4.0], "SS": [1]}
    together = simulate(single(), {"k": [0.02, 0.1, 0.5]}, doses, [0.0, 6.0], chunk=2, threads=2)
    alone = simulate(single(), {"k": [0.1]}, doses, [0.0, 6.0])
    assert np.array_equal(together.values[1], alone.values[0])


def test_a_run_may_be_split_after_a_steady_state() -> None:
    doses = {"TIME": [5.0], "AMT": [10.0], "CMT": ["A"], "II": [4.0], "SS": [1], "ADDL": [5]}
    whole = simulate(single(), {"k": [0.1, 0.5]}, doses, [0.0, 10.0, 20.0], stops=[10.0])
    first = simulate(single(), {"k": [0.1, 0.5]}, doses, [0.0, 10.0])
    second = simulate(single(), {"k": [0.1, 0.5]}, doses, [10.0, 20.0], resume=first.state)
    assert np.array_equal(second.values[:, 1], whole.values[:, 2])


def test_a_course_that_does_not_settle_is_a_status() -> None:
    doses = {"TIME": [5.0], "AMT": [10.0], "CMT": ["A"], "II": [4.0], "SS": [1]}
    result = simulate(single(), {"k": [0.1, 0.0]}, doses, [0.0, 4.0, 5.0, 6.0])
    assert result.status.tolist() == [0, UNSETTLED]
    assert np.isfinite(result.values[1, :2]).all()
    assert np.isnan(result.values[1, 2:]).all()
    assert result.failures["reason"].tolist() == [REASONS[UNSETTLED]]
    assert result.failures["time"].tolist() == [5.0]


def test_a_model_that_depends_on_time_has_no_steady_state() -> None:
    model = single("C = 0; C' = A*time;")
    with pytest.raises(DoseError, match="depends on time"):
        simulate(model, {}, {"TIME": [5.0], "AMT": [10.0], "CMT": ["A"], "II": [4.0], "SS": [1]}, [0.0, 6.0])
