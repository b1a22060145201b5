"""A patient who cannot be simulated is a status with time, state and reason; a call that makes no sense is an error."""

from __future__ import annotations

import numpy as np
import pytest

from silicart.errors import SimulationError
from silicart.kernel import ADD, EventProgram, Kernel, compile_kernel
from silicart.network.reader import read_antimony_text
from silicart.symbolic import build_system


def kernel(text: str, observables: tuple[str, ...]) -> Kernel:
    return compile_kernel(build_system(read_antimony_text(text, "test")), observables)


@pytest.fixture(scope="module")
def growth() -> Kernel:
    return kernel("model m\n k = 1; x = 1; x' = k*x^2\nend", ("x",))


def test_a_solution_that_leaves_in_finite_time(growth: Kernel) -> None:
    result = growth.run([[1.0], [0.01]], [0.0, 0.5, 2.0])
    assert result.status.tolist() == [1, 0]
    assert result.failed_time[0] == pytest.approx(1.0, abs=1e-6)
    assert result.failed_state[0, 0] > 1e6
    assert result.values[0, 1, 0] == pytest.approx(2.0, rel=1e-5)
    assert np.isnan(result.values[0, 2, 0])
    assert np.isnan(result.failed_time[1])


def test_a_derivative_that_is_not_finite() -> None:
    result = kernel("model m\n k = 1; x = 1; x' = -k + 1e-9*ln(x - 0.5)\nend", ("x",)).run([[1.0]], [0.0, 2.0])
    assert result.status.tolist() == [2]
    assert 0.0 < result.failed_time[0] <= 0.5


def test_a_first_derivative_that_is_not_finite_ends_at_once() -> None:
    result = kernel("model m\n x = 0; x' = ln(x)\nend", ("x",)).run(np.zeros((1, 0)), [0.0, 2.0])
    assert result.status.tolist() == [2]
    assert result.steps[0] < 3
    assert result.failed_time[0] == 0.0


def test_the_step_limit(growth: Kernel) -> None:
    result = growth.run([[0.4]], [0.0, 2.0], rtol=1e-10, max_steps=5)
    assert result.status.tolist() == [3]
    assert result.steps.tolist() == [5]


def test_a_failed_patient_stays_failed_when_the_run_goes_on(growth: Kernel) -> None:
    first = growth.run([[1.0], [0.01]], [0.0, 2.0])
    second = growth.run([[1.0], [0.01]], [2.0, 3.0], resume=first.state)
    assert second.status.tolist() == [1, 0]
    assert np.isnan(second.values[0]).all()
    assert second.failed_time[0] == first.failed_time[0]
    assert second.values[1, 1, 0] == pytest.approx(1.0 / (1.0 - 0.03), rel=1e-5)


def test_a_very_fast_scale_at_time_zero_is_no_failure() -> None:
    result = kernel("model m\n k = 1e15; x = 1; x' = -k*x\nend", ("x",)).run([[1e15]], [0.0, 1e-16, 1.0])
    assert result.status.tolist() == [0]
    assert result.values[0, 1, 0] == pytest.approx(np.exp(-0.1), rel=1e-5)


def test_a_state_that_dies_out_while_others_move_becomes_zero_and_no_subnormal() -> None:
    text = "model m\n x = 1e9; y = 1; z = 0; x' = -50*x; y' = z; z' = -y\nend"
    result = kernel(text, ("x", "y")).run(np.zeros((1, 0)), [0.0, 1.0, 400.0], rtol=1e-9, atol=1e-9)
    assert 0.0 < result.values[0, 1, 0] < 1e-9
    assert result.values[0, 2, 0] == 0.0
    assert result.values[0, 2, 1] == pytest.approx(np.cos(400.0), abs=1e-5)


def test_a_square_root_from_zero_gets_off_the_ground() -> None:
    result = kernel("model m\n x = 0; x' = sqrt(x) + 1\nend", ("x",)).run(np.zeros((1, 0)), [0.0, 1.0], rtol=1e-9)
    # t = 2 s - 2 ln(1 + s), s = sqrt(x)
    s = np.sqrt(result.values[0, 1, 0])
    assert 2.0 * s - 2.0 * np.log1p(s) == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize(
    ("times", "inputs", "rtol", "atol", "problem"),
    [
        ([0.0, 1.0, 1.0], [[1.0]], 1e-6, 1e-9, "do not rise"),
        ([], [[1.0]], 1e-6, 1e-9, "do not rise"),
        ([0.0, np.nan], [[1.0]], 1e-6, 1e-9, "do not rise"),
        ([0.0, 1.0], [[1.0, 2.0]], 1e-6, 1e-9, "wrong shape"),
        ([0.0, 1.0], [[1.0]], 0.0, 1e-9, "tolerances"),
        ([0.0, 1.0], [[1.0]], 1e-6, 0.0, "tolerances"),
    ],
)
def test_arguments_that_make_no_sense(
    growth: Kernel, times: list[float], inputs: list[list[float]], rtol: float, atol: float, problem: str
) -> None:
    with pytest.raises(SimulationError, match=problem):
        growth.run(inputs, times, rtol=rtol, atol=atol)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([(2.0, ADD, 0, 1.0), (1.0, ADD, 0, 1.0)], "do not fall"),
        ([(-1.0, ADD, 0, 1.0)], "not before the start"),
        ([(1.0, ADD, 1, 1.0)], "a state from 0 to 0"),
        ([(1.0, ADD, 0, np.nan)], "a finite amount"),
        ([(1.0, 9, 0, 1.0)], "kind 0"),
    ],
)
def test_events_that_make_no_sense(growth: Kernel, rows: list[tuple[float, int, int, float]], expected: str) -> None:
    with pytest.raises(SimulationError, match=expected):
        growth.run([[1.0]], [0.0, 0.5], EventProgram.same_for_all(1, rows))


def test_going_on_from_somewhere_else_is_refused(growth: Kernel) -> None:
    first = growth.run([[0.1]], [0.0, 1.0])
    with pytest.raises(SimulationError, match="does not fit the run"):
        growth.run([[0.1]], [2.0, 3.0], resume=first.state)


def test_an_unknown_observable_is_named_with_the_nearest() -> None:
    with pytest.raises(SimulationError, match="total"):
        kernel("model m\n x = 1; x' = 1\n total := x\nend", ("totl",))
