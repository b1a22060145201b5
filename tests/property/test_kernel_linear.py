"""Random linear systems against the matrix exponential, with random doses, infusions and stops."""

from __future__ import annotations

from functools import cache

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm

from silicart.kernel import ADD, RATE, STOP, EventProgram, Kernel, compile_kernel
from silicart.kernel.events import FloatArray
from silicart.network.reader import read_antimony_text
from silicart.symbolic import build_system

SIZE = 4
END = 5.0
Rows = list[tuple[float, int, int, float]]


@cache
def kernel() -> Kernel:
    """x' = A x with every entry of A an input, so that one compiled kernel serves all examples."""
    lines = [f"a{row}{column} = 0" for row in range(SIZE) for column in range(SIZE)]
    lines += [f"x{row} = {row + 1}" for row in range(SIZE)]
    for row in range(SIZE):
        lines.append(f"x{row}' = " + " + ".join(f"a{row}{column}*x{column}" for column in range(SIZE)))
    text = "model m\n" + "\n".join(lines) + "\nend"
    return compile_kernel(build_system(read_antimony_text(text, "test")), tuple(f"x{row}" for row in range(SIZE)))


def exact(matrix: FloatArray, rows: Rows, times: FloatArray) -> FloatArray:
    """States after the events at each time; an infusion is one more state that never changes."""
    extended = np.zeros((2 * SIZE, 2 * SIZE))
    extended[:SIZE, :SIZE] = matrix
    extended[:SIZE, SIZE:] = np.eye(SIZE)
    now, state = 0.0, np.concatenate([np.arange(1.0, SIZE + 1.0), np.zeros(SIZE)])
    found = []
    agenda = sorted([(time, 0, row) for row, (time, *_) in enumerate(rows)] + [(t, 1, k) for k, t in enumerate(times)])
    for time, is_output, index in agenda:
        state, now = expm(extended * (time - now)) @ state, time
        if is_output:
            found.append(state[:SIZE])
        else:
            _, kind, target, amount = rows[index]
            if kind == ADD:
                state[target] += amount
            elif kind == RATE:
                state[SIZE + target] += amount
    return np.array(found)


entries = st.lists(st.floats(0.0, 1.5), min_size=SIZE * SIZE, max_size=SIZE * SIZE)
losses = st.lists(st.floats(0.0, 1.0).map(lambda u: 10.0 ** (4.0 * u - 1.0)), min_size=SIZE, max_size=SIZE)
events = st.lists(
    st.tuples(
        st.integers(0, 50).map(lambda k: k / 10.0),
        st.sampled_from([ADD, RATE, STOP]),
        st.integers(0, SIZE - 1),
        st.floats(0.0, 10.0),
    ),
    max_size=5,
).map(lambda rows: sorted(rows, key=lambda row: row[0]))


def matrices(flows: list[float], out: list[float]) -> FloatArray:
    """Flows between the states and losses from 0.1 to 1000 per time: stiff, never growing."""
    matrix = np.array(flows).reshape(SIZE, SIZE)
    np.fill_diagonal(matrix, 0.0)
    return matrix - np.diag(matrix.sum(axis=0) + np.array(out))


@settings(max_examples=60)
@given(entries, losses, events)
def test_the_kernel_equals_the_matrix_exponential(flows: list[float], out: list[float], rows: Rows) -> None:
    matrix = matrices(flows, out)
    times = np.linspace(0.0, END, 13)
    program = EventProgram.same_for_all(1, rows)
    result = kernel().run(matrix.reshape(1, -1), times, program, rtol=1e-8, atol=1e-10)
    assert result.status[0] == 0
    assert np.allclose(result.values[0], exact(matrix, rows, times), rtol=1e-6, atol=1e-7)


@settings(max_examples=40)
@given(entries, losses, events, st.integers(1, 49))
def test_a_stop_anywhere_splits_the_run_without_a_trace(
    flows: list[float], out: list[float], rows: Rows, tenth: int
) -> None:
    stop = tenth / 10.0
    rows = sorted([*rows, (stop, STOP, 0, 0.0)], key=lambda row: row[0])
    inputs = matrices(flows, out).reshape(1, -1)
    program = EventProgram.same_for_all(1, rows)
    times = np.unique(np.append(np.linspace(0.0, END, 9), stop))
    place = int(np.searchsorted(times, stop))
    whole = kernel().run(inputs, times, program)
    first = kernel().run(inputs, times[: place + 1], program)
    second = kernel().run(inputs, times[place:], program.after(stop), resume=first.state)
    joined = np.concatenate([first.values[:, :place], second.values], axis=1)
    assert np.array_equal(whole.values, joined)
    assert np.array_equal(whole.state.states, second.state.states)


@settings(max_examples=30)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 10_000))
def test_any_split_over_patients_gives_the_same_bits(patients: int, chunk: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    inputs = np.array(
        [matrices(list(rng.uniform(0, 1.5, 16)), list(10.0 ** rng.uniform(-1, 3, 4))).ravel() for _ in range(patients)]
    )
    program = EventProgram.same_for_all(patients, [(1.0, ADD, 0, 3.0), (2.0, RATE, 1, 1.0)])
    times = np.linspace(0.0, END, 7)
    whole = kernel().run(inputs, times, program)
    parts = [
        kernel().run(inputs[first : first + chunk], times, program.rows(first, min(first + chunk, patients)))
        for first in range(0, patients, chunk)
    ]
    assert np.array_equal(whole.values, np.concatenate([part.values for part in parts]))
