"""Reductions of random systems: right, and the same bits however patients and time are cut up."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from silicart.kernel import ADD, RATE, STOP, Accumulation, EventProgram, Kernel, Task, compile_kernel
from silicart.kernel.events import FloatArray
from silicart.network.reader import read_antimony_text
from silicart.symbolic import build_system

SIZE = 3
END = 5.0
WINDOWS = ((-math.inf, math.inf), (1.25, 3.75))
LEVELS = (0.4, 1.0)
Rows = list[tuple[float, int, int, float]]


@cache
def kernel(width: int | None = None) -> Kernel:
    """x' = A x, with the integral of x0 as a state: what its area must be."""
    lines = [f"a{row}{column} = 0" for row in range(SIZE) for column in range(SIZE)]
    lines += [f"x{row} = {row + 1}" for row in range(SIZE)]
    for row in range(SIZE):
        lines.append(f"x{row}' = " + " + ".join(f"a{row}{column}*x{column}" for column in range(SIZE)))
    lines += ["total = 0", "total' = x0", "product := x0*x1", "excess := max(x0 - 0.4, 0)"]
    system = build_system(read_antimony_text("model m\n" + "\n".join(lines) + "\nend", "test"))
    observables = ("x0", "product", "excess")
    tasks = [
        Task(kind, place, window, window if kind == "above" else -1)
        for window in range(2)
        for place in range(3)
        for kind in ("maximum", "minimum", "area", "above")
    ]
    return compile_kernel(
        system, ("x0", "total", "product", "excess"), width, Accumulation(observables, tuple(tasks), 2, 2)
    )


events = st.lists(
    st.tuples(
        st.integers(0, 50).map(lambda k: k / 10.0),
        st.sampled_from([ADD, RATE, STOP]),
        st.integers(0, SIZE - 1),
        st.floats(0.0, 5.0),
    ),
    max_size=4,
).map(lambda rows: sorted(rows, key=lambda row: row[0]))


def matrices(seed: int, patients: int) -> FloatArray:
    """Flows between the states and losses from 0.1 to 100 per time."""
    generator = np.random.default_rng(seed)
    found = generator.uniform(0.0, 1.5, (patients, SIZE, SIZE))
    for matrix in found:
        np.fill_diagonal(matrix, 0.0)
        matrix -= np.diag(matrix.sum(axis=0) + 10.0 ** generator.uniform(-1.0, 2.0, SIZE))
    return found.reshape(patients, -1)


def run(inputs: FloatArray, rows: Rows, width: int | None = None, times: FloatArray | None = None) -> FloatArray:
    program = EventProgram.same_for_all(len(inputs), rows)
    grid = np.array([0.0, END]) if times is None else times
    return kernel(width).run(inputs, grid, program, windows=WINDOWS, thresholds=LEVELS).state.accumulators


@settings(max_examples=40)
@given(st.integers(0, 10_000), events)
def test_the_area_is_the_integral_that_a_state_would_be(seed: int, rows: Rows) -> None:
    rows = [row for row in rows if row[2] < SIZE]
    result = kernel().run(
        matrices(seed, 4), [0.0, 1.25, 3.75, END], EventProgram.same_for_all(4, rows), rtol=1e-8, atol=1e-10,
        windows=WINDOWS, thresholds=LEVELS,
    )  # fmt: skip
    area = result.values[:, :, 1]
    assert np.allclose(result.state.accumulators[:, 4], area[:, -1], rtol=1e-6, atol=1e-7)
    assert np.allclose(result.state.accumulators[:, 18 + 4], area[:, 2] - area[:, 1], rtol=1e-6, atol=1e-7)


@settings(max_examples=25)
@given(st.integers(0, 10_000), events)
def test_numbers_are_those_of_a_fine_trajectory(seed: int, rows: Rows) -> None:
    inputs = matrices(seed, 3)
    jumps = [row[0] for row in rows]
    fine = np.unique(np.concatenate([np.linspace(0.0, END, 20_001), np.nextafter(jumps, 0.0)]).clip(0.0, END))
    program = EventProgram.same_for_all(3, rows)
    result = kernel().run(inputs, fine, program, windows=WINDOWS, thresholds=LEVELS)
    found, width = result.state.accumulators, END / 20_000
    for place, name in ((0, 0), (1, 2), (2, 3)):
        course = result.values[:, :, name]
        size = 1.0 + np.abs(course).max(axis=1)
        # Never less than what a sample shows, and hardly more.
        assert (found[:, 6 * place] >= course.max(axis=1) - 1e-9 * size).all()
        assert (-found[:, 6 * place + 2] <= course.min(axis=1) + 1e-9 * size).all()
        rise = np.abs(np.diff(course, axis=1)).max(axis=1)
        assert (found[:, 6 * place] <= course.max(axis=1) + rise).all()
        assert (-found[:, 6 * place + 2] >= course.min(axis=1) - rise).all()
        over = course > LEVELS[0]
        above = np.sum(over[:, 1:] * np.diff(fine), axis=1)
        crossings = 1 + np.sum(over[:, 1:] != over[:, :-1], axis=1)
        assert (np.abs(found[:, 6 * place + 5] - above) <= 2 * width * crossings).all()


@settings(max_examples=40)
@given(st.integers(1, 30), st.integers(1, 30), st.integers(0, 10_000), events, st.sampled_from([2, 4, 8]))
def test_any_split_over_patients_and_lanes_gives_the_same_bits(
    patients: int, chunk: int, seed: int, rows: Rows, width: int
) -> None:
    inputs = matrices(seed, patients)
    whole = run(inputs, rows)
    parts = [run(inputs[first : first + chunk], rows, width) for first in range(0, patients, chunk)]
    assert np.array_equal(whole, np.concatenate(parts), equal_nan=True)
    many = run(inputs, rows, times=np.linspace(0.0, END, 7 + chunk))
    assert np.array_equal(whole, many, equal_nan=True)


@settings(max_examples=40)
@given(st.integers(0, 10_000), events, st.integers(1, 49))
def test_a_stop_anywhere_splits_the_run_without_a_trace(seed: int, rows: Rows, tenth: int) -> None:
    stop = tenth / 10.0
    rows = sorted([*rows, (stop, STOP, 0, 0.0)], key=lambda row: row[0])
    inputs, program = matrices(seed, 3), EventProgram.same_for_all(3, rows)
    first = kernel().run(inputs, [0.0, stop], program, windows=WINDOWS, thresholds=LEVELS)
    second = kernel().run(
        inputs, [stop, END], program.after(stop), resume=first.state, windows=WINDOWS, thresholds=LEVELS
    )
    assert np.array_equal(run(inputs, rows), second.state.accumulators, equal_nan=True)
