"""Quantiles over patients: within the error they state, the same counts in any order, exact in a second pass."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from silicart.simulation import Model, PatientSource, Quantiles, simulate, summarise
from silicart.simulation.quantiles import Counts, Gathering

LEVELS = (0.0, 0.05, 0.07, 0.5, 0.95, 1.0)
TIMES = (0.0, 1.0, 2.0)


@pytest.fixture(scope="module")
def sample() -> NDArray[np.float64]:
    return np.exp(np.random.default_rng(3).standard_normal((1000, 3)))


def exact(values: NDArray[np.float64], levels: tuple[float, ...] = LEVELS) -> NDArray[np.float64]:
    """The smallest value that a share of the patients does not exceed, by sorting."""
    ordered = np.sort(values[np.isfinite(values)])
    return ordered[[max(1, round(np.ceil(round(level * len(ordered), 9)))) - 1 for level in levels]]


@pytest.mark.parametrize("scale", ["linear", "log"])
@pytest.mark.parametrize("bins", [1, 7, 100, 5000])
def test_the_error_is_within_half_a_bin(sample: Any, scale: Any, bins: int) -> None:
    counts = Counts(Quantiles("x", LEVELS, (1e-3, 100.0), bins, scale), np.array(TIMES))
    counts.add(sample)
    table = counts.table(None)
    for row in range(3):
        wanted = exact(sample[:, row])
        assert (np.abs(table.values[row] - wanted) <= table.error[row] * (1 + 1e-12)).all()
    if scale == "linear":
        assert table.error == pytest.approx(0.5 * (100.0 - 1e-3) / bins)
    else:
        ratio = (100.0 / 1e-3) ** (0.5 / bins)
        assert table.error == pytest.approx(table.values * (ratio - 1.0))


def test_any_order_gives_the_same_counts(sample: Any) -> None:
    quantiles = Quantiles("x", LEVELS, (0.1, 5.0), 50)
    whole = Counts(quantiles, np.array(TIMES))
    whole.add(sample)
    for size in (1, 13, 300):
        parts = Counts(quantiles, np.array(TIMES))
        order = np.random.default_rng(size).permutation(len(sample))
        for first in range(0, len(sample), size):
            parts.add(sample[order[first : first + size]])
        assert np.array_equal(parts.counts, whole.counts)


def test_what_lies_outside_and_what_is_missing_is_counted(sample: Any) -> None:
    values = sample.copy()
    values[::10, 1] = np.nan
    counts = Counts(Quantiles("x", (0.01, 0.5, 0.99), (0.5, 2.0), 10), np.array(TIMES))
    counts.add(values)
    table = counts.table("cell")
    assert table.below.tolist() == (values < 0.5).sum(axis=0).tolist()
    assert table.above.tolist() == (values > 2.0).sum(axis=0).tolist()
    assert table.missing.tolist() == [0, 100, 0]
    assert (table.counts.sum(axis=1) + table.below + table.above + table.missing).tolist() == [1000] * 3
    assert np.isnan(table.values[:, [0, 2]]).all()
    assert np.isfinite(table.values[:, 1]).all()
    assert list(table.to_pandas()) == ["time", "level", "value", "error", "below", "above", "missing"]
    assert len(table.to_pandas()) == 9


def test_values_on_the_edges_belong_to_a_bin() -> None:
    counts = Counts(Quantiles("x", (0.5,), (0.0, 1.0), 4), np.zeros(1))
    counts.add(np.array([[0.0], [0.25], [0.5], [1.0]]))
    assert counts.counts.tolist() == [[0, 1, 1, 1, 1, 0, 0]]


@pytest.mark.parametrize("bins", [1, 20])
def test_the_second_pass_is_exact(sample: Any, bins: int) -> None:
    values = sample.copy()
    values[5::10, 2] = np.nan
    # Narrow bounds: some quantiles lie outside and are found all the same.
    counts = Counts(Quantiles("x", LEVELS, (0.3, 3.0), bins), np.array(TIMES))
    counts.add(values)
    second = Gathering(counts)
    for first in range(900, -1, -100):
        second.add(values[first : first + 100])
    table = second.table(None)
    for row in range(3):
        assert np.array_equal(table.values[row], exact(values[:, row]))
        assert (
            np.array_equal(table.values[row], np.nanquantile(values[:, row], LEVELS, method="inverted_cdf")) or row == 2
        )  # NumPy rounds 0.07 times 900 up
    assert (table.error == 0).all()


def test_nobody_has_no_quantile() -> None:
    counts = Counts(Quantiles("x", (0.5,), (0.0, 1.0), 4), np.zeros(1))
    counts.add(np.full((3, 1), np.nan))
    assert np.isnan(counts.table(None).values).all()
    assert np.isnan(Gathering(counts).table(None).values).all()


def test_a_run_counts_its_courses(prey: Model) -> None:
    def make(first: int, last: int) -> dict[str, NDArray[np.float64]]:
        return {"a": 0.8 + 0.4 * ((np.arange(first, last) * 0.618) % 1.0)}

    times = np.array([0.0, 3.0, 7.0, 10.0])
    asked = [
        Quantiles("x", (0.05, 0.5, 0.95), bounds=(0.0, 3.0), bins=30, times=(3.0, 7.0), exact=True),
        Quantiles("y", (0.5,), bounds=(1e-3, 3.0), bins=30, scale="log"),
    ]
    found = summarise(prey, PatientSource(400, make), None, times, asked, threads=2, chunk=37)
    courses = simulate(prey, make(0, 400), None, times, ["x", "y"])
    for row, place in enumerate((1, 2)):
        wanted = exact(courses["x"][:, place], (0.05, 0.5, 0.95))
        assert np.array_equal(found.quantiles["x"].values[row], wanted)
    assert found.quantiles["x"].times.tolist() == [3.0, 7.0]
    assert found.quantiles["y"].times.tolist() == times.tolist()
    for row in range(4):
        gap = abs(found.quantiles["y"].values[row, 0] - exact(courses["y"][:, row], (0.5,))[0])
        assert gap <= found.quantiles["y"].error[row, 0]
    assert found.values == {}
