"""Time to an event with censoring: the share that is free of it, and the median, by Kaplan and Meier."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

if TYPE_CHECKING:
    from scipy.stats import CensoredData

DAYS_PER_MONTH = 365.25 / 12.0


def event_free(times: ArrayLike, observed: ArrayLike, at: float) -> float:
    """Return the share free of the event at a time, by Kaplan and Meier.

    Parameters
    ----------
    times : (patients,) until the event, or until the patient was last seen.
    observed : (patients,) whether the event was seen; False is censored.
    at : the time of interest, in the unit of `times`.

    Examples
    --------
    >>> event_free([1.0, 2.0, 3.0, 4.0], [True, False, True, False], 3.0)
    0.375
    """
    from scipy.stats import ecdf

    curve = ecdf(_data(times, observed)).sf
    return float(curve.evaluate(at))


def median_time(times: ArrayLike, observed: ArrayLike) -> float:
    """Return the first time at which at most half are free of the event; infinity when that is not reached.

    Examples
    --------
    >>> median_time([1.0, 2.0, 3.0, 4.0], [True, True, True, True]), median_time([1.0, 2.0], [True, False])
    (2.0, 1.0)
    >>> median_time([1.0, 2.0, 3.0], [True, False, False])
    inf
    """
    from scipy.stats import ecdf

    curve = ecdf(_data(times, observed)).sf
    reached = np.flatnonzero(curve.probabilities <= 0.5 + 1e-12)
    return float(curve.quantiles[reached[0]]) if len(reached) else float("inf")


def _data(times: ArrayLike, observed: ArrayLike) -> CensoredData:
    from scipy.stats import CensoredData

    days, seen = np.asarray(times, dtype=np.float64), np.asarray(observed, dtype=np.bool_)
    return CensoredData(uncensored=days[seen], right=days[~seen])
