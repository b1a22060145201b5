"""Damage that stays (SDI) and death.

Damage falls on few: rates differ between patients as a gamma distribution, which is why half of a cohort has none after
six years although the mean rises by 0.13 a year. Prednisone and activity drive it; death follows damage.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

ORGANS: tuple[str, ...] = ("kidney", "heart", "lung", "skin")
"""Organs whose damage is kept apart; the rest is counted in the sum alone."""

MOST = 12
"""Points of damage that an entry drawing can give at most."""

MOST_FOR_DEATH = 5.0
"""Points of damage after which the hazard of death rises no further: the ratio per point was read for few points."""

USUAL_ACTIVITY = 5.0
"""Activity, in points, at which the base rates of damage and death are stated."""


def frailty(shape: FloatArray, uniform: FloatArray) -> FloatArray:
    """Return (patients,) how prone to damage each patient is: gamma with mean 1."""
    from scipy.special import gammaincinv

    return np.asarray(gammaincinv(shape, uniform) / shape)


def at_entry(mean: FloatArray, uniform: FloatArray) -> FloatArray:
    """Return (patients,) a Poisson number with a mean, from one uniform number.

    Examples
    --------
    >>> at_entry(np.array([0.6, 0.6, 0.6]), np.array([0.5, 0.6, 0.99])).tolist()
    [0.0, 1.0, 3.0]
    """
    term = np.exp(-mean)
    reached = term.copy()
    number = np.zeros_like(mean)
    for count in range(1, MOST + 1):
        number += uniform > reached
        term = term * mean / count
        reached = reached + term
    return number


def rate(
    base: FloatArray,
    prone: FloatArray,
    prednisone: FloatArray,
    per_mg: FloatArray,
    activity: FloatArray,
    share_of_activity: FloatArray,
) -> FloatArray:
    """Return (patients,) points of damage a day.

    base : a day, at 5 points of activity without prednisone.
    per_mg : log-rise per mg of prednisone a day.
    share_of_activity : share of the base rate that is proportional to activity.
    """
    return np.asarray(
        base
        * prone
        * np.exp(per_mg * prednisone)
        * (1.0 - share_of_activity + share_of_activity * activity / USUAL_ACTIVITY)
    )


def organ(uniform: FloatArray, shares: FloatArray) -> NDArray[np.intp]:
    """Return (patients,) where a point of damage falls: a place in `ORGANS`, or past its end for any other.

    shares : (patients, organs), together at most 1.
    """
    return np.asarray((uniform[:, np.newaxis] > np.cumsum(shares, axis=1)).sum(axis=1))


def mortality(
    base: FloatArray, damage: FloatArray, per_point: FloatArray, activity: FloatArray, slope: FloatArray
) -> FloatArray:
    """Return (patients,) deaths a day; `per_point` and `slope` are log-rises per point of damage and of activity."""
    return np.asarray(
        base * np.exp(per_point * np.minimum(damage, MOST_FOR_DEATH) + slope * (activity - USUAL_ACTIVITY))
    )
