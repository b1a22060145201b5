"""Organ activity in the manner of BILAG: a grade by domain, as far as SRI-4 and BICLA need it.

BILAG-2004 grades nine organ systems by the physician's intention to treat. Seven of them hold items of SLEDAI-2K (eyes
and gut hold none); vasculitis of the skin stands with skin and mucosa, as there. Grades are numbers here: A 4, B 3,
C 2, D 1 (once active, now inactive) and E 0 (never active).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from silicart.endpoints.lupus.sledai import GROUPS

FloatArray = NDArray[np.float64]

A, B, C, D, E = 4.0, 3.0, 2.0, 1.0, 0.0

DOMAINS: dict[str, tuple[str, ...]] = {
    "constitutional": GROUPS["constitutional"],
    "mucocutaneous": (*GROUPS["dermal"], *GROUPS["vascular"]),
    "neuropsychiatric": GROUPS["CNS"],
    "musculoskeletal": GROUPS["musculoskeletal"],
    "cardiorespiratory": GROUPS["serosal"],
    "renal": GROUPS["renal"],
    "haematological": GROUPS["hematologic"],
}
"""Domain -> the items of SLEDAI-2K that it grades."""

_NUMBER = len(DOMAINS)
_BASE = 5.0 ** np.arange(_NUMBER)


def grade(severity: FloatArray, B_limit: FloatArray, A_limit: FloatArray, lowest: FloatArray) -> FloatArray:
    """Return (patients, domains) grades from the severity of the worst item of each domain.

    severity : (patients, domains) log of activity over the activity at which the item appears: above 0 it is there.
    B_limit, A_limit : (patients,) severity from which a drug is changed, or high-dose treatment given.
    lowest : (patients, domains) severity below which a domain was never active (grade E).
    """
    return np.asarray(
        np.where(severity > lowest, D, E)
        + (severity > 0.0)
        + (severity > np.maximum(B_limit, 0.0)[:, np.newaxis])
        + (severity > np.maximum(A_limit, 0.0)[:, np.newaxis]),
        dtype=np.float64,
    )


def pack(grades: FloatArray) -> FloatArray:
    """Return (patients,) one whole number that holds the grades of the seven domains."""
    return np.asarray(grades @ _BASE)


def unpack(packed: FloatArray) -> FloatArray:
    """Return (..., domains) the grades of packed numbers.

    Examples
    --------
    >>> unpack(pack(np.array([[4.0, 0.0, 3.0, 2.0, 1.0, 0.0, 2.0]]))).tolist()
    [[4.0, 0.0, 3.0, 2.0, 1.0, 0.0, 2.0]]
    """
    return np.floor(np.asarray(packed)[..., np.newaxis] / _BASE) % 5.0


def new_A(before: FloatArray, after: FloatArray) -> FloatArray:
    """Return (patients,) how many domains became A that were not."""
    return np.asarray(((after == A) & (before < A)).sum(axis=-1), dtype=np.float64)


def new_B(before: FloatArray, after: FloatArray) -> FloatArray:
    """Return (patients,) how many domains became B from C, D or E."""
    return np.asarray(((after == B) & (before < B)).sum(axis=-1), dtype=np.float64)


def worsened(before: FloatArray, after: FloatArray) -> NDArray[np.bool_]:
    """Return (patients,) whether there is a new A or more than one new B: new activity for SRI-4 and BICLA."""
    return np.asarray((new_A(before, after) > 0) | (new_B(before, after) > 1))


def improved(before: FloatArray, after: FloatArray) -> NDArray[np.bool_]:
    """Return (patients,) whether every A fell to B or below and every B to C or below, as BICLA asks."""
    fell = np.where(before == A, after < A, np.where(before == B, after < B, True))
    return np.asarray(fell.all(axis=-1))
