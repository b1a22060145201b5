"""The kidney of a patient with nephritis: proteinuria that resolves slowly, what scars leave, and filtration."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from silicart.endpoints.lupus.latent import approach

FloatArray = NDArray[np.float64]

NORMAL = 0.1
"""g/d of protein that a healthy kidney lets through."""

WORST = 2.0
"""Proteinuria does not aim above this multiple of that at entry."""

YEAR = 365.25


def aim(entry: FloatArray, floor: FloatArray, relative: FloatArray) -> FloatArray:
    """Return (patients,) the proteinuria (g/d) that a kidney would come to at an activity relative to entry.

    Examples
    --------
    >>> aim(np.array([3.1]), np.array([0.1]), np.array([0.5])).round(3).tolist()
    [1.6]
    """
    return np.asarray(floor + (entry - floor) * np.minimum(relative, WORST))


def resolve(proteinuria: FloatArray, target: FloatArray, elapsed: float, time: FloatArray) -> FloatArray:
    """Return (patients,) proteinuria `elapsed` days later: first order, as the filter heals over months."""
    return approach(proteinuria, target, elapsed, time)


def filtration(eGFR: FloatArray, proteinuria: FloatArray, elapsed: float, loss: FloatArray) -> FloatArray:
    """Return (patients,) eGFR in mL/min later; `loss` is per year and g/d of proteinuria above normal."""
    return np.asarray(np.maximum(eGFR - loss * np.maximum(proteinuria - NORMAL, 0.0) * elapsed / YEAR, 0.0))
