"""A patient's bits depend on the patient alone."""

from __future__ import annotations

import platform
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from silicart.kernel import ADD, RATE, STOP, EventProgram, Kernel, KernelResult, LaneState, compile_kernel
from silicart.kernel.events import FloatArray
from silicart.network.reader import read_antimony_text
from silicart.symbolic import System, build_system
from silicart.symbolic.evaluate import evaluate

TEXT = """model m
  k = 0.4; g = 1.3; n = 2.5; s = 2; blow = 0
  A = s/k; B = 1; D = 0
  A' = s - k*A - g*A*B/(1 + A) + 0.2*sin(time)
  B' = g*A*B/(1 + A)*exp(-B/5) - B^n/(3^n + B^n) + blow*B^2
  D' = max(B - 2, 0)*k - ln(1 + D)
  total := A + B + D
end"""
TIMES = np.linspace(0.0, 30.0, 61)
OBSERVED = ("A", "B", "D", "total")


@pytest.fixture(scope="module")
def system() -> System:
    return build_system(read_antimony_text(TEXT, "test"))


@pytest.fixture(scope="module")
def kernel(system: System) -> Kernel:
    return compile_kernel(system, OBSERVED)


def patients(count: int) -> FloatArray:
    rng = np.random.default_rng(7)
    inputs = np.array([0.4, 1.3, 2.5, 2.0, 0.0]) * np.exp(0.3 * rng.standard_normal((count, 5)))
    inputs[:, 4] = 0.0
    return inputs


def doses(count: int) -> EventProgram:
    rows = [(3.0, ADD, 1, 4.0), (5.5, RATE, 2, 0.5), (9.0, RATE, 2, -0.5), (15.0, STOP, 0, 0.0), (20.0, ADD, 0, 2.0)]
    return EventProgram.same_for_all(count, rows)


def assert_same(left: KernelResult, right: KernelResult) -> None:
    for name in ("values", "status", "steps", "rejected", "failed_time", "failed_state"):
        assert np.array_equal(getattr(left, name), getattr(right, name), equal_nan=True), name
    for name in ("time", "step", "error", "states", "rates"):
        assert np.array_equal(getattr(left.state, name), getattr(right.state, name), equal_nan=True), name


@pytest.mark.parametrize("width", [2, 4, 8])
def test_lane_width(system: System, kernel: Kernel, width: int) -> None:
    inputs = patients(21)
    other = compile_kernel(system, OBSERVED, width)
    assert_same(kernel.run(inputs, TIMES, doses(21)), other.run(inputs, TIMES, doses(21)))


@pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="names a processor of that family")
@pytest.mark.parametrize("width", [2, 8])
def test_a_processor_without_fused_multiply_add(
    system: System, kernel: Kernel, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = ("x86-64", "")
    for module in ("silicart.kernel.compile", "silicart.kernel.kernel"):
        monkeypatch.setattr(f"{module}.processor", lambda: plain)
    inputs = patients(5)
    other = compile_kernel(system, OBSERVED, width)
    assert_same(kernel.run(inputs, TIMES, doses(5)), other.run(inputs, TIMES, doses(5)))


@pytest.mark.parametrize("chunk", [1, 3, 8, 13])
def test_chunks(kernel: Kernel, chunk: int) -> None:
    inputs, events = patients(29), doses(29)
    whole = kernel.run(inputs, TIMES, events)
    parts = [
        kernel.run(inputs[first : first + chunk], TIMES, events.rows(first, min(first + chunk, 29)))
        for first in range(0, 29, chunk)
    ]
    assert np.array_equal(whole.values, np.concatenate([part.values for part in parts]))
    assert np.array_equal(whole.state.states, LaneState.joined([part.state for part in parts]).states)


def test_threads(kernel: Kernel) -> None:
    inputs = patients(64)
    whole = kernel.run(inputs, TIMES, doses(64))
    with ThreadPoolExecutor(4) as pool:
        parts = list(pool.map(lambda first: kernel.run(inputs[first : first + 16], TIMES, doses(16)), range(0, 64, 16)))
    assert np.array_equal(whole.values, np.concatenate([part.values for part in parts]))


def test_neighbours_who_fail(kernel: Kernel) -> None:
    inputs = patients(40)
    alone = kernel.run(inputs, TIMES, doses(40))
    failing = inputs.copy()
    failing[::3, 4] = 5.0  # B' grows as B squared: infinite in finite time
    mixed = kernel.run(failing, TIMES, doses(40))
    good = np.ones(40, bool)
    good[::3] = False
    assert (mixed.status[good] == 0).all()
    assert (mixed.status[~good] != 0).all()
    assert np.array_equal(alone.values[good], mixed.values[good])


def test_more_output_times_change_no_value(kernel: Kernel) -> None:
    inputs = patients(11)
    few = kernel.run(inputs, TIMES[::6], doses(11))
    many = kernel.run(inputs, np.unique(np.concatenate([TIMES, np.linspace(0.0, 30.0, 977)])), doses(11))
    dense = np.unique(np.concatenate([TIMES, np.linspace(0.0, 30.0, 977)]))
    assert np.array_equal(few.values, many.values[:, np.searchsorted(dense, TIMES[::6])])
    assert np.array_equal(few.steps, many.steps)


def test_fewer_observables_change_no_value(system: System, kernel: Kernel) -> None:
    inputs = patients(9)
    only = compile_kernel(system, ("total",)).run(inputs, TIMES, doses(9))
    assert np.array_equal(only.values[:, :, 0], kernel.run(inputs, TIMES, doses(9)).values[:, :, 3])


@pytest.mark.parametrize("stop", [15.0, 20.0])
def test_going_on_from_a_stop_equals_the_run_with_that_stop(kernel: Kernel, stop: float) -> None:
    inputs, events = patients(13), doses(13)
    whole = kernel.run(inputs, TIMES, events)
    place = int(np.searchsorted(TIMES, stop))
    assert TIMES[place] == stop
    first = kernel.run(inputs, TIMES[: place + 1], events)
    second = kernel.run(inputs, TIMES[place:], events.after(stop), resume=first.state)
    assert np.array_equal(whole.values[:, : place + 1], first.values)
    assert np.array_equal(whole.values[:, place:], second.values)
    assert np.array_equal(whole.state.states, second.state.states)
    assert np.array_equal(whole.steps, first.steps + second.steps)


def test_going_on_leaves_the_first_state_as_it_was(kernel: Kernel) -> None:
    first = kernel.run(patients(5), TIMES[:11], doses(5))
    kept = first.state.copy()
    kernel.run(patients(5), TIMES[10:], doses(5).after(TIMES[10]), resume=first.state)
    assert np.array_equal(kept.states, first.state.states)


def test_the_initial_state_has_the_bits_of_the_numpy_evaluation(system: System, kernel: Kernel) -> None:
    inputs = patients(17)
    assert np.array_equal(kernel.run(inputs, [0.0]).values[:, 0], evaluate(system, inputs, OBSERVED))
