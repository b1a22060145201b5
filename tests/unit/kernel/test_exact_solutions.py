"""The compiled kernel against equations whose solution is known."""

from __future__ import annotations

import numpy as np
import pytest

from silicart.kernel import ADD, RATE, RESET, STOP, EventProgram, Kernel, compile_kernel
from silicart.network.reader import read_antimony_text
from silicart.symbolic import build_system


def kernel(text: str, observables: tuple[str, ...], overrides: frozenset[str] = frozenset()) -> Kernel:
    return compile_kernel(build_system(read_antimony_text(text, "test"), overrides), observables)


DECAY = "model m\n k = 0.5; x = 2; x' = -k*x\nend"


def test_exponential_decay_for_many_patients() -> None:
    k = np.linspace(0.1, 30.0, 37)[:, None]
    times = np.linspace(0.0, 10.0, 21)
    result = kernel(DECAY, ("x",)).run(k, times, rtol=1e-9, atol=1e-12)
    assert (result.status == 0).all()
    assert np.abs(result.values[:, :, 0] - 2.0 * np.exp(-k * times)).max() < 1e-8


def test_initial_conditions_hold_at_the_first_time() -> None:
    result = kernel(DECAY, ("x",)).run([[0.5]], [5.0, 6.0], rtol=1e-9, atol=1e-12)
    assert result.values[0, 0, 0] == 2.0
    assert result.values[0, 1, 0] == pytest.approx(2.0 * np.exp(-0.5), rel=1e-8)


def test_time_in_the_right_hand_side_keeps_the_order() -> None:
    text = "model m\n w = 1; x = 1; x' = -50*(x - cos(w*time)) - w*sin(w*time)\n e := x - cos(w*time)\nend"
    run = kernel(text, ("e",)).run
    errors = [np.abs(run([[1.0]], np.linspace(0, 6, 25), rtol=r, atol=r).values).max() for r in (1e-6, 1e-9)]
    assert errors[0] < 1e-5
    assert errors[1] < 1e-8


def test_the_error_falls_with_the_fifth_power_of_the_step() -> None:
    # y' = y^2, y(0) = 1: y = 1/(1-t); steps grow as tolerance**(1/5), so 1e-5 tighter means about ten times the steps.
    run = kernel("model m\n x = 1; x' = x^2\nend", ("x",)).run
    runs = [run(np.zeros((1, 0)), [0.0, 0.9], rtol=r, atol=r) for r in (1e-5, 1e-10)]
    errors = [abs(r.values[0, 1, 0] - 10.0) / 10.0 for r in runs]
    assert errors[0] < 1e-3
    assert errors[1] < 1e-8
    assert 4.0 < runs[1].steps[0] / runs[0].steps[0] < 14.0


def test_bolus_infusion_and_reset() -> None:
    events = EventProgram.same_for_all(
        3, [(1.0, ADD, 0, 3.0), (2.0, RATE, 0, 4.0), (3.0, RATE, 0, -4.0), (5.0, RESET, 0, 0.0)]
    )
    times = np.array([0.0, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0])
    k = np.array([[0.5], [1.0], [2.0]])
    found = kernel(DECAY, ("x",)).run(k, times, events, rtol=1e-10, atol=1e-12).values[:, :, 0]
    for row, (rate,) in zip(found, k, strict=True):
        fall = np.exp(-rate * 0.5)
        at_1 = 2.0 * np.exp(-rate) + 3.0
        at_2 = at_1 * fall**2
        at_3 = at_2 * fall**2 + 4.0 / rate * (1.0 - fall**2)
        expected = [2.0, at_1, at_1 * fall, at_2, at_2 * fall + 4.0 / rate * (1.0 - fall), at_3, at_3 * fall**2]
        assert row == pytest.approx([*expected, 2.0, 2.0 * fall**2], rel=1e-8)


def test_events_at_the_first_time_come_after_the_initial_conditions() -> None:
    events = EventProgram.same_for_all(1, [(0.0, ADD, 0, 1.0), (0.0, STOP, 0, 0.0)])
    assert kernel(DECAY, ("x",)).run([[0.5]], [0.0], events).values[0, 0, 0] == 3.0


