"""Take one curve with its spread out of the stored bands of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

Spread = Literal["patients", "uncertainty"]


@dataclass(frozen=True)
class Series:
    """One observable of one arm over time, with its mean and five quantiles.

    With `spread` "patients" the quantiles run over patients (variability), with "uncertainty" over parameter draws.
    """

    time: NDArray[np.float64]
    mean: NDArray[np.float64]
    q05: NDArray[np.float64]
    q25: NDArray[np.float64]
    q50: NDArray[np.float64]
    q75: NDArray[np.float64]
    q95: NDArray[np.float64]

    def between(self, start: float, end: float) -> Series:
        """Return the part of the curve between two days, with one point on either side so that it meets the edges."""
        first, last = _reach(self.time, start, end)
        parts = (self.time, self.mean, self.q05, self.q25, self.q50, self.q75, self.q95)
        return Series(*(values[first:last] for values in parts))


@dataclass(frozen=True)
class Path:
    """One observable of one simulated patient over time."""

    patient: int
    time: NDArray[np.float64]
    value: NDArray[np.float64]


@dataclass(frozen=True)
class Curves:
    """The stored bands of a run, found by arm, observable, spread and structure ("all" or one rival)."""

    by_key: Mapping[tuple[str, str, str, str], Series]

    def find(self, arm: str, observable: str, spread: Spread, structure: str = "all") -> Series | None:
        """Return a band, or None when the run did not store it."""
        return self.by_key.get((arm, observable, spread, structure))

    def stores(self, observable: str) -> bool:
        """Say whether the run stored an observable in any arm."""
        return any(key[1] == observable for key in self.by_key)


def curves(bands: pd.DataFrame) -> Curves:
    """Return the table of bands of a `StudyResult` as curves; rows of a curve need not be in order."""
    columns = ["time", "mean", "q05", "q25", "q50", "q75", "q95"]
    found = {}
    keys = ["arm", "observable", "spread", "structure"]
    for key, rows in bands.sort_values("time", kind="stable").groupby(keys, sort=False, observed=True):
        arm, observable, spread, structure = (str(part) for part in key)
        found[arm, observable, spread, structure] = Series(*rows[columns].to_numpy(dtype=float).T)
    return Curves(found)


def single_patients(paths: pd.DataFrame, arm: str, observable: str) -> Sequence[Path]:
    """Return the stored paths of the few single patients of an arm; empty when the observable was not stored."""
    if observable not in paths.columns:
        return ()
    found = []
    for patient, rows in paths[paths["arm"] == arm].groupby("patient", sort=True):
        ordered = rows.sort_values("time")
        found.append(
            Path(
                int(str(patient)),
                ordered["time"].to_numpy(dtype=float),
                ordered[observable].to_numpy(dtype=float),
            )
        )
    return found


def _reach(time: NDArray[np.float64], start: float, end: float) -> tuple[int, int]:
    first = int(time.searchsorted(start, side="right")) - 1
    last = int(time.searchsorted(end, side="left")) + 1
    return max(first, 0), min(last, len(time))
