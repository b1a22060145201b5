"""Serology as a laboratory prints it: anti-dsDNA in multiples of the upper limit, and C3.

The model carries anti-dsDNA relative to the untreated patient and C3 of a patient who consumes it. Trials also enrol
patients with little antibody (30 %) and normal C3 (56 %): each patient has a titre and a share of consumption.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Values = Mapping[str, FloatArray]

MOST_CONSUMED = 0.8
"""Share of C3 that consumption takes at most: an undetectable C3 is not lupus but an inherited deficiency."""

PURPOSES = ("lupus anti-dsDNA titre", "lupus C3 consumption", "lupus C3 without disease")


def own(values: Values, normals: FloatArray) -> dict[str, FloatArray]:
    """Return what of a patient's serology stays: titre at entry, own C3 without disease, consumption.

    normals : (patients, 3) of `PURPOSES`.
    """
    from scipy.special import ndtri

    log_SD = values["anti_dsDNA_log_SD"]
    link = values["serology_correlation"]
    both = link * normals[:, 0] + np.sqrt(1.0 - link * link) * normals[:, 1]
    return {
        "titre": np.exp(log_SD * (normals[:, 0] + ndtri(values["anti_dsDNA_positive_share"]))),
        "C3_own": values["C3_without_disease"] * np.exp(values["C3_own_log_SD"] * normals[:, 2]),
        "consumption": values["C3_consumption"] * np.exp(values["C3_consumption_log_SD"] * both),
    }


def titre(own_titre: FloatArray, relative: FloatArray, log_SD: FloatArray, noise: FloatArray) -> FloatArray:
    """Return (patients,) anti-dsDNA over the upper limit of normal; above 1 the binding is increased."""
    return np.asarray(own_titre * relative * np.exp(log_SD * noise))


def complement(
    own_C3: FloatArray, consumption: FloatArray, consumed: FloatArray, log_SD: FloatArray, noise: FloatArray
) -> FloatArray:
    """Return (patients,) C3 in g/L as read; `consumed` is the share that the model's patient consumes."""
    share = np.minimum(consumption * np.maximum(consumed, 0.0), MOST_CONSUMED)
    return np.asarray(own_C3 * (1.0 - share) * np.exp(log_SD * noise))
