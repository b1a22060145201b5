"""Survival of each arm as a trial reports it: Kaplan-Meier steps, patients at risk, and the interval over draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from silicart.study.bands import uncertainty_band

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]

STEP = 14.0
"""Days from point to point of the interval over draws."""


@dataclass(frozen=True)
class SurvivalOfArm:
    """Survival in one arm.

    days, free : (steps,) the Kaplan-Meier estimate over all patients, from 1 on day 0.
    grid, low, high : (points,) its 90 % interval over parameter draws.
    times : (patients,) day of the event, or the last day on which a patient without one was seen.
    median : day by which half of the patients had the event; None where fewer had it.
    """

    arm: str
    days: FloatArray
    free: FloatArray
    grid: FloatArray
    low: FloatArray
    high: FloatArray
    times: FloatArray
    median: float | None

    def at_risk(self, day: float) -> int:
        """Return how many patients are seen on a day and had no event before it."""
        return int(np.sum(self.times >= day))

    def at(self, day: float) -> float:
        """Return the share of patients without an event by a day."""
        return float(self.free[np.searchsorted(self.days, day, side="right") - 1])


def survival(
    endpoints: pd.DataFrame, arms: Sequence[str], event_day: str, alive: str, horizon: float
) -> list[SurvivalOfArm]:
    """Return the survival of each arm that was simulated.

    Parameters
    ----------
    event_day : endpoint with the day of the event, no value in a patient without one.
    alive : endpoint that every simulated patient has a value of; it tells them from those whose simulation failed.
    horizon : day on which follow-up ends.
    """
    if not {event_day, alive} <= set(endpoints.columns):
        return []
    found = []
    for arm in arms:
        rows = endpoints[(endpoints["arm"] == arm) & endpoints[alive].notna()]
        if len(rows):
            found.append(_of(arm, rows[event_day].to_numpy(float), rows["draw"].to_numpy(np.int64), horizon))
    return found


def _of(arm: str, events: FloatArray, draws: NDArray[np.int64], horizon: float) -> SurvivalOfArm:
    from scipy.stats import CensoredData, ecdf

    had = np.isfinite(events) & (events <= horizon)
    times = np.where(had, np.clip(np.nan_to_num(events), 0.0, horizon), horizon)
    steps = ecdf(CensoredData(uncensored=times[had], right=times[~had])).sf
    days = np.concatenate([[0.0], steps.quantiles, [horizon]])
    free = np.concatenate([[1.0], steps.probabilities, [steps.probabilities[-1]]])
    grid = np.append(np.arange(0.0, horizon, STEP), horizon)
    # Nobody is lost before the end, so the share without an event is the estimate of each draw as well.
    without = (~had | (times > grid[:, np.newaxis])).T.astype(np.float64)
    band = uncertainty_band(without, draws)
    median = float(np.quantile(np.where(had, times, np.inf), 0.5, method="inverted_cdf"))
    return SurvivalOfArm(arm, days, free, grid, band[0], band[-1], times, median if np.isfinite(median) else None)
