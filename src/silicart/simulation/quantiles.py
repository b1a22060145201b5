"""Quantiles over patients at given times, from counts in fixed bins, or exact in a second pass."""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from silicart.errors import SimulationError

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Quantiles:
    """Quantiles over patients of an observable at times of the run.

    observable : id of a state, observable or computed parameter.
    levels : shares between 0 and 1. The quantile of level q is the smallest value that at least the share q of the
        patients do not exceed; patients who failed do not count.
    bounds : smallest and largest value that the bins reach; what lies outside is counted as below or above.
    bins : how many.
    scale : "linear", or "log" for bins of equal ratio, both bounds being positive.
    times : at which; None for all times of the run.
    exact : simulate everyone again and keep the values in the bins that hold the quantiles, which are then exact.

    Examples
    --------
    >>> Quantiles("activity", (0.05, 0.5, 0.95), bounds=(0.0, 50.0)).edges[:3].tolist()
    [0.0, 0.05, 0.1]
    """

    observable: str
    levels: tuple[float, ...]
    bounds: tuple[float, float]
    bins: int = 1000
    scale: Literal["linear", "log"] = "linear"
    times: tuple[float, ...] | None = None
    exact: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "levels", self._numbers("levels", self.levels))
        object.__setattr__(self, "bounds", self._numbers("bounds", self.bounds))
        if self.times is not None:
            object.__setattr__(self, "times", self._numbers("times", self.times))
        low, high = self.bounds if len(self.bounds) == 2 else (1.0, 0.0)
        whole = isinstance(self.bins, (int, np.integer)) and not isinstance(self.bins, bool)
        for field, fits, expected in (
            ("observable", isinstance(self.observable, str) and self.observable, "the id of an observable"),
            ("levels", self.levels and all(0 <= one <= 1 for one in self.levels), "shares from 0 to 1, at least one"),
            ("bounds", low < high, "two numbers, the smaller first"),
            ("bins", whole and self.bins >= 1, "a whole number of 1 or more"),
            ("scale", self.scale in ("linear", "log"), 'scale="linear" or "log"'),
            ("bounds", self.scale != "log" or low > 0, "two numbers above 0, because the bins are logarithmic"),
            ("times", self.times is None or self.times, "at least one time"),
        ):
            if not fits:
                raise self._refused(field, expected)

    @property
    def name(self) -> str:
        """The name under which a summary holds them."""
        return self.observable

    @property
    def edges(self) -> FloatArray:
        """(bins + 1,) the ends of the bins; a value on an edge belongs to the bin above, on the last to the last."""
        low, high = self.bounds
        space = np.linspace if self.scale == "linear" else np.geomspace
        edges: FloatArray = space(low, high, self.bins + 1)
        edges[0], edges[-1] = low, high
        return edges

    def _numbers(self, field: str, given: object) -> tuple[float, ...]:
        try:
            numbers = tuple(float(one) for one in np.atleast_1d(np.asarray(given, dtype=np.float64)))
        except (TypeError, ValueError):
            raise self._refused(field, "numbers") from None
        if not np.isfinite(numbers).all():
            raise self._refused(field, "finite numbers")
        return numbers

    def _refused(self, field: str, expected: str) -> SimulationError:
        return SimulationError(
            "quantiles that cannot be counted",
            where=f"Quantiles, {field}",
            found=repr(getattr(self, field)),
            expected=expected,
            remedy=f"correct {field}",
        )


@dataclass(frozen=True, eq=False)
class QuantileTable:
    """Quantiles over patients.

    values : (times, levels); NaN where the quantile lies outside the bounds, or nobody is left.
    error : (times, levels) how far the value may be from the true quantile: half a bin, 0 where it is exact.
    edges, counts : (bins + 1,) and (times, bins), how many patients are in each bin.
    below, above, missing : (times,) patients under and over the bounds, and without a value (failed).
    """

    quantiles: Quantiles
    unit: str | None
    times: FloatArray
    values: FloatArray
    error: FloatArray
    edges: FloatArray
    counts: IntArray
    below: IntArray
    above: IntArray
    missing: IntArray

    def to_pandas(self) -> pd.DataFrame:
        """Return one row a time and level: `time`, `level`, `value`, `error`, `below`, `above`, `missing`."""
        import pandas as pd

        levels = self.quantiles.levels
        columns = {"time": self.times, "below": self.below, "above": self.above, "missing": self.missing}
        table = {name: np.repeat(column, len(levels)) for name, column in columns.items()}
        table |= {"level": np.tile(levels, len(self.times))}
        table |= {"value": self.values.ravel(), "error": self.error.ravel()}
        return pd.DataFrame(table)[["time", "level", "value", "error", "below", "above", "missing"]]


