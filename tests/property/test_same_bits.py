"""A patient's bits depend on the patient alone: not on lanes, neighbours, threads, chunks, stops or output times.

Patients are drawn far beyond what is sensible, so that some fail; a failing patient has the same bits everywhere too.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from silicart.kernel import ADD, RATE, RESET, STOP, EventProgram, Kernel, KernelResult, compile_kernel
from silicart.kernel.events import FloatArray, IntArray
from silicart.network.reader import read_antimony_text
from silicart.simulation import Model, simulate
from silicart.symbolic import System, build_system

MODEL = """model m
  k = 0.4; g = 1.3; n = 2.5; s = 2; blow = 0; late = 3; high = 4
  A = s/k; B = 1; D = 0; count = 0
  A' = s - k*A - g*A*B/(1 + A) + 0.2*sin(time)
  B' = g*A*B/(1 + A)*exp(-B/5) - B^n/(3^n + B^n) + blow*B^2
  D' = piecewise(max(B - 2, 0)*k, time > late, 0.1) - ln(1 + D)
  total := A + B + D
  E1: at B > high, priority = 1: B = B/2, count = count + 1
  E2: at k after A < 1, persistent = false: A = A + D
end"""
OBSERVED = ("A", "B", "D", "total", "count")
USUAL = np.array([0.4, 1.3, 2.5, 2.0, 0.0, 3.0, 4.0])
BLOW = 4
END = 20.0
# Few enough that a patient at the edge of what numbers can say does not hold up the others.
MAX_STEPS = 1500
Rows = list[tuple[float, int, int, float]]


@dataclass(frozen=True)
class Patient:
    """One row of parameters and what happens when."""

    inputs: tuple[float, ...]
    rows: Rows

    def program(self) -> EventProgram:
        return EventProgram.same_for_all(1, self.rows)


def patients() -> st.SearchStrategy[Patient]:
    usual = st.floats(-1.0, 1.0).map(lambda u: 10.0**u)
    factor = st.one_of(usual, usual, usual, st.floats(-20.0, 20.0).map(lambda u: 10.0**u))
    blow = st.one_of(st.just(0.0), st.floats(0.01, 5.0))
    inputs = st.tuples(*[factor] * 4, blow, factor, factor).map(
        lambda drawn: tuple(drawn[place] if place == BLOW else float(drawn[place] * USUAL[place]) for place in range(7))
    )
    row = st.tuples(
        st.integers(0, 80).map(lambda quarter: quarter / 4.0),
        st.sampled_from([ADD, ADD, RATE, RESET, STOP]),
        st.integers(0, 2),
        st.one_of(st.floats(0.0, 10.0), st.sampled_from([1e-300, 1e20])),
    )
    return st.builds(Patient, inputs, st.lists(row, max_size=4).map(lambda rows: sorted(rows, key=lambda one: one[0])))


def strangers(seed: int, count: int) -> list[Patient]:
    """Ordinary people, a third of whom fail because B grows without bound."""
    rng = np.random.default_rng(seed)
    inputs = USUAL * np.exp(0.5 * rng.standard_normal((count, 7)))
    inputs[:, BLOW] = np.where(rng.random(count) < 1 / 3, rng.uniform(0.05, 5.0, count), 0.0)
    times = rng.integers(0, 81, count) / 4.0
    return [
        Patient(tuple(row), [(float(time), ADD, index % 3, float(index))])
        for index, (row, time) in enumerate(zip(inputs.tolist(), times, strict=True))
    ]


@cache
def system() -> System:
    return build_system(read_antimony_text(MODEL, "test"))


@cache
def kernel(width: int, quick: bool = False) -> Kernel:
    return compile_kernel(system(), OBSERVED, width, quick=quick)


def joined(people: list[Patient]) -> tuple[FloatArray, EventProgram]:
    rows = [row for one in people for row in one.rows]
    offsets = np.cumsum([0, *(len(one.rows) for one in people)]).astype(np.int64)
    time, kind, state, amount = (np.array([row[column] for row in rows]) for column in range(4))
    program = EventProgram(
        offsets, time.astype(np.float64), kind.astype(np.int64), state.astype(np.int64), amount.astype(np.float64)
    )
    return np.array([(*one.inputs, 0.0) for one in people]), program


TIMES = np.linspace(0.0, END, 17)


def run(people: list[Patient], width: int = 4, times: FloatArray = TIMES, *, quick: bool = False) -> KernelResult:
    inputs, program = joined(people)
    return kernel(width, quick).run(inputs, times, program, max_steps=MAX_STEPS)


def bits(array: FloatArray | IntArray) -> list[int]:
    """The bits of an array, NaN being one value."""
    flat = np.ascontiguousarray(array).ravel()
    if flat.dtype == np.float64:
        flat = np.where(np.isnan(flat), np.nan, flat).view(np.int64)
    found: list[int] = flat.tolist()
    return found


def everything(result: KernelResult, row: int, *, of_run: bool = True) -> dict[str, list[int]]:
    """All that a run says of one patient; `of_run` adds what counts only the steps of this run."""
    names = ["values", "status", "failed_time", "failed_state", *(["steps", "rejected"] if of_run else [])]
    found = {name: bits(getattr(result, name)[row]) for name in names}
    return found | {entry.name: bits(getattr(result.state, entry.name)[row]) for entry in fields(result.state)}


def test_the_comparison_sees_one_bit_and_the_sign_of_zero() -> None:
    one = np.array([1.0, 0.0, np.nan])
    assert bits(one) == bits(one.copy())
    assert bits(one) != bits(np.array([np.nextafter(1.0, 2.0), 0.0, np.nan]))
    assert bits(one) != bits(np.array([1.0, -0.0, np.nan]))


def same_in_company(one: Patient, size: int, place: float, width: int, seed: int, twin: float) -> None:
    alone = everything(run([one], 2, quick=True), 0)
    others = strangers(seed, size - 2)
    perturbed = Patient(tuple(value * (1.0 + twin) for value in one.inputs), one.rows)
    where = int(place * (size - 2))
    # The perturbed twin stands right beside, so that both are in the lanes at the same time.
    people = [*others[:where], one, perturbed, *others[where:]]
    assert everything(run(people, width), where) == alone


COMPANY = (
    patients(),
    st.sampled_from([7, 64, 1000]),
    st.floats(0.0, 1.0),
    st.sampled_from([2, 4, 8]),
    st.integers(0, 2**32),
    st.sampled_from([2.0**-52, 1e-9, 1e-3, 5.0]),
)


@given(*COMPANY)
@settings(max_examples=25)
def test_in_any_company(one: Patient, size: int, place: float, width: int, seed: int, twin: float) -> None:
    same_in_company(one, size, place, width, seed, twin)


@pytest.mark.verify
@given(*COMPANY)
@settings(max_examples=2000)
def test_in_any_company_at_length(one: Patient, size: int, place: float, width: int, seed: int, twin: float) -> None:
    same_in_company(one, size, place, width, seed, twin)


def same_in_pieces(some: list[Patient], chunk: int, threads: int, seed: int) -> None:
    people = [*some, *strangers(seed, 20)]
    whole = run(people)
    pieces = [people[first : first + chunk] for first in range(0, len(people), chunk)]
    with ThreadPoolExecutor(threads) as pool:
        parts = list(pool.map(run, pieces))
    places = [(part, row) for part, piece in zip(parts, pieces, strict=True) for row in range(len(piece))]
    for index, (part, row) in enumerate(places):
        assert everything(part, row) == everything(whole, index), index


PIECES = (st.lists(patients(), max_size=5), st.integers(1, 13), st.sampled_from([1, 2]), st.integers(0, 2**32))


@given(*PIECES)
@settings(max_examples=30)
def test_in_any_pieces_on_one_and_two_threads(some: list[Patient], chunk: int, threads: int, seed: int) -> None:
    same_in_pieces(some, chunk, threads, seed)


@pytest.mark.verify
@given(*PIECES)
@settings(max_examples=1000)
def test_in_any_pieces_at_length(some: list[Patient], chunk: int, threads: int, seed: int) -> None:
    same_in_pieces(some, chunk, threads, seed)


def same_split_in_time(one: Patient, stops: list[int], width: int) -> None:
    """Runs that end and go on at each stop, against one run that only stops there."""
    at = [quarter / 4.0 for quarter in stops]
    rows = sorted([*one.rows, *((time, STOP, 0, 0.0) for time in at)], key=lambda row: row[0])
    times = np.union1d(TIMES, at)
    program = EventProgram.same_for_all(1, rows)
    inputs, _ = joined([one])
    whole = kernel(width).run(inputs, times, program, max_steps=10**9)
    values, state, steps, left = [], None, 0, program
    for first, last in zip([0.0, *at], [*at, END], strict=True):
        inside = times[(times >= first) & (times <= last)]
        part = kernel(width).run(inputs, inside, left, resume=state, max_steps=10**9)
        values.append(part.values[0] if state is None else part.values[0, 1:])
        state, steps, left = part.state, steps + int(part.steps[0]), program.after(last)
    assert bits(np.concatenate(values)) == bits(whole.values[0])
    assert steps == whole.steps[0]
    going = everything(part, 0, of_run=False)
    assert {name: going[name] for name in going if name != "values"} == {
        name: found for name, found in everything(whole, 0, of_run=False).items() if name != "values"
    }


# Times at which a run may be split: quarters strictly inside it.
CUTS = st.lists(st.integers(1, 79), min_size=1, max_size=3, unique=True).map(sorted)


def moderate(one: Patient) -> Patient:
    """The same patient with parameters within reach: the split has no limit of steps that could part the two runs."""
    inputs = tuple(
        float(np.clip(value, usual / 10, usual * 10)) for value, usual in zip(one.inputs, USUAL, strict=True)
    )
    return Patient((*inputs[:BLOW], min(one.inputs[BLOW], 5.0), *inputs[BLOW + 1 :]), one.rows)


@given(patients().map(moderate), CUTS, st.sampled_from([2, 4, 8]))
@settings(max_examples=40)
def test_split_in_time_at_declared_stops(one: Patient, stops: list[int], width: int) -> None:
    same_split_in_time(one, stops, width)


@pytest.mark.verify
@given(patients().map(moderate), CUTS, st.sampled_from([2, 4, 8]))
@settings(max_examples=2000)
def test_split_in_time_at_length(one: Patient, stops: list[int], width: int) -> None:
    same_split_in_time(one, stops, width)


@given(st.lists(patients(), min_size=1, max_size=4), st.lists(st.floats(0.0, END), max_size=300))
@settings(max_examples=40)
def test_more_output_times_change_no_value(some: list[Patient], more: list[float]) -> None:
    few = run(some)
    times = np.union1d(TIMES, more)
    many = run(some, times=times)
    kept = np.searchsorted(times, TIMES)
    for row in range(len(some)):
        assert bits(many.values[row][kept]) == bits(few.values[row])
        left, right = everything(few, row), everything(many, row)
        assert {**left, "values": []} == {**right, "values": []}


@given(st.lists(patients(), min_size=1, max_size=4), st.lists(st.sampled_from(OBSERVED), min_size=1, unique=True))
@settings(max_examples=15)
def test_what_is_observed_changes_no_value(some: list[Patient], observed: list[str]) -> None:
    inputs, program = joined(some)
    result = _observing(tuple(observed)).run(inputs, TIMES, program, max_steps=MAX_STEPS)
    places = [OBSERVED.index(name) for name in observed]
    assert bits(result.values) == bits(run(some).values[:, :, places])


@cache
def _observing(observed: tuple[str, ...]) -> Kernel:
    return compile_kernel(system(), observed, 2)


def test_every_level_of_optimisation_gives_the_same_bits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from llvmlite import binding

    from silicart.kernel import compile as compiling

    people = strangers(11, 40)
    expected = run(people)
    for level in (0, 1, 3):

        def machine(_effort: int, level: int = level) -> Any:
            name, features = compiling.processor()
            target = binding.Target.from_default_triple()
            return target.create_target_machine(cpu=name, features=features, opt=level, jit=True)

        monkeypatch.setattr(compiling, "_machine", machine)
        # A folder of its own, or the code of another level would be found under the same key.
        monkeypatch.setenv("SILICART_CACHE", str(tmp_path / str(level)))
        inputs, program = joined(people)
        found = compile_kernel(system(), OBSERVED, 4).run(inputs, TIMES, program, max_steps=MAX_STEPS)
        for row in range(len(people)):
            assert everything(found, row) == everything(expected, row), (level, row)


@given(
    st.integers(0, 2**32),
    st.sampled_from([1, 2]),
    st.integers(1, 40),
    st.lists(st.integers(1, 79), max_size=2, unique=True).map(sorted),
)
@settings(max_examples=15)
def test_simulate_in_any_chunks_threads_and_segments(seed: int, threads: int, chunk: int, stops: list[int]) -> None:
    """The same through the public call, with a dose table and runs that resume."""
    rng = np.random.default_rng(seed)
    count = 30
    parameters = {
        "g": 1.3 * np.exp(rng.standard_normal(count)),
        "blow": np.where(rng.random(count) < 0.2, 1.0, 0.0),
        "late": rng.uniform(1.0, END, count),
    }
    doses = {"TIME": [2.0, 7.25], "AMT": [3.0, 4.0], "CMT": ["A", "B"], "RATE": [0.0, 2.0]}
    at = [quarter / 4.0 for quarter in stops]
    whole = simulate(_model(), parameters, doses, TIMES, OBSERVED, stops=at, threads=1)
    times = np.union1d(TIMES, at)
    standing, values, steps = None, [], np.zeros(count, np.int64)
    for first, last in zip([0.0, *at], [*at, END], strict=True):
        inside = times[(times >= first) & (times <= last)]
        part = simulate(_model(), parameters, doses, inside, OBSERVED, resume=standing, threads=threads, chunk=chunk)
        values.append(part.values if standing is None else part.values[:, 1:])
        standing, steps = part.state, steps + part.steps
    together = np.concatenate(values, axis=1)[:, np.searchsorted(times, TIMES)]
    assert bits(together) == bits(whole.values)
    assert bits(part.state.lanes.states) == bits(whole.state.lanes.states)
    assert part.failures.equals(whole.failures)
    assert bits(steps) == bits(whole.steps)


@cache
def _model() -> Model:
    return Model(read_antimony_text(MODEL, "test"), "test")
