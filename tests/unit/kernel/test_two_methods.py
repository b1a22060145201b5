"""Lanes that step explicitly, implicitly, and change between both in the middle of a course."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from silicart.kernel import (
    ADD,
    RATE,
    STOP,
    EventProgram,
    Kernel,
    KernelResult,
    LaneState,
    compile_kernel,
    reference_run,
)
from silicart.kernel import loop as kernel_loop
from silicart.kernel.events import FloatArray
from silicart.network.reader import read_antimony_text
from silicart.symbolic import System, build_system

#: A cycle whose third state follows the others, as fast as each patient's `fast` says, beside one that a dose feeds.
TEXT = """model m
  k = 0.4; g = 1.3; fast = 1; w = 1
  A = 3; B = 1; F = 0; D = 0
  A' = k - 0.3*A + 0.2*sin(w*time) - g*A*B/(2 + A)
  B' = g*A*B/(2 + A) - 0.5*B + 0.1
  F' = fast*(A + B - F)
  D' = -0.7*D + 0.01*F
end"""
TIMES = np.linspace(0.0, 40.0, 61)
OBSERVED = ("A", "B", "F", "D")


@pytest.fixture(scope="module")
def system() -> System:
    return build_system(read_antimony_text(TEXT, "test"))


@pytest.fixture(scope="module", autouse=True)
def both_methods(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The model is too small for the explicit method to pay; here it is compiled in all the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SILICART_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.setattr(kernel_loop, "pays_to_be_explicit", lambda *_: True)
        yield


@pytest.fixture(scope="module")
def kernel(system: System, both_methods: None) -> Kernel:
    return compile_kernel(system, OBSERVED)


def patients(count: int) -> FloatArray:
    rng = np.random.default_rng(5)
    inputs = np.array([0.4, 1.3, 1.0, 1.0]) * np.exp(0.2 * rng.standard_normal((count, 4)))
    inputs[:, 2] = np.resize([1.0, 40.0, 300.0, 1e5], count)
    return inputs


def doses(count: int) -> EventProgram:
    rows = [(3.0, ADD, 1, 4.0), (5.5, RATE, 3, 0.5), (9.0, RATE, 3, -0.5), (15.0, STOP, 0, 0.0), (20.0, ADD, 0, 2.0)]
    return EventProgram.same_for_all(count, rows)


def assert_same(left: KernelResult, right: KernelResult) -> None:
    for name in ("values", "status", "steps", "rejected"):
        assert np.array_equal(getattr(left, name), getattr(right, name), equal_nan=True), name
    for name in ("time", "step", "error", "stiff", "states", "rates"):
        assert np.array_equal(getattr(left.state, name), getattr(right.state, name)), name


def test_slow_patients_stay_explicit_and_fast_ones_become_stiff(kernel: Kernel) -> None:
    stiff = kernel.run(patients(16), TIMES, doses(16)).state.stiff.reshape(-1, 4)
    assert (stiff[:, 0] <= 0.0).all()
    assert (stiff[:, 2:] > 0.0).all()


def test_the_steepest_mode_is_measured(kernel: Kernel) -> None:
    inputs = patients(4)
    inputs[:, 2] = [20.0, 50.0, 300.0, 1e5]
    stiff = np.abs(kernel.run(inputs, TIMES, doses(4)).state.stiff)
    assert stiff == pytest.approx(inputs[:, 2], rel=0.3)


def test_both_methods_hold_the_reference(system: System, kernel: Kernel) -> None:
    inputs = patients(8)
    found = kernel.run(inputs, TIMES, doses(8), rtol=1e-7, atol=1e-9)
    for patient in range(8):
        truth = reference_run(system, inputs[patient], TIMES, doses(1), rtol=1e-11, atol=1e-12)
        assert found.values[patient] == pytest.approx(truth.states, rel=2e-6, abs=1e-7)


def test_the_explicit_method_falls_with_a_high_power_of_the_tolerance(kernel: Kernel) -> None:
    soft = patients(4)[:1]
    runs = [kernel.run(soft, [0.0, 40.0], rtol=rtol, atol=rtol) for rtol in (1e-6, 1e-11)]
    # An order of 8 takes 10**(5/8) = 4.2 times the steps, an order of 5 ten times.
    assert 2.5 < runs[1].steps[0] / runs[0].steps[0] < 6.5


@pytest.mark.parametrize("width", [2, 4])
def test_lane_width(system: System, kernel: Kernel, width: int) -> None:
    other = compile_kernel(system, OBSERVED, width)
    assert_same(kernel.run(patients(21), TIMES, doses(21)), other.run(patients(21), TIMES, doses(21)))


@pytest.mark.parametrize("chunk", [1, 3, 8, 13])
def test_chunks(kernel: Kernel, chunk: int) -> None:
    inputs, events = patients(29), doses(29)
    whole = kernel.run(inputs, TIMES, events)
    parts = [
        kernel.run(inputs[first : first + chunk], TIMES, events.rows(first, min(first + chunk, 29)))
        for first in range(0, 29, chunk)
    ]
    assert np.array_equal(whole.values, np.concatenate([part.values for part in parts]))
    assert np.array_equal(whole.state.stiff, LaneState.joined([part.state for part in parts]).stiff)


def test_threads(kernel: Kernel) -> None:
    inputs = patients(64)
    whole = kernel.run(inputs, TIMES, doses(64))
    with ThreadPoolExecutor(4) as pool:
        parts = list(pool.map(lambda first: kernel.run(inputs[first : first + 16], TIMES, doses(16)), range(0, 64, 16)))
    assert np.array_equal(whole.values, np.concatenate([part.values for part in parts]))


def test_more_output_times_change_no_value(kernel: Kernel) -> None:
    dense = np.unique(np.concatenate([TIMES, np.linspace(0.0, 40.0, 977)]))
    few, many = kernel.run(patients(11), TIMES[::6], doses(11)), kernel.run(patients(11), dense, doses(11))
    assert np.array_equal(few.values, many.values[:, np.searchsorted(dense, TIMES[::6])])
    assert np.array_equal(few.steps, many.steps)


@pytest.mark.parametrize("stop", [15.0, 20.0])
def test_going_on_from_a_stop_equals_the_run_with_that_stop(system: System, kernel: Kernel, stop: float) -> None:
    grid = np.unique(np.append(TIMES, stop))
    inputs, events = patients(13), doses(13)
    whole = kernel.run(inputs, grid, events)
    place = int(np.searchsorted(grid, stop))
    first = kernel.run(inputs, grid[: place + 1], events)
    second = kernel.run(inputs, grid[place:], events.after(stop), resume=first.state)
    assert np.array_equal(whole.values[:, : place + 1], first.values)
    assert np.array_equal(whole.values[:, place:], second.values)
    assert np.array_equal(whole.state.stiff, second.state.stiff)
    assert np.array_equal(whole.steps, first.steps + second.steps)


def test_a_model_with_cheap_implicit_steps_keeps_to_them(
    system: System, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.undo()
    from silicart.kernel.costs import pays_to_be_explicit

    monkeypatch.setattr(kernel_loop, "pays_to_be_explicit", pays_to_be_explicit)
    monkeypatch.setenv("SILICART_CACHE", str(tmp_path))
    result = compile_kernel(system, OBSERVED).run(patients(4)[:1], TIMES)
    assert result.state.stiff.tolist() == [0.0]