class Counts:
    """Counts values into bins, from any thread and in any order: whole numbers add up to the same."""

    def __init__(self, quantiles: Quantiles, times: FloatArray) -> None:
        self.quantiles = quantiles
        self.times = times
        self.edges = quantiles.edges
        # Below the bounds, the bins, above the bounds, missing.
        self.counts = np.zeros((len(times), quantiles.bins + 3), dtype=np.int64)
        self._lock = threading.Lock()

    def add(self, values: FloatArray) -> None:
        """Count values, (patients, times)."""
        places = self.places(values)
        size = self.counts.shape[1]
        flat = places + size * np.arange(len(self.times))
        found = np.bincount(flat.ravel(), minlength=self.counts.size).reshape(self.counts.shape)
        with self._lock:
            self.counts += found

    def places(self, values: FloatArray) -> IntArray:
        """Return the column of `counts` that each value belongs to."""
        bins = self.quantiles.bins
        places = np.searchsorted(self.edges, values, side="right").astype(np.int64)
        places[values == self.edges[-1]] = bins
        places[np.isnan(values)] = bins + 2
        return places

    def wanted(self) -> tuple[IntArray, IntArray]:
        """Return for each time and level the column that holds the quantile (-1: nobody), and its rank in there."""
        counted = self.counts[:, :-1]
        totals = counted.sum(axis=1)
        reached = np.cumsum(counted, axis=1)
        column = np.full((len(self.times), len(self.quantiles.levels)), -1, dtype=np.int64)
        rank = np.zeros_like(column)
        for place, level in enumerate(self.quantiles.levels):
            for row, total in enumerate(totals.tolist()):
                if total:
                    # As the user wrote it: 0.07 of 100 patients are 7, though the double 0.07 is a little more.
                    number = max(1, math.ceil(Fraction(repr(level)) * total))
                    at = int(np.searchsorted(reached[row], number))
                    column[row, place] = at
                    rank[row, place] = number - (reached[row, at - 1] if at else 0)
        return column, rank

    def table(self, unit: str | None) -> QuantileTable:
        """Return the quantiles as the bins tell them: the middle of the bin, by difference or by ratio."""
        bins = self.quantiles.bins
        column, _ = self.wanted()
        inside = (column >= 1) & (column <= bins)
        place = np.where(inside, column - 1, 0)
        low, high = self.edges[place], self.edges[place + 1]
        middle = 0.5 * (low + high) if self.quantiles.scale == "linear" else np.sqrt(low) * np.sqrt(high)
        return QuantileTable(
            self.quantiles,
            unit,
            self.times,
            values=np.where(inside, middle, np.nan),
            error=np.where(inside, np.maximum(high - middle, middle - low), np.nan),
            edges=self.edges,
            counts=self.counts[:, 1 : bins + 1],
            below=self.counts[:, 0],
            above=self.counts[:, bins + 1],
            missing=self.counts[:, bins + 2],
        )


class Gathering:
    """Second pass: keeps only the values in the bins that hold the quantiles."""

    def __init__(self, counts: Counts) -> None:
        self._counts = counts
        self._column, self._rank = counts.wanted()
        self._kept: dict[tuple[int, int], list[FloatArray]] = {
            (row, column): [] for row in range(len(counts.times)) for column in set(self._column[row].tolist()) - {-1}
        }
        self._lock = threading.Lock()

    def add(self, values: FloatArray) -> None:
        """Look through values, (patients, times)."""
        places = self._counts.places(values)
        for (row, column), kept in self._kept.items():
            found = values[places[:, row] == column, row]
            if len(found):
                with self._lock:
                    kept.append(found)

    def table(self, unit: str | None) -> QuantileTable:
        """Return the exact quantiles, also where they lie outside the bounds."""
        table = self._counts.table(unit)
        values = np.full_like(table.values, np.nan)
        for row, place in zip(*np.nonzero(self._column >= 0), strict=True):
            held = np.sort(np.concatenate(self._kept[int(row), int(self._column[row, place])]))
            values[row, place] = held[self._rank[row, place] - 1]
        return replace(table, values=values, error=np.where(np.isnan(values), np.nan, 0.0))


def times_of(quantiles: Sequence[Quantiles], grid: FloatArray) -> FloatArray:
    """Return the times of a run at which something is counted, its first and its last time included.

    Raises
    ------
    SimulationError : quantiles outside the run, or twice of one observable.
    """
    wanted = [grid[[0, -1]]]
    for place, one in enumerate(quantiles):
        times = grid if one.times is None else np.asarray(one.times)
        if times.min() < grid[0] or times.max() > grid[-1]:
            raise SimulationError(
                "quantiles at times outside the run",
                where=f"reductions, quantiles of {one.observable}",
                found=f"{times.min():g} to {times.max():g}",
                expected=f"times from {grid[0]:g} to {grid[-1]:g}",
                remedy="lengthen the run, or drop the times",
            )
        if one.name in (other.name for other in quantiles[:place]):
            raise SimulationError(
                "quantiles of an observable stand twice", where="reductions", found=one.observable,
                expected="each observable once", remedy="put all levels and times into one",
            )  # fmt: skip
        wanted.append(times)
    return np.unique(np.concatenate(wanted))
