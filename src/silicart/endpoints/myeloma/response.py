"""Response in myeloma, exact: the categories of the International Myeloma Working Group, for many patients at once.

The table of 2016 (Kumar2016) with the wording of the uniform report of 2011 (Rajkumar2011). Units here are those of the
model: g/L where the table has g/dL, mg/L for free light chains where it has mg/dL. A category at one assessment is only
a candidate: it counts once a second assessment confirms it (`confirmed`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

MEASURABLE_SERUM, MEASURABLE_URINE, MEASURABLE_FLC = 10.0, 200.0, 100.0
"""Least serum M-protein (g/L), urine M-protein (mg/24 h) and involved light chain (mg/L) that can be followed."""

NORMAL_RATIO = (0.26, 1.65)
"""Ratio of kappa to lambda free light chains in health."""

MARROW_CR, MARROW_MEASURABLE = 0.05, 0.30
"""Share of plasma cells in marrow: below the first in a complete response; from the second on it can be followed."""


_SLACK = 1.0 - 1e-9
"""What stands on a limit counts as reaching it, whatever the rounding of a difference or a quotient."""


class Response(IntEnum):
    """Depth of response, deeper is greater. Progression is judged apart, against the lowest value."""

    SD = 0
    MR = 1
    PR = 2
    VGPR = 3
    CR = 4
    SCR = 5


@dataclass(frozen=True)
class Markers:
    """What is measured at one assessment; every field is (patients,).

    serum : M-protein in serum, g/L, 0 when electrophoresis shows none.
    urine : M-protein in urine, mg per 24 hours.
    involved, uninvolved : free light chains, mg/L.
    marrow : share of plasma cells in marrow.
    """

    serum: FloatArray
    urine: FloatArray
    involved: FloatArray
    uninvolved: FloatArray
    marrow: FloatArray

    @property
    def excess(self) -> FloatArray:
        """Involved less uninvolved light chain, mg/L."""
        return self.involved - self.uninvolved


def normal_ratio(involved: ArrayLike, uninvolved: ArrayLike) -> BoolArray:
    """Return whether the ratio of free light chains is normal, whichever chain is involved.

    Examples
    --------
    >>> normal_ratio([1.65, 1.66], [1.0, 1.0]).tolist()
    [True, False]
    """
    ratio = np.asarray(involved, dtype=np.float64) / np.asarray(uninvolved, dtype=np.float64)
    # Which chain is kappa is not kept, so the wider side of the normal range serves the involved one.
    return np.asarray((ratio >= NORMAL_RATIO[0]) & (ratio <= NORMAL_RATIO[1]))


def followed_by_m_protein(entry: Markers) -> BoolArray:
    """Return whether serum or urine M-protein is measurable at entry."""
    return np.asarray((entry.serum >= MEASURABLE_SERUM) | (entry.urine >= MEASURABLE_URINE))


def followed_by_light_chains(entry: Markers) -> BoolArray:
    """Return whether only free light chains are measurable at entry."""
    measurable = (entry.involved >= MEASURABLE_FLC) & ~normal_ratio(entry.involved, entry.uninvolved)
    return np.asarray(~followed_by_m_protein(entry) & measurable)


def category(
    entry: Markers, now: Markers, immunofixation_negative: ArrayLike, clone_absent: ArrayLike,
    plasmacytoma: ArrayLike = 0.0,
) -> NDArray[np.int64]:  # fmt: skip
    """Return (patients,) the `Response` at one assessment.

    Parameters
    ----------
    entry, now : markers before treatment and at this assessment.
    immunofixation_negative : of serum and urine.
    clone_absent : no clonal plasma cells in marrow by immunohistochemistry or flow cytometry.
    plasmacytoma : size of soft-tissue plasmacytomas relative to entry; 0 when there is none.
    """
    left = np.asarray(plasmacytoma, dtype=np.float64)
    by_protein, by_chains = followed_by_m_protein(entry), followed_by_light_chains(entry)
    serum, urine, excess, marrow = (
        _fall(getattr(entry, name), getattr(now, name)) for name in ("serum", "urine", "excess", "marrow")
    )
    ratio = normal_ratio(now.involved, now.uninvolved)
    serum_seen = entry.serum >= MEASURABLE_SERUM
    urine_seen = entry.urine >= MEASURABLE_URINE

    complete = np.asarray(immunofixation_negative, dtype=np.bool_) & (now.marrow < MARROW_CR) & (left == 0.0)
    complete = complete & np.where(by_chains, ratio, True)
    stringent = complete & ratio & np.asarray(clone_absent, dtype=np.bool_)

    not_on_electrophoresis = (now.serum == 0.0) & (now.urine == 0.0)
    deep = np.where(serum_seen, _reaches(serum, 0.90), urine_seen) & (now.urine < 100.0)
    very_good = np.where(by_protein, not_on_electrophoresis | deep, by_chains & _reaches(excess, 0.90))
    in_urine = np.where(urine_seen, _reaches(urine, 0.90) | (now.urine < 200.0), True)
    partial_by_cells = (entry.marrow >= MARROW_MEASURABLE) & _reaches(marrow, 0.50)
    partial = np.where(
        by_protein,
        np.where(serum_seen, _reaches(serum, 0.50), True) & in_urine,
        np.where(by_chains, _reaches(excess, 0.50), partial_by_cells),
    )
    minimal = by_protein & np.where(serum_seen, _reaches(serum, 0.25), True)
    minimal &= np.where(urine_seen, _reaches(urine, 0.50), True)
    halved = left <= 0.50
    found = np.zeros(len(serum), dtype=np.int64)
    for level, reached in (
        (Response.MR, minimal & halved), (Response.PR, partial & halved), (Response.VGPR, very_good & halved),
        (Response.CR, complete), (Response.SCR, stringent),
    ):  # fmt: skip
        found = np.where(reached, int(level), found)
    return found


def progressed(
    entry: Markers, lowest: Markers, now: Markers, new_lesion: ArrayLike = False, plasmacytoma_growth: ArrayLike = 0.0
) -> BoolArray:
    """Return (patients,) whether one assessment shows progression: a quarter above the lowest value, and enough of it.

    Parameters
    ----------
    entry, lowest, now : markers before treatment, the lowest confirmed ones (entry included), and those now.
    new_lesion : a new bone lesion or plasmacytoma.
    plasmacytoma_growth : growth of an old one relative to its smallest size.
    """
    by_protein, by_chains = followed_by_m_protein(entry), followed_by_light_chains(entry)
    rise = now.serum - lowest.serum
    enough = _reaches(rise, np.where(lowest.serum >= 50.0, 10.0, 5.0))
    serum = enough & _risen(lowest.serum, now.serum)
    urine = _reaches(now.urine - lowest.urine, 200.0) & _risen(lowest.urine, now.urine)
    chains = (now.excess - lowest.excess > 100.0) & _risen(lowest.excess, now.excess)
    marrow = _reaches(now.marrow - lowest.marrow, 0.10) & _risen(lowest.marrow, now.marrow)
    in_markers = serum | urine | np.where(by_protein, False, np.where(by_chains, chains, marrow))
    lesion = np.asarray(new_lesion, dtype=np.bool_) | (np.asarray(plasmacytoma_growth) >= 0.50)
    return np.asarray(in_markers | lesion)


def confirmed(before: ArrayLike, now: ArrayLike) -> NDArray[np.int64]:
    """Return the category that two consecutive assessments share: the lesser of the two.

    Examples
    --------
    >>> confirmed([int(Response.CR), int(Response.PR)], [int(Response.VGPR), int(Response.CR)]).tolist()
    [3, 2]
    """
    return np.minimum(np.asarray(before, dtype=np.int64), np.asarray(now, dtype=np.int64))


def _fall(before: FloatArray, now: FloatArray) -> FloatArray:
    """Return the fall as a share of what was there; 0 where nothing was."""
    return np.divide(before - now, before, out=np.zeros_like(now, dtype=np.float64), where=before > 0.0)


def _risen(lowest: FloatArray, now: FloatArray) -> BoolArray:
    # From a lowest value of nothing any rise is more than a quarter.
    return _reaches(now, 1.25 * np.maximum(lowest, 0.0))


def _reaches(found: FloatArray, limit: ArrayLike) -> BoolArray:
    return np.asarray(found >= np.asarray(limit) * _SLACK)
