"""Each patient fails alone, with time, state and reason; all others finish with the bits that they have alone."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from silicart.errors import SimulationError
from silicart.kernel.state import ENDLESS_EVENTS, NON_FINITE, STEP_LIMIT, STEP_UNDERFLOW, TOO_MANY_WAITING
from silicart.network import read_antimony_text
from silicart.simulation import REASONS, Model, Trajectories, simulate


@dataclass(frozen=True)
class Fault:
    """A model in which `sick` values of a parameter fail as said, and `well` ones do not.

    `time` is when the solution ends; `doses`, `times` and `options` go to `simulate`.
    """

    name: str
    text: str
    parameter: str
    sick: tuple[float, ...]
    well: tuple[float, ...]
    status: int
    state: str
    time: tuple[float, ...] | None = None
    times: tuple[float, ...] = (0.0, 1.0, 2.0)
    doses: dict[str, list[Any]] | None = None
    max_steps: int = 100_000


FAULTS = [
    Fault(
        "a solution that leaves in finite time",
        "x = 1; y = 1; x' = x^2; y' = -y",
        "x", (1.0, 2.0, 1e5, 1e10), (0.001, 0.1, -5.0), STEP_UNDERFLOW, "x", (1.0, 0.5, 1e-5, 1e-10),
    ),
    Fault(
        "the same beside a large state that rests",
        "x = 1; y = 1e12; x' = x^3; y' = -y",
        "x", (1.0, 10.0), (0.1, 0.0), STEP_UNDERFLOW, "x", (0.5, 0.005),
    ),
    Fault(
        "a solution that leaves exponentially steeply",
        "x = 0; y = 1; x' = exp(x); y' = -y", "x", (0.0, 3.0), (-5.0,), STEP_UNDERFLOW, "x", (1.0, math.exp(-3.0)),
    ),
    Fault(
        "growth beyond all numbers", "x = 1; k = 1; y = 1; x' = k*x; y' = -y",
        "k", (600.0, 1e5, 1e20), (1.0, 100.0, -1e20), NON_FINITE, "x", None,
    ),
    Fault(
        "a rate that adds up to more than a number holds", "x = 0; k = 1; y = 1; x' = k; y' = -y",
        "k", (1e307, -1e307), (1.0, 1e300), NON_FINITE, "x", (17.97693, 17.97693), times=(0.0, 1.0, 100.0),
    ),
    Fault(
        "a stiff explosion", "x = 1; y = 1; k = 1; x' = k*x; y' = -1e10*(y - x)",
        "k", (1e10, 1e6), (1.0, -1e10), NON_FINITE, "x", None,
    ),
    Fault(
        "division by zero from the start", "x = 1; y = 1; k = 1; x' = -x/k; y' = -y",
        "k", (0.0,), (1.0, 1e-20, 1e20), NON_FINITE, "x", (0.0,),
    ),
    Fault(
        "division by zero on the way", "x = 1; y = 1; x' = -1/x; y' = -y",
        "x", (1.0, 0.5), (3.0,), STEP_UNDERFLOW, "x", (0.5, 0.125),
    ),
    Fault(
        "a pole in time", "k = 1; y = 0; z = 1; y' = 1/(time - k)^2; z' = -z",
        "k", (1.3, 0.7), (5.0, -1.0), STEP_UNDERFLOW, "y", (1.3, 0.7),
    ),
    Fault(
        "a pole at an output time", "k = 1; y = 0; z = 1; y' = 1/(time - k); z' = -z",
        "k", (1.0,), (5.0, -1.0), STEP_UNDERFLOW, "y", (1.0,),
    ),
    Fault(
        "the tangent at its pole", "x = 0; y = 0; k = 1; x' = k; y' = tan(x)",
        "k", (1.0,), (0.1,), STEP_UNDERFLOW, "y", (math.pi / 2,),
    ),
    Fault(
        "a negative power of zero from the start", "x = 1; y = 1; x' = -x; y' = x^(-2)",
        "x", (0.0,), (1.0, 1e20), NON_FINITE, "y", (0.0,),
    ),
    Fault(
        "a negative broken power of zero", "x = 1; y = 1; n = 1; x' = 0; y' = (x - 1)^n",
        "n", (-0.5, -1.7, -1e20), (0.5, 2.0, 1e20), NON_FINITE, "y", (0.0, 0.0, 0.0),
    ),
    Fault(
        "the logarithm of a negative number", "x = 1; y = 1; k = 1; x' = -k; y' = ln(x)",
        "k", (1.0, 2.0), (0.0, 0.1, -1.0), NON_FINITE, "y", (1.0, 0.5),
    ),
    Fault(
        "the root of a negative number", "x = 1; y = 1; k = 1; x' = -k; y' = sqrt(x)",
        "k", (1.0, 2.0), (0.0, 0.1, -1.0), NON_FINITE, "y", (1.0, 0.5),
    ),
    Fault(
        "an arcsine beyond one", "x = 0; y = 0; k = 1; x' = k; y' = asin(x)",
        "k", (1.0, -2.0), (0.1,), NON_FINITE, "y", (1.0, 0.5),
    ),
    Fault(
        "no number behind a maximum, first", "x = 1; y = 1; z = 5; k = 1; x' = max(ln(y - 0.5), z*y); z' = 0; y' = -k",
        "k", (1.0,), (0.0, 0.1), NON_FINITE, "x", (0.5,),
    ),
    Fault(
        "no number behind a minimum, second", "x = 1; y = 1; z = 5; k = 1; x' = min(z*y, ln(y - 0.5)); z' = 0; y' = -k",
        "k", (1.0,), (0.0, 0.1), NON_FINITE, "x", (0.5,),
    ),
    Fault(
        "no number from a parameter behind a maximum", "x = 1; n = 1; y = 1; x' = max(ln(n), x - 5); y' = -y",
        "n", (-1.0,), (1.0, 0.0), NON_FINITE, "x", (0.0,),
    ),
    Fault(
        "no number behind a clip", "x = 1; y = 1; k = 1; x' = max(0, min(1, ln(y - 0.5))); y' = -k",
        "k", (1.0,), (0.0, 0.1), NON_FINITE, "x", (0.5,),
    ),
    Fault(
        "an initial value that does not exist", "k = 1; x = ln(k); y = 1; x' = -x; y' = -y",
        "k", (-1.0, 0.0), (1.0, 1e20), NON_FINITE, "x", (0.0, 0.0),
    ),
    Fault(
        "a dose too large to be squared", "x = 1; y = 1; k = 0; x' = -k*x^2; y' = -y",
        "k", (1.0,), (), NON_FINITE, "x", (1.0,), doses={"TIME": [1.0], "AMT": [1e300], "CMT": ["x"]},
    ),
    Fault(
        "too many steps", "x = 1; v = 0; k = 1; x' = v; v' = -k*x",
        "k", (1e14,), (1.0,), STEP_LIMIT, "v", None, max_steps=1000,
    ),
    Fault(
        "a right-hand side that switches without end", "x = 1; k = 1; x' = k + piecewise(-1, x > 0, 1)",
        "k", (0.0,), (), STEP_LIMIT, "x", None, max_steps=2000,
    ),
    Fault(
        "a ball that bounces ever faster",
        "h = 1; v = 0; e = 1; h' = v; v' = -9.81; E: at h < 0 && v < 0: h = 0, v = -e*v",
        "e", (0.5, 0.8), (1.0,), ENDLESS_EVENTS, "v", (1.354571, 4.063713), times=(0.0, 1.0, 2.0, 5.0),
    ),
    Fault(
        "a ball that does not bounce at all",
        "h = 1; v = 0; e = 1; h' = v; v' = -9.81; E: at h < 0 && v < 0: h = 0, v = -e*v",
        "e", (0.0,), (1.0,), ENDLESS_EVENTS, "v", (0.451524,),
    ),
    Fault(
        "events that trigger each other without end",
        "x = 0; a = 0; b = 1; k = 1; x' = k; A: at x > 1 && a < b: a = b + 1; B: at x > 1 && b < a: b = a + 1",
        "k", (1.0, 2.0), (0.1, 0.0, -1.0), ENDLESS_EVENTS, "x", (1.0, 0.5),
    ),
    Fault(
        "events that follow each other ever closer", "x = 0; n = 1; k = 1; x' = k; E: at x > 1 - 1/n: n = n + 1",
        "k", (1.0, 2.0), (0.1, 0.0), ENDLESS_EVENTS, "x", (1.0, 0.5),
    ),
    Fault(
        "an event that ends each step", "c = 0; n = 0; k = 1; c' = 1; E: at c > k: c = 0, n = n + 1",
        "k", (1e-4, 2e-5), (1.0, 0.1), STEP_LIMIT, "c", None, max_steps=2000,
    ),
    Fault(
        "delayed events that pile up", "x = 0; n = 0; k = 1; x' = 1; E: at 10 after sin(k*time) > 0: n = n + 1",
        "k", (1000.0,), (1.0,), TOO_MANY_WAITING, "x", None,
    ),
    Fault(
        "an event that sets a state to no number", "x = 1; k = 1; x' = -x; E: at time > 1: x = ln(k)",
        "k", (-1.0, 0.0), (1.0, 2.0), NON_FINITE, "x", (1.0, 1.0),
    ),
    Fault(
        "an event that sets a state beyond all numbers", "x = 1; k = 1; x' = -x; E: at time > 1: x = x*1e308*k",
        "k", (100.0,), (1e-300,), NON_FINITE, "x", (1.0,),
    ),
    Fault(
        "an event whose delay is no number", "x = 1; k = 1; x' = -x; E: at ln(k) after time > 1: x = 5",
        "k", (-1.0,), (1.0, 2.0), NON_FINITE, "x", (1.0,),
    ),
]  # fmt: skip


def run(fault: Fault, values: tuple[float, ...]) -> Trajectories:
    model = Model(read_antimony_text(f"model m\n{fault.text}\nend", "test"), "test")
    parameters = {fault.parameter: np.array(values)}
    return simulate(model, parameters, fault.doses, fault.times, max_steps=fault.max_steps)


def bits(array: np.ndarray[Any, Any]) -> list[int]:
    found: list[int] = np.where(np.isnan(array), np.nan, array).view(np.int64).ravel().tolist()
    return found


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_is_of_one_patient(fault: Fault) -> None:
    # Mixed, so that sick and well share their lanes.
    values = tuple(
        value for pair in zip(fault.sick * 5, (fault.well or fault.sick) * 5, strict=False) for value in pair
    )
    together = run(fault, values)
    sick = np.isin(values, fault.sick)
    assert together.status[sick].tolist() == [fault.status] * int(sick.sum())
    assert (together.status[~sick] == 0).all()
    failures = together.failures
    assert set(failures["reason"]) == {REASONS[fault.status]}
    assert set(failures["state"]) == {fault.state}
    assert np.isnan(together.values[sick][:, -1]).all()
    if fault.time is not None:
        expected = [dict(zip(fault.sick, fault.time, strict=True))[value] for value in np.array(values)[sick].tolist()]
        assert together.failed_time[sick] == pytest.approx(expected, rel=1e-3, abs=1e-12)
    for value in fault.well:
        alone = run(fault, (value,))
        for row in np.flatnonzero(np.array(values) == value):
            assert bits(together.values[row]) == bits(alone.values[0])
            assert together.steps[row] == alone.steps[0]
            assert np.isfinite(together.values[row]).all()


def test_doses_that_add_up_to_more_than_a_number_holds() -> None:
    model = Model(read_antimony_text("model m; x = 1; y = 1; x' = -x; y' = -y; end", "test"), "test")
    for last in (2.0, 3.0):
        doses = {"ID": [1, 1], "TIME": [2.0, 2.0], "AMT": [1.5e308, 1.5e308], "CMT": ["x", "x"]}
        result = simulate(model, {"x": [1.0, 1.0, 1.0]}, doses, np.arange(last + 1.0))
        assert result.status.tolist() == [0, NON_FINITE, 0]
        assert result.failed_time[1] == 2.0
        assert result.failed_state[1] == "x"
        # No value is shown of the time at which the patient was lost.
        assert np.isnan(result.values[1, 2:]).all()
        assert np.isfinite(result.values[1, :2]).all()
        assert bits(result.values[0]) == bits(result.values[2])


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_parameters_that_are_no_numbers_are_refused_before(value: float) -> None:
    model = Model(read_antimony_text("model m; k = 1; x = 1; x' = -k*x; end", "test"), "test")
    with pytest.raises(SimulationError, match="k is not finite"):
        simulate(model, {"k": [1.0, value]}, times=[0.0, 1.0])


def test_not_a_number_in_what_is_observed_alone_is_no_failure() -> None:
    model = Model(read_antimony_text("model m; k = 1; x = 1; x' = -k; z := ln(x - 0.5); end", "test"), "test")
    result = simulate(model, {"k": [1.0, 0.0]}, times=[0.0, 1.0], observe=("x", "z"))
    assert result.status.tolist() == [0, 0]
    assert np.isnan(result["z"][0, 1])
    assert result["z"][1, 1] == pytest.approx(math.log(0.5))


SCALES = [
    ("from 1e-20 to 1e20", "a = 1e-20; b = 1e20; a' = -a; b' = -b*a*1e20", "a", math.exp(-1.0) * 1e-20),
    ("a rate of 1e20", "a = 1; k = 1e20; b = 0; a' = -k*a; b' = k*a", "b", 1.0),
    ("a rate of 1e-20", "a = 1; k = 1e-20; a' = -k*a", "a", 1.0),
    ("an amount of 1e300", "a = 1e300; a' = -a", "a", math.exp(-1.0) * 1e300),
    ("an amount of 1e-190", "a = 1e-190; a' = -a", "a", math.exp(-1.0) * 1e-190),
]


@pytest.mark.parametrize(("name", "text", "state", "expected"), SCALES, ids=[scale[0] for scale in SCALES])
def test_extreme_scales_are_no_failure(name: str, text: str, state: str, expected: float) -> None:
    model = Model(read_antimony_text(f"model m\n{text}\nend", "test"), "test")
    result = simulate(model, None, None, [0.0, 1.0])
    assert result.status.tolist() == [0]
    assert result[state][0, 1] == pytest.approx(expected, rel=2e-5)


CLOCKS = [
    [1e12, 1e12 + 1.0, 2e12],
    [-1e12, 0.0, 1.0],
    [0.0, 1e300],
    [0.0, 1e-12, 1e-11],
    [1.0, 1.0 + 1e-12, 1.0 + 1e-11],
    [1.0, math.nextafter(1.0, 2.0)],
    [0.0, 5e-324, 1.0],
]


@pytest.mark.parametrize("times", CLOCKS, ids=str)
def test_extreme_times_are_no_failure(times: list[float]) -> None:
    """x' = 1 - k x, with rates that make the way long or short, against the solution."""
    model = Model(read_antimony_text("model m; k = 1; x = 0; x' = 1 - k*x; end", "test"), "test")
    rates = np.array([1.0, 1e-12, 1e12])
    result = simulate(model, {"k": rates}, None, times, atol=1e-18)
    assert result.status.tolist() == [0, 0, 0]
    passed = np.array(times) - times[0]
    with np.errstate(over="ignore"):
        exact = -np.expm1(-rates[:, None] * passed) / rates[:, None]
    # A time is known to its last digits only, and x moves as fast as time does.
    assert result["x"] == pytest.approx(exact, rel=1e-5, abs=4.0 * math.ulp(times[0] or 1e-300))


@pytest.mark.parametrize(("rtol", "atol"), [(1e-13, 1e-300), (1e-13, None), (0.1, None), (1e-6, 1e300), (1e-6, 1e-300)])
def test_extreme_tolerances_are_no_failure(rtol: float, atol: float | None) -> None:
    model = Model(read_antimony_text("model m; k = 1; x = 1; y = 1; x' = -k*x; y' = x - y; end", "test"), "test")
    result = simulate(model, {"k": [1.0, 1000.0]}, None, [0.0, 1.0], rtol=rtol, atol=atol)
    assert result.status.tolist() == [0, 0]
    if atol != 1e300:
        assert result["x"][0, 1] == pytest.approx(math.exp(-1.0), rel=max(10 * rtol, 1e-12))


def test_what_falls_below_the_smallest_numbers_vanishes() -> None:
    model = Model(read_antimony_text("model m; k = 1; x = 1; y = 1; x' = -k*x; y' = -1e-9*y; end", "test"), "test")
    result = simulate(model, {"k": [1e3, 1.0]}, None, [0.0, 1.0, 1000.0], atol=1e-300)
    assert result.status.tolist() == [0, 0]
    assert result["x"][:, 2].tolist() == [0.0, 0.0]
