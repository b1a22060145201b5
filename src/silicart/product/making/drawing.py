"""Many lots of a process: typical values drawn from uncertainty, and in each draw the same donors and lots around."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from silicart.errors import PopulationError
from silicart.evidence import Register
from silicart.population.draws import TypicalValues, draw_patient_values, draw_typical_values

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Spread:
    """A quantity of lots: how lots differ, and how well their median is known.

    median, low, high : median, 5 % and 95 % over lots, in the middle of the draws.
    known_from, known_to : 5 % and 95 % over draws of the median lot.
    """

    median: float
    low: float
    high: float
    known_from: float
    known_to: float


@dataclass(frozen=True)
class Share:
    """A share of lots: in the middle of the draws, and 5 % and 95 % over draws."""

    share: float
    known_from: float
    known_to: float


@dataclass(frozen=True, eq=False)
class DrawnLots:
    """Lots in parameter draws, draw by draw: lot l of draw d stands at d * lots + l.

    values : id -> (draws * lots,) as each lot has it.
    """

    draws: int
    lots: int
    values: Mapping[str, FloatArray]

    def by_draw(self, values: FloatArray) -> FloatArray:
        """Return (draws, lots) of what was computed for every lot."""
        return np.broadcast_to(values, (self.draws * self.lots,)).reshape(self.draws, self.lots)


def draw_lots(register: Register, names: Iterable[str], lots: int, draws: int, seed: int) -> DrawnLots:
    """Draw lots, each of another donor.

    The two spreads stay apart: typical values differ between draws, donors and lots differ inside a draw. The same
    random numbers make the donors and lots of every draw, so that draws differ by what is not known alone.

    Parameters
    ----------
    names : values of the register that are wanted.
    lots : in each draw.

    Raises
    ------
    PopulationError : no lots or no draws.

    Examples
    --------
    >>> from silicart.evidence import load_register
    >>> drawn = draw_lots(load_register(), ["thaw_recovery"], lots=3, draws=2, seed=1)
    >>> drawn.by_draw(drawn.values["thaw_recovery"]).shape
    (2, 3)
    """
    if lots < 1 or draws < 1:
        raise PopulationError(
            "no lots are asked for",
            where="lots",
            found=f"{lots} lots in {draws} draws",
            expected="at least one of each",
        )
    wanted = dict.fromkeys(names)
    known = replace(register, entries={id: entry for id, entry in register.items() if id in wanted}, categories=())
    numbers = np.arange(draws)
    typical = draw_typical_values(known, seed, numbers, np.zeros(draws, dtype=np.int64))
    same = TypicalValues(np.zeros(draws, dtype=np.int64), typical.values, typical.choices)
    row, lot = np.repeat(numbers, lots), np.tile(np.arange(lots), draws)
    return DrawnLots(draws, lots, draw_patient_values(known, seed, same, row, lot, np.zeros(len(lot), dtype=np.int64)))


def spread_of(table: FloatArray) -> Spread:
    """Return the spread of what was computed for every lot.

    Parameters
    ----------
    table : (draws, lots). Lots that have no such value at all (no CAR+ cell) are NaN and left out; what never ends
        stays infinite. A draw in which no lot has it is left out, and without any draw all is NaN.

    Examples
    --------
    >>> spread_of(np.array([[1.0, 2.0, 3.0], [3.0, 4.0, 5.0]])).median
    3.0
    """
    method: Literal["inverted_cdf", "linear"] = "inverted_cdf" if np.isinf(table).any() else "linear"
    table = table[~np.isnan(table).all(axis=1)]
    if not table.size:
        return Spread(*[float("nan")] * 5)
    low, median, high = np.nanquantile(table, [0.05, 0.5, 0.95], axis=1, method=method)
    known_from, known_to = np.nanquantile(median, [0.05, 0.95], method=method)
    return Spread(*(float(value) for value in (*map(np.nanmedian, (median, low, high)), known_from, known_to)))


def share_of(table: FloatArray | NDArray[np.bool_]) -> Share:
    """Return the share of lots, from (draws, lots) of 0 to 1 or of truth.

    Examples
    --------
    >>> share_of(np.array([[True, False], [True, True]])).share
    0.75
    """
    shares = np.asarray(table, dtype=np.float64).mean(axis=1)
    middle, low, high = np.quantile(shares, [0.5, 0.05, 0.95])
    return Share(float(middle), float(low), float(high))
