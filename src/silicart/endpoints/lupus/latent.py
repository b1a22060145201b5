"""What a clinic meets of the disease: the mechanism's activity under drugs, expectation, chance and flares.

The mechanism of an untreated patient rests (no dose, nothing moves). Clinics see more: patients enrol when they are
worse than usual, get better on unspecific care, swing from visit to visit, feel their prednisone, and flare. All of it
multiplies the mechanism's activity, so that a patient without disease has nothing to swing; flares add to it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

REFERENCE = 12.0
"""Activity, in points, of the typical patient at entry."""


def steroid_factor(prednisone: FloatArray, most: FloatArray, half_dose: FloatArray) -> FloatArray:
    """Return (patients,) what a daily dose of prednisone (mg) leaves of activity; 1 without any.

    Examples
    --------
    >>> one = np.ones(1)
    >>> steroid_factor(0 * one, 0.4 * one, 15 * one).tolist(), steroid_factor(15 * one, 0.4 * one, 15 * one).tolist()
    ([1.0], [0.8])
    """
    return np.asarray(1.0 - most * prednisone / (prednisone + half_dose))


def shown(activity: FloatArray, offset: FloatArray) -> FloatArray:
    """Return (patients,) what shows of activity: little below the offset, all of it at 12 points, as trials enrol.

    Low latent activity is not scored: a patient at 2 points has next to no item.

    Examples
    --------
    >>> shown(np.array([0.0, 2.0, 12.0]), np.array([2.0])).round(2).tolist()
    [0.0, 1.17, 12.0]
    """
    return np.asarray(activity * activity / (activity + offset) * (REFERENCE + offset) / REFERENCE)


def drug_factor(
    prednisone: FloatArray,
    immunosuppressant: FloatArray,
    hydroxychloroquine: FloatArray,
    effects: tuple[FloatArray, FloatArray, FloatArray, FloatArray],
) -> FloatArray:
    """Return (patients,) what the drugs of standard care leave of activity.

    effects : the most that prednisone takes off, its dose of half that effect (mg/d), and what a full dose of an
        immunosuppressant and of hydroxychloroquine take off, as shares.
    """
    most, half_dose, by_immunosuppressant, by_hydroxychloroquine = effects
    return np.asarray(
        steroid_factor(prednisone, most, half_dose)
        * (1.0 - by_immunosuppressant * immunosuppressant)
        * (1.0 - by_hydroxychloroquine * hydroxychloroquine)
    )


def approach(value: FloatArray, target: FloatArray, elapsed: float, time: FloatArray) -> FloatArray:
    """Return (patients,) a value that nears its target with a time constant, `elapsed` days later.

    Examples
    --------
    >>> approach(np.zeros(1), np.ones(1), 10.0, np.array([10.0])).round(3).tolist()
    [0.632]
    """
    return np.asarray(target + (value - target) * np.exp(-elapsed / time))


def fluctuate(
    value: FloatArray, level: FloatArray, spread: FloatArray, time: FloatArray, elapsed: float, noise: FloatArray
) -> FloatArray:
    """Return (patients,) a fluctuation `elapsed` days later (Ornstein-Uhlenbeck, drawn exactly).

    level, spread : the mean that it returns to and its standard deviation in the long run.
    time : days after which it has forgotten its value by a factor e.
    noise : standard normal numbers.
    """
    kept = np.exp(-elapsed / time)
    return np.asarray(level + (value - level) * kept + spread * np.sqrt(1.0 - kept * kept) * noise)


def decayed(elapsed: float, time: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return (patients,) what is left of a transient after `elapsed` days, and on average of one that began since."""
    left = np.exp(-elapsed / time)
    return left, np.asarray((1.0 - left) * time / elapsed if elapsed > 0 else np.ones_like(left))
