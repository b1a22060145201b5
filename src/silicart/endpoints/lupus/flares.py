"""Flares: a point process whose hazard rises with activity, with serology, and when a drug is withdrawn (equation 39).

A flare needs disease that can flare: the hazard is scaled by the mechanism's own activity, so that a patient whose
autoreactive cells are gone does not flare, while one whom drugs keep quiet does when they are stopped.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

REFERENCE = 8.0
"""Activity, in points, at which the base rates are stated."""

HIGHEST = 25.0
"""Activity above which the hazard rises no further: the exponential law was never seen beyond."""

MAINTENANCE = 5.0
"""mg of prednisone a day whose withdrawal was tried."""


def hazard(
    rate: FloatArray, slope: FloatArray, activity: FloatArray, disease: FloatArray, half: FloatArray
) -> FloatArray:
    """Return (patients,) flares a day.

    rate, slope : flares a day at 8 points, and the log-rise per point.
    activity : what the clinic sees, in points.
    disease, half : the mechanism's activity, and where it halves the hazard.

    Examples
    --------
    >>> one = np.ones(1)
    >>> hazard(0.002 * one, 0.1 * one, 8 * one, 8 * one, one).tolist()
    [0.002]
    """
    able = disease / (disease + half) * (REFERENCE + half) / REFERENCE
    return np.asarray(rate * np.exp(slope * (np.minimum(activity, HIGHEST) - REFERENCE)) * able)


def withdrawal(
    prednisone: FloatArray,
    immunosuppressant: FloatArray,
    came_with: tuple[FloatArray, FloatArray],
    ratios: tuple[FloatArray, FloatArray],
) -> FloatArray:
    """Return (patients,) by how much stopping drugs multiplies the hazard.

    came_with : prednisone (mg/d) and immunosuppressant at entry: what was never taken cannot be withdrawn.
    ratios : hazard ratios of stopping 5 mg of prednisone, and a full immunosuppressant.
    """
    dose = np.maximum(np.minimum(came_with[0], MAINTENANCE) - prednisone, 0.0) / MAINTENANCE
    drug = np.maximum(came_with[1] - immunosuppressant, 0.0)
    return np.asarray(np.power(ratios[0], dose) * np.power(ratios[1], drug))


def happened(rate: FloatArray, days: float, uniform: FloatArray) -> FloatArray:
    """Return (patients,) 1 where at least one event of a hazard fell into some days, else 0; by one uniform number.

    Examples
    --------
    >>> happened(np.array([0.0, 1.0]), 28.0, np.array([0.5, 0.5])).tolist()
    [0.0, 1.0]
    """
    return np.asarray(uniform < -np.expm1(-rate * days), dtype=np.float64)