def test_events_at_one_time_apply_in_their_order() -> None:
    rows = [(1.0, ADD, 0, 5.0), (1.0, RESET, 0, 0.0), (1.0, ADD, 0, 1.0)]
    result = kernel(DECAY, ("x",)).run([[0.5]], [0.0, 1.0], EventProgram.same_for_all(1, rows))
    assert result.values[0, 1, 0] == 3.0


def test_each_patient_has_events_of_its_own() -> None:
    events = EventProgram(
        np.array([0, 0, 1, 3]),
        np.array([1.0, 0.5, 1.5]),
        np.array([ADD] * 3),
        np.zeros(3, int),
        np.array([1.0, 2.0, 4.0]),
    )
    times = [0.0, 2.0]
    values = kernel(DECAY, ("x",)).run([[1.0]] * 3, times, events, rtol=1e-9, atol=1e-12).values[:, 1, 0]
    free = 2.0 * np.exp(-2.0)
    dosed = [0.0, np.exp(-1.0), 2.0 * np.exp(-1.5) + 4.0 * np.exp(-0.5)]
    assert values == pytest.approx(free + np.array(dosed), rel=1e-7)


def test_initial_values_come_from_the_inputs() -> None:
    text = "model m\n k = 0.5; s = 3; x = s/k; x' = s - k*x\nend"
    inputs = np.array([[0.5, 3.0], [0.1, 7.0]])
    result = kernel(text, ("x",)).run(inputs, [0.0, 100.0])
    assert result.values[:, :, 0] == pytest.approx(np.array([[6.0, 6.0], [70.0, 70.0]]), rel=1e-12)


def test_a_state_can_be_set_by_the_user() -> None:
    one = kernel(DECAY, ("x",), frozenset({"x"}))
    assert one.system.inputs == ("k", "x")
    assert one.run([[0.5, 8.0]], [0.0, 1.0]).values[0, 0, 0] == 8.0


def test_rules_are_observed_at_the_interpolated_state_and_time() -> None:
    text = "model m\n k = 0.5; x = 2; x' = -k*x\n q := x^2 + 10*time; r := piecewise(1, x > 1, 0)\nend"
    times = np.linspace(0.0, 4.0, 17)
    values = kernel(text, ("q", "x", "r", "k")).run([[0.5]], times, rtol=1e-9, atol=1e-12).values[0]
    x = 2.0 * np.exp(-0.5 * times)
    assert values[:, 0] == pytest.approx(x**2 + 10.0 * times, rel=1e-8)
    assert (values[:, 2] == (values[:, 1] > 1.0)).all()
    assert (values[:, 3] == 0.5).all()


def test_stiff_chemistry_of_robertson() -> None:
    text = """model m
      A = 1; B = 0; D = 0
      A' = -0.04*A + 1e4*B*D; B' = 0.04*A - 1e4*B*D - 3e7*B^2; D' = 3e7*B^2
    end"""
    times = [0.0, 0.4, 40.0, 4e4, 4e10]
    result = kernel(text, ("A", "B", "D")).run(np.zeros((1, 0)), times, rtol=1e-8, atol=1e-12)
    # Hairer and Wanner, Solving Ordinary Differential Equations II, gives A at 40; mass is conserved exactly.
    assert result.values[0, 2, 0] == pytest.approx(0.7158270687193, rel=1e-7)
    assert result.values[0].sum(axis=1) == pytest.approx(1.0, abs=1e-9)
    assert result.values[0, 4, 0] == pytest.approx(5.2e-8, rel=2e-2)
    assert result.steps[0] < 700


def test_stiff_oscillator_of_van_der_pol() -> None:
    text = "model m\n mu = 1000; y = 2; z = 0\n y' = z; z' = mu*((1 - y^2)*z) - y\nend"
    result = kernel(text, ("y",)).run([[1000.0]], [0.0, 2000.0], rtol=1e-8, atol=1e-10)
    # Value of the stiff test set (Mazzia and Magherini, version 2.4) for mu = 1000 at t = 2000.
    assert result.values[0, 1, 0] == pytest.approx(1.706167732170469, rel=1e-6)
