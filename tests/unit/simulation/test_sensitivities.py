"""Sensitivities against finite differences of the same model, through doses and events."""

from __future__ import annotations

import numpy as np
import pytest

from silicart.errors import DoseError, SimulationError
from silicart.network import read_antimony_text
from silicart.simulation import Model, load_model, sensitivities, simulate

TIMES = np.array([0.0, 0.9, 2.1, 4.7, 6.3, 10.0])
SHARE = 1e-4


def differences(model, by, parameters, doses, times, observe):
    """Central differences of order four, of runs so exact that only their step errs."""
    columns = []
    for id in by:
        size = abs(parameters[id]) or 1.0
        moved = parameters[id] + SHARE * size * np.array([-2.0, -1.0, 1.0, 2.0])
        runs = simulate(model, parameters | {id: moved}, doses, times, observe, rtol=1e-12, atol=1e-14).values
        columns.append((runs[0] - 8 * runs[1] + 8 * runs[2] - runs[3]) / (12 * SHARE * size))
    return np.stack(columns, axis=-1)


SITUATIONS = {
    "a rate and an initial value": ("x = 3; x' = -k*x", {"k": 0.5, "x": 3.0}, None),
    "a start that follows from a parameter": ("k = 0.5; x = 2*k^2; y := x*k; x' = -k*x", {"k": 0.5}, None),
    "doses do not move": (
        "x = 0; x' = -k*x^1.5",
        {"k": 0.5},
        {"TIME": [1.0, 4.0], "AMT": [2.0, 3.0], "CMT": ["x", "x"]},
    ),
    "an infusion and a reset": (
        "x = 2*k; x' = -k*x",
        {"k": 0.5},
        {"TIME": [1.0, 5.0], "AMT": [2.0, 0.0], "RATE": [1.5, 0.0], "CMT": ["x", "x"], "EVID": [1, 3]},
    ),
    "an event at a time that is a parameter": (
        "x = 1; x' = -k*x; at time > t1: x = x + k",
        {"k": 0.5, "t1": 3.3},
        None,
    ),
    "an event at a state": (
        "x = 1; y = 0; y' = x; x' = -k*x; at x < c: x = x + 2*k",
        {"k": 0.5, "c": 0.3},
        None,
    ),
    "an input that a parameter switches on and off": (
        "x = 1; x' = -k*x + piecewise(1, time > c && time < 2*c, 0)",
        {"k": 0.5, "c": 2.0},
        None,
    ),
    "a right-hand side that bends at a state": (
        "x = 1; x' = piecewise(-k*x, x > c, -0.1*x)",
        {"k": 0.5, "c": 0.4},
        None,
    ),
    "a delay that depends on a parameter, values of the firing": (
        "x = 1; z = 0; x' = -k*x; at d*k after x < c: z = x*k, x = x + 1",
        {"k": 0.5, "c": 0.4, "d": 1.7},
        None,
    ),
    "a delay that depends on a parameter, values of the execution": (
        "x = 1; z = 0; x' = -k*x; at d*k after x < c, fromTrigger = false: z = x*k + time, x = x + 1",
        {"k": 0.5, "c": 0.4, "d": 1.7},
        None,
    ),
    "a variable that events alone change": (
        "r = 1; x = 0; x' = r - k*x; at x > c: r = r*k",
        {"k": 0.7, "c": 0.6},
        None,
    ),
    "a ball that bounces": (
        "x = 1; v = 0; x' = v; v' = -g; at x < 0: v = -e*v, x = 0",
        {"e": 0.8, "g": 9.81},
        None,
    ),
}


@pytest.mark.parametrize(("body", "parameters", "doses"), SITUATIONS.values(), ids=SITUATIONS)
def test_derivatives_are_those_of_finite_differences(body, parameters, doses):
    values = "; ".join(f"{id} = {value}" for id, value in parameters.items() if f"{id} =" not in body)
    model = Model(read_antimony_text(f"model m; {values}; {body}; end", "m"), "m")
    observe = [*model.states.ids, *model.observables.ids]
    times = np.linspace(0.0, 2.9, 6) if "v" in observe else TIMES
    found = sensitivities(model, list(parameters), parameters, doses, times, observe, rtol=1e-9, atol=1e-12)
    exact = differences(model, list(parameters), parameters, doses, times, observe)
    assert found.status.tolist() == [0]
    assert found.derivatives[0] == pytest.approx(exact, rel=1e-6, abs=1e-6 * np.abs(exact).max())
    plain = simulate(model, parameters, doses, times, observe, rtol=1e-9, atol=1e-12)
    assert found.values == pytest.approx(plain.values, rel=1e-7, abs=1e-9)


def test_patients_differ_and_each_has_his_own_derivative():
    model = Model(read_antimony_text("model m; x = 2; k = 1; x' = -k*x; end", "m"), "m")
    rates = np.array([0.5, 1.0, 2.0])
    found = sensitivities(model, ["k", "x"], {"k": rates}, times=[0.0, 1.5], observe="x")
    assert found.of("x", "k")[:, 1] == pytest.approx(-3.0 * np.exp(-1.5 * rates), rel=1e-5)
    assert found.of("x", "x")[:, 1] == pytest.approx(np.exp(-1.5 * rates), rel=1e-5)
    assert found.to_xarray()["derivative"].sel(by="k", observable="x").shape == (3, 2)


def test_a_parameter_of_zero_has_a_derivative():
    model = Model(read_antimony_text("model m; x = 1; k = 0; x' = -k*x; end", "m"), "m")
    assert sensitivities(model, "k", times=[0.0, 2.0]).of("x", "k")[0, 1] == pytest.approx(-2.0)


@pytest.mark.slow
def test_a_lupus_patient_after_an_infusion():
    model = load_model("sle")
    by = ["k_kill", "T_blood_3"]
    values = {"k_kill": model.parameters["k_kill"].value, "T_blood_3": 1e6}
    doses = {"TIME": [5.0], "AMT": [1e8], "CMT": ["T_blood_3"]}
    times = [0.0, 7.0, 20.0, 60.0]
    found = sensitivities(model, by, values, doses, times, rtol=1e-8).derivatives[0]
    exact = differences(model, by, values, doses, times, model.states.ids)
    largest = np.abs(exact).max(axis=0)
    # A difference of runs knows a state only to its last digits.
    digits = 1e-9 * np.abs(simulate(model, values, doses, times).values[0]).max(axis=0)[:, None] / list(values.values())
    assert (np.abs(found - exact) <= 1e-4 * largest + digits).all()
    assert (largest > 1e4 * digits).sum() > 40


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        (["kk"], "did you mean k"),
        ([], "nothing to vary"),
        (["k", "k"], "cannot be varied"),
        (["y"], "cannot be varied"),
    ],
)
def test_what_cannot_be_varied_is_refused(by, expected):
    model = Model(read_antimony_text("model m; x = 1; k = 1; y := 2*x; x' = -k*x; end", "m"), "m")
    with pytest.raises(SimulationError, match=expected):
        sensitivities(model, by, times=[0.0, 1.0])


def test_a_steady_state_dose_is_refused():
    model = Model(read_antimony_text("model m; x = 0; k = 1; x' = -k*x; end", "m"), "m")
    doses = {"TIME": [0.0], "AMT": [1.0], "CMT": ["x"], "II": [1.0], "SS": [1]}
    with pytest.raises(DoseError, match="steady-state"):
        sensitivities(model, "k", None, doses, [0.0, 1.0])
