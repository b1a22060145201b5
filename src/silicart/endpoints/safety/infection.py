"""Infections as a point process: what raises the hazard from one visit to the next, and what becomes of an infection.

Hazards add up: that of treated disease, raised by steroids, low IgG and missing B cells; and that of the treatment,
from days with hardly any neutrophils and from the weeks after lymphodepletion. Immunoglobulin protects because it
raises the IgG of the model. How many are severe differs between the two parts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from silicart.endpoints.chunk import Chunk

FloatArray = NDArray[np.float64]

EARLY_DAYS, LATE_DAYS = 28.0, 90.0
"""Windows after lymphodepletion in which infections were counted: to day 28, and to day 90."""
STEROID_REFERENCE = 40.0
"""Prednisone in mg a day at which the hazard ratio of `infection_steroid_ratio` holds."""
PARAMETERS = (
    "infection_background", "infection_steroid_ratio", "infection_low_IgG_ratio", "infection_B_aplasia_ratio",
    "infection_neutropenia", "infection_early", "infection_late",
    "infection_severe_share", "infection_severe_share_treatment", "infection_death_share",
    "infection_death_share_background",
)  # fmt: skip
_MOST = 12
_TINY = 1e-300


@dataclass(frozen=True)
class Risks:
    """What a patient carries from a visit to the next, all (patients,).

    prednisone : mg a day. dexamethasone : mean level, 0 to 1. IgG_low, aplasia : whether IgG and B cells are low.
    neutropenic : days below 0.5e9/L. early, late : days in the two windows after lymphodepletion. days : in all.
    """

    prednisone: FloatArray
    dexamethasone: FloatArray
    IgG_low: FloatArray
    aplasia: FloatArray
    neutropenic: FloatArray
    early: FloatArray
    late: FloatArray
    days: float


def expected(chunk: Chunk, risks: Risks) -> tuple[FloatArray, FloatArray]:
    """Return (patients,) expected infections of the disease and of the treatment between two visits."""
    value = chunk.parameter
    steroid = risks.prednisone / STEROID_REFERENCE + risks.dexamethasone
    disease = value("infection_background") * risks.days * value("infection_steroid_ratio") ** np.minimum(steroid, 1.5)
    disease = disease * value("infection_low_IgG_ratio") ** risks.IgG_low
    disease = disease * value("infection_B_aplasia_ratio") ** risks.aplasia
    treatment = value("infection_neutropenia") * risks.neutropenic
    treatment = treatment + value("infection_early") * risks.early + value("infection_late") * risks.late
    return disease, treatment


def shares(chunk: Chunk, disease: FloatArray, treatment: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return (patients,) the share of grade 3 and more among infections of which so many have each cause, and the share
    of deaths among those of grade 3 and more."""
    value = chunk.parameter
    grave = disease * value("infection_severe_share"), treatment * value("infection_severe_share_treatment")
    severe = grave[0] + grave[1]
    fatal = grave[0] * value("infection_death_share_background") + grave[1] * value("infection_death_share")
    return np.asarray(severe / np.maximum(disease + treatment, _TINY)), np.asarray(fatal / np.maximum(severe, _TINY))


def counts(mean: FloatArray, uniform: FloatArray) -> FloatArray:
    """Return (patients,) numbers of events of a Poisson process with these means, from uniform numbers.

    Examples
    --------
    >>> counts(np.array([0.1, 0.1, 2.0]), np.array([0.5, 0.95, 0.5])).tolist()
    [0.0, 1.0, 2.0]
    """
    found = np.zeros_like(mean)
    term = np.exp(-mean)
    total = term.copy()
    for number in range(1, _MOST + 1):
        more = uniform > total
        if not more.any():
            break
        found = found + more
        term = term * mean / number
        total = total + term
    return found
