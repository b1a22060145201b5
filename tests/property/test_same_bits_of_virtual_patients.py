"""The bits of patients of the built-in lupus model, in any company, pieces and segments, through the public call."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from silicart.kernel.events import FloatArray
from silicart.simulation import Model, Trajectories, load_model, simulate

VARIED = ("k_kill", "rho_T", "d_T", "delta_C", "k_PM", "k_MP")
TIMES = np.array([0.0, 1.0, 7.0, 28.0, 56.0, 120.0])
OBSERVED = ("T_blood_0", "IgG", "CAR_functional")
#: Cells given: what a model can bear, and what no number holds once it is multiplied.
USUAL, LOST = 1e8, 1e300


@cache
def model() -> Model:
    return load_model("sle")


def people(seed: int, count: int) -> tuple[dict[str, FloatArray], FloatArray]:
    """Parameters and doses; one in eight is given more cells than a number holds and fails."""
    rng = np.random.default_rng(seed)
    parameters = {id: model().parameters[id].value * np.exp(0.3 * rng.standard_normal(count)) for id in VARIED}
    amounts = np.where(rng.random(count) < 1 / 8, LOST, USUAL * np.exp(rng.standard_normal(count)))
    return parameters, amounts


def run(parameters: dict[str, FloatArray], amounts: FloatArray, times: FloatArray = TIMES, **more: Any) -> Trajectories:
    doses = {
        "ID": np.tile(np.arange(len(amounts)), 2),
        "TIME": np.repeat([1.0, 28.0], len(amounts)),
        "AMT": np.concatenate([amounts, amounts / 2]),
        "CMT": ["T_blood_0"] * (2 * len(amounts)),
    }
    return simulate(model(), parameters, doses, times, OBSERVED, max_steps=5000, **more)


def of_one(
    parameters: dict[str, FloatArray], amounts: FloatArray, row: int
) -> tuple[dict[str, FloatArray], FloatArray]:
    rows = [row]
    return {id: values[rows] for id, values in parameters.items()}, amounts[rows]


def bits(array: FloatArray) -> list[int]:
    found: list[int] = np.where(np.isnan(array), np.nan, array).view(np.int64).ravel().tolist()
    return found


def everything(result: Trajectories, row: int) -> dict[str, Any]:
    lanes = result.state.lanes
    return {
        "values": bits(result.values[row]),
        "states": bits(lanes.states[row]),
        "going on": bits(np.array([lanes.time[row], lanes.step[row], lanes.error[row]])),
        "failed": (int(result.status[row]), bits(result.failed_time[row : row + 1]), result.failed_state[row]),
    }


def same_everywhere(seed: int, size: int, chunk: int, threads: int) -> int:
    parameters, amounts = people(seed, size)
    together = run(parameters, amounts, threads=threads, chunk=chunk)
    for row in np.random.default_rng(seed).choice(size, 3, replace=False):
        alone = run(*of_one(parameters, amounts, int(row)), threads=1)
        assert everything(together, int(row)) == everything(alone, 0)
    return int((together.status != 0).sum())


def test_some_of_them_fail_and_most_do_not() -> None:
    parameters, amounts = people(1, 64)
    status = run(parameters, amounts).status
    assert ((status != 0) == (amounts == LOST)).all()
    assert 0 < (status != 0).sum() < 20


ANYWHERE = (st.integers(0, 2**32), st.sampled_from([7, 64]), st.integers(1, 64), st.sampled_from([1, 2]))


@given(*ANYWHERE)
@settings(max_examples=4)
def test_in_any_company_and_any_pieces(seed: int, size: int, chunk: int, threads: int) -> None:
    same_everywhere(seed, size, chunk, threads)


@pytest.mark.verify
@given(*ANYWHERE)
@settings(max_examples=100)
def test_in_any_company_and_any_pieces_at_length(seed: int, size: int, chunk: int, threads: int) -> None:
    same_everywhere(seed, size, chunk, threads)


@pytest.mark.verify
def test_among_a_thousand() -> None:
    assert same_everywhere(6, 1000, 250, 2) > 50


@given(st.integers(0, 2**32), st.sampled_from([3.0, 28.0, 30.5]), st.integers(1, 9))
@settings(max_examples=3)
def test_split_at_a_declared_stop(seed: int, stop: float, chunk: int) -> None:
    parameters, amounts = people(seed, 9)
    times = np.union1d(TIMES, stop)
    place = int(np.searchsorted(times, stop))
    whole = run(parameters, amounts, times, stops=[stop])
    first = run(parameters, amounts, times[: place + 1])
    second = run(parameters, amounts, times[place:], resume=first.state, chunk=chunk)
    values = np.concatenate([first.values[:, :place], second.values], axis=1)
    assert bits(values) == bits(whole.values)
    for row in range(9):
        expected = everything(whole, row)
        assert {**everything(second, row), "values": []} == {**expected, "values": []}


@given(st.integers(0, 2**32), st.lists(st.floats(0.0, 120.0), max_size=100))
@settings(max_examples=3)
def test_more_output_times_change_no_value(seed: int, more: list[float]) -> None:
    parameters, amounts = people(seed, 9)
    times = np.union1d(TIMES, more)
    few, many = run(parameters, amounts), run(parameters, amounts, times)
    assert bits(many.values[:, np.searchsorted(times, TIMES)]) == bits(few.values)
