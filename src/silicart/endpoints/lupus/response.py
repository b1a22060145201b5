"""Composite endpoints of charted patients: who responds, and who is in remission, at the last visit by a day."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from silicart.endpoints.chunk import Chunk
from silicart.endpoints.lupus import bilag, composites
from silicart.endpoints.lupus.composites import Status

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

LOOKBACK = 56.0
"""Days before an assessment in which more prednisone than at entry breaks the medication rules."""

SUSTAINED = 84.0
"""Days for which a taper must hold: TULIP asked for weeks 40 to 52."""


def status(chunk: Chunk, day: float) -> Status:
    """Return what the chart holds of patients at the last visit by a day."""
    chart = chunk.charted()
    return Status(
        SLEDAI=chart.at("SLEDAI", day),
        clinical_SLEDAI=chart.at("clinical_SLEDAI", day),
        PGA=chart.at("PGA", day),
        grades=bilag.unpack(chart.at("BILAG", day)),
        prednisone=chart.care_at("prednisone", day),
    )


def failed(chunk: Chunk, day: float) -> BoolArray:
    """Return (patients,) who broke the medication rules: rescued by a day, or on more prednisone than at entry."""
    chart = chunk.charted()
    rescued = chart.at("rescued", day) > 0 if "rescued" in chart.findings else np.zeros(chunk.size, np.bool_)
    within = (chart.days <= day) & (chart.days >= day - LOOKBACK)
    if "prednisone" not in chart.care or not within.any():
        return np.asarray(rescued)
    more = chart.care["prednisone"][:, within] > chart.entry("prednisone_entry")[:, np.newaxis] + 1e-9
    return np.asarray(rescued | more.any(axis=1))


def sri4(chunk: Chunk, day: float) -> FloatArray:
    """Return (patients,) 1 for responders by SRI-4."""
    return _number(composites.sri(_before(chunk), status(chunk, day), failed(chunk, day)))


def fell_by_4(chunk: Chunk, day: float) -> FloatArray:
    """Return (patients,) 1 where SLEDAI fell by 4 points or more, whatever else."""
    return _number(np.asarray(_before(chunk).SLEDAI - status(chunk, day).SLEDAI >= composites.SRI_FALL))


def bicla(chunk: Chunk, day: float) -> FloatArray:
    """Return (patients,) 1 for responders by BICLA."""
    return _number(composites.bicla(_before(chunk), status(chunk, day), failed(chunk, day)))


def doris(chunk: Chunk, day: float) -> FloatArray:
    """Return (patients,) 1 in DORIS remission."""
    return _number(composites.doris(status(chunk, day)))


def doris_off_drugs(chunk: Chunk, day: float) -> FloatArray:
    """Return (patients,) 1 in DORIS remission without prednisone and immunosuppressant."""
    chart = chunk.charted()
    free = (chart.care_at("prednisone", day) == 0.0) & (chart.care_at("immunosuppressant", day) == 0.0)
    return _number(np.asarray(composites.doris(status(chunk, day)) & free))


def lldas(chunk: Chunk, day: float) -> FloatArray:
    """Return (patients,) 1 in the lupus low disease activity state."""
    chart = chunk.charted()
    major, new = chart.at("major_organ", day) > 0, chart.at("new_activity", day) > 0
    return _number(composites.lldas(status(chunk, day), major, new))


def renal_response(chunk: Chunk, day: float) -> FloatArray:
    """Return (patients,) 1 with a complete renal response; NaN for a patient whose kidneys were never involved."""
    chart = chunk.charted()
    response = composites.complete_renal_response(
        chart.at("proteinuria", day), chart.at("eGFR", day), chart.entry("eGFR"), failed(chunk, day)
    )
    return np.where(chart.entry("renal") > 0, _number(np.asarray(response)), np.nan)


def tapered(chunk: Chunk, day: float) -> FloatArray:
    """Return (patients,) 1 where prednisone was at most 7.5 mg for 12 weeks up to a day; NaN below 10 mg at entry."""
    chart = chunk.charted()
    within = (chart.days <= day) & (chart.days >= day - SUSTAINED)
    kept = (chart.care["prednisone"][:, within] <= composites.LLDAS_PREDNISONE).all(axis=1)
    return np.where(chart.entry("prednisone_entry") >= 10.0, _number(kept), np.nan)


def share_of_visits(chunk: Chunk, day: float, reading: Callable[[Chunk, float], FloatArray]) -> FloatArray:
    """Return (patients,) the share of visits after entry, up to a day, at which a reading is 1."""
    days = [float(one) for one in chunk.charted().days[1:] if one <= day]
    if not days:
        return np.full(chunk.size, np.nan)
    return np.asarray(np.mean([reading(chunk, one) for one in days], axis=0))


def _before(chunk: Chunk) -> Status:
    return status(chunk, float(chunk.charted().days[0]))


def _number(values: BoolArray | np.bool_) -> FloatArray:
    return np.asarray(values, dtype=np.float64)
