"""The three scores of myasthenia gravis: their bounds, what a meaningful change is, and what moves them.

MG-ADL asks a patient (8 items, 0 to 24), QMG is an examination (13 items, 0 to 39), MGC takes some of both (0 to 50).
All are whole points and higher is worse.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Score:
    """A score.

    id : its name in findings.
    highest : of the scale, which starts at 0.
    meaningful : points of improvement that count.
    """

    id: str
    highest: float
    meaningful: float


MG_ADL = Score("MG_ADL", 24.0, 2.0)
QMG = Score("QMG", 39.0, 3.0)
MGC = Score("MGC", 50.0, 3.0)
SCORES = (MG_ADL, QMG, MGC)

MINIMAL_SYMPTOMS = 1.0
"""MG-ADL up to which only minimal symptoms are expressed."""

REFERENCE_MG_ADL = 7.0
"""MG-ADL for which the two parts of equation 40 are stated."""


def written(score: Score, latent: FloatArray) -> FloatArray:
    """Return (patients,) the score as it is written down: whole points inside the scale.

    Examples
    --------
    >>> written(MG_ADL, np.array([-2.0, 7.4, 30.0])).tolist()
    [0.0, 7.0, 24.0]
    """
    return np.clip(np.round(latent), 0.0, score.highest)


def selected_entry(
    mean: FloatArray, between: FloatArray, visit: FloatArray, least: FloatArray, uniform: FloatArray, normal: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return MG-ADL as read at entry by those who were let in, and their own level behind that reading.

    Parameters
    ----------
    mean, between : of the level of all who are screened, and its spread between them, in points.
    visit : spread of a reading around a patient's level.
    least : lowest reading that is let in.
    uniform, normal : (patients,) numbers of the patients.

    Returns
    -------
    reading, level : (patients,) points. Selection of high readings makes the level lie below the reading on average:
        that is the regression to the mean of later visits.

    Examples
    --------
    >>> high, one = np.array([0.95]), np.ones(1)
    >>> reading, level = selected_entry(9.0 * one, 2.6 * one, one, 6.0 * one, high, 0.0 * one)
    >>> reading.tolist(), level.round(1).tolist()
    ([14.0], [13.1])
    """
    from scipy.special import ndtr, ndtri

    spread = np.sqrt(between**2 + visit**2)
    # A reading of `least` points or more rounds from half a point below it.
    refused = ndtr((least - 0.5 - mean) / spread)
    raw = mean + spread * ndtri(refused + uniform * (1.0 - refused))
    own = between**2 / spread**2
    level = mean + own * (raw - mean) + visit * np.sqrt(own) * normal
    return written(MG_ADL, raw), np.maximum(level, 0.0)


def antibody_gain(slope: FloatArray, exponent: FloatArray, entry: FloatArray, effect: FloatArray) -> FloatArray:
    """Return the MG-ADL points gained by loss of antibody (first part of equation 40).

    effect : 0 with all of the patient's antibody, 1 with none, delayed as the model has it.

    Source: Valenzuela 2025; the slope lies between two published ones.

    Examples
    --------
    >>> antibody_gain(np.array([3.5]), np.array([0.871]), np.array([7.0]), np.array([0.5])).tolist()
    [1.75]
    """
    return slope * effect * (entry / REFERENCE_MG_ADL) ** exponent


def arrived(days: float, delay: FloatArray) -> FloatArray:
    """Return the share of the change without drug that has come `days` after the first infusion.

    Examples
    --------
    >>> arrived(-7.0, np.array([14.0])).tolist(), arrived(14.0, np.array([14.0])).round(2).tolist()
    ([0.0], [0.63])
    """
    return 1.0 - np.exp(-max(days, 0.0) / delay)
