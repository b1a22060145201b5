"""SLEDAI-2K: 24 weighted items, the bands of its sum, and what counts as a change.

An item is present or absent over the 28 days before a visit. The weights are those of the publication (Gladman 2002,
as copied by several calculators); they add up to 105. Nothing here knows how a patient comes to have an item.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from silicart.errors import StudyError, nearest

FloatArray = NDArray[np.float64]

WEIGHTS: dict[str, int] = {
    "seizure": 8,
    "psychosis": 8,
    "organic_brain_syndrome": 8,
    "visual_disturbance": 8,
    "cranial_nerve_disorder": 8,
    "lupus_headache": 8,
    "cva": 8,
    "vasculitis": 8,
    "arthritis": 4,
    "myositis": 4,
    "urinary_casts": 4,
    "hematuria": 4,
    "proteinuria": 4,
    "pyuria": 4,
    "rash": 2,
    "alopecia": 2,
    "mucosal_ulcers": 2,
    "pleurisy": 2,
    "pericarditis": 2,
    "low_complement": 2,
    "increased_dna_binding": 2,
    "fever": 1,
    "thrombocytopenia": 1,
    "leukopenia": 1,
}
"""Item -> points, in the order of the index."""

ITEMS: tuple[str, ...] = tuple(WEIGHTS)
SEROLOGY: tuple[str, ...] = ("low_complement", "increased_dna_binding")
"""Items that a clinical SLEDAI leaves out."""

GROUPS: dict[str, tuple[str, ...]] = {
    "CNS": ITEMS[:7],
    "vascular": ("vasculitis",),
    "musculoskeletal": ("arthritis", "myositis"),
    "renal": ("urinary_casts", "hematuria", "proteinuria", "pyuria"),
    "dermal": ("rash", "alopecia", "mucosal_ulcers"),
    "serosal": ("pleurisy", "pericarditis"),
    "immunologic": SEROLOGY,
    "constitutional": ("fever",),
    "hematologic": ("thrombocytopenia", "leukopenia"),
}
"""Organ system -> its items, as the index groups them."""

MAJOR_ORGANS: tuple[str, ...] = (*GROUPS["CNS"], "vasculitis", *GROUPS["renal"], *GROUPS["serosal"], "fever")
"""Items that no patient in LLDAS may have: kidneys, nervous system, heart and lungs, vasculitis, fever."""

PROTEINURIA_LIMIT = 0.5
"""g per 24 h above which proteinuria is scored."""

CHANGE = 3
"""A rise of more points is a flare, a fall of more an improvement."""

_POINTS = np.array(list(WEIGHTS.values()), dtype=np.float64)
_CLINICAL = np.array([item not in SEROLOGY for item in ITEMS])


def place(item: str) -> int:
    """Return the column of an item. Raises StudyError, with the nearest name, when there is none.

    Examples
    --------
    >>> place("arthritis")
    8
    """
    if item not in WEIGHTS:
        near = nearest(item, ITEMS)
        raise StudyError(
            "SLEDAI-2K has no such item",
            where="SLEDAI-2K",
            found=item,
            expected="one of: " + ", ".join(ITEMS),
            remedy=f"did you mean {near}?" if near else "name one of the 24 items",
        )
    return ITEMS.index(item)


def present(items: Iterable[str]) -> NDArray[np.bool_]:
    """Return (1, 24): the items of one patient by name.

    Examples
    --------
    >>> float(score(present(["arthritis", "rash", "low_complement"]))[0])
    8.0
    """
    row = np.zeros((1, len(ITEMS)), dtype=np.bool_)
    row[0, [place(item) for item in items]] = True
    return row


def score(items: NDArray[np.bool_]) -> FloatArray:
    """Return (patients,) the sum over (patients, 24) items, 0 to 105."""
    return np.asarray(items @ _POINTS, dtype=np.float64)


def clinical_score(items: NDArray[np.bool_]) -> FloatArray:
    """Return (patients,) the sum without low complement and DNA binding, as DORIS uses it.

    Examples
    --------
    >>> float(clinical_score(present(["increased_dna_binding", "fever"]))[0])
    1.0
    """
    return np.asarray(items @ (_POINTS * _CLINICAL), dtype=np.float64)


def band(points: float) -> str:
    """Return the name of the band of a score.

    Examples
    --------
    >>> [band(x) for x in (0, 4, 5, 10, 11)]
    ['remission', 'low activity', 'moderate activity', 'moderate activity', 'high activity']
    """
    if points <= 0:
        return "remission"
    if points < 5:
        return "low activity"
    return "moderate activity" if points <= 10 else "high activity"


def change(before: float, after: float) -> str:
    """Return what a change of the score counts as: a flare or an improvement by more than 3 points.

    Examples
    --------
    >>> change(6, 10), change(10, 6), change(6, 9)
    ('flare', 'improvement', 'persistent activity')
    """
    difference = after - before
    if difference > CHANGE:
        return "flare"
    return "improvement" if difference < -CHANGE else "persistent activity"


def pack(items: NDArray[np.bool_]) -> FloatArray:
    """Return (patients,) one whole number that holds the 24 items, bit by bit; floating point keeps it exactly.

    Examples
    --------
    >>> bool((unpack(pack(present(["fever"]))) == present(["fever"])).all())
    True
    """
    return np.asarray(items @ (2.0 ** np.arange(len(ITEMS))), dtype=np.float64)


def unpack(packed: ArrayLike) -> NDArray[np.bool_]:
    """Return (..., 24) the items of packed numbers."""
    numbers = np.asarray(packed, dtype=np.float64).astype(np.int64)[..., np.newaxis]
    return np.asarray(numbers >> np.arange(len(ITEMS)) & 1, dtype=np.bool_)
