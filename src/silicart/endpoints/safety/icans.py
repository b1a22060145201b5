"""Neurotoxicity, from the endothelium of the model to the signs that are graded.

The model has one drive: how far the endothelium is activated. What a brain makes of it differs between patients by an
unknown susceptibility, so the score that a nurse takes is emitted: points of the ICE score lost, in proportion to the
logarithm of the drive over a limit, with the patient's own deviation; far beyond ten points nobody wakes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from silicart.endpoints.chunk import Chunk
from silicart.endpoints.safety.astct import ICE_LARGEST, Consciousness, icans_grade

FloatArray = NDArray[np.float64]

PARAMETERS = ("icans_endothelium", "icans_log_SD", "icans_points", "icans_coma_points")
SUSCEPTIBILITY = "ICANS susceptibility"
_NO_DRIVE = 1e-12


def grade_of(chunk: Chunk, endothelium: FloatArray, susceptibility: FloatArray) -> FloatArray:
    """Return (patients,) the worst grade, 0 to 4, at a highest activation of the endothelium.

    `susceptibility` is (patients,) standard normal, the patient's own.
    """
    limit, spread, points, coma = (chunk.parameter(id) for id in PARAMETERS)
    excess = np.log(np.maximum(endothelium, _NO_DRIVE) / limit) + spread * susceptibility
    lost = np.maximum(points * excess, 0.0)
    score = np.clip(np.ceil(ICE_LARGEST - lost), 0, ICE_LARGEST)
    waking = np.where(lost > ICE_LARGEST + coma, Consciousness.UNAROUSABLE, Consciousness.SPONTANEOUS)
    return icans_grade(score, waking).astype(np.float64)


def grade(chunk: Chunk, day: float | None = None) -> FloatArray:
    """Return (patients,) the worst grade up to a day; 0 in an arm without cells."""
    if not chunk.infusions:
        return np.zeros(chunk.size)
    highest = chunk.window("endothelium", 0.0, day)[1].max(axis=1)
    return grade_of(chunk, highest, chunk.normal(SUSCEPTIBILITY))
