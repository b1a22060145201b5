"""What trials of myasthenia gravis report, on any day: changes of scores, responders, minimal symptoms, antibody."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from silicart.endpoints import crossings
from silicart.endpoints.chunk import Chunk
from silicart.endpoints.myasthenia.assessor import ANTIBODY, MYASTHENIA
from silicart.endpoints.myasthenia.scores import MG_ADL, MINIMAL_SYMPTOMS, SCORES
from silicart.endpoints.quantity import Quantity

FloatArray = NDArray[np.float64]
Compute = Callable[[Chunk, float], FloatArray]

FALLEN, HELD = 0.9, 1.1
"""An antibody has fallen below 0.9 of its start, and is held up to 1.1 of its level before: a tenth is assay noise."""

_MG = ("mg",)
_LASTING = 27.0
"""Days from the first to the last visit of a response that lasts four weeks, with a day of tolerance."""

_WORDS = {"MG_ADL": "MG-ADL", "QMG": "QMG", "MGC": "MGC"}


def change(chunk: Chunk, day: float, score: str) -> FloatArray:
    """Return (patients,) the change of a score since entry at the last visit by a day; less than 0 is better."""
    return chunk.charted().at(f"{score}_change", day)


def improved(chunk: Chunk, day: float, score: str, points: float) -> FloatArray:
    """Return 1 where a score is better by some points than at entry, else 0."""
    return (change(chunk, day, score) <= -points).astype(np.float64)


def improved_once(chunk: Chunk, day: float, score: str, points: float) -> FloatArray:
    """Return 1 where a score was better by some points at any visit after entry up to a day, else 0."""
    return np.asarray((_after_entry(chunk, f"{score}_change", day) <= -points).any(axis=1), dtype=np.float64)


def minimal_symptoms(chunk: Chunk, day: float) -> FloatArray:
    """Return 1 where MG-ADL is 0 or 1, else 0."""
    return (chunk.charted().at(MG_ADL.id, day) <= MINIMAL_SYMPTOMS).astype(np.float64)


def minimal_symptoms_once(chunk: Chunk, day: float) -> FloatArray:
    """Return 1 where MG-ADL was 0 or 1 at any visit after entry up to a day, else 0."""
    return np.asarray((_after_entry(chunk, MG_ADL.id, day) <= MINIMAL_SYMPTOMS).any(axis=1), dtype=np.float64)


def responder(chunk: Chunk, day: float) -> FloatArray:
    """Return 1 where MG-ADL was better by 2 points at every visit of four weeks up to a day, else 0."""
    better = _after_entry(chunk, "MG_ADL_change", day) <= -MG_ADL.meaningful
    days = _days_after_entry(chunk, day)
    lasting = np.zeros(chunk.size, dtype=np.bool_)
    since = np.full(chunk.size, np.nan)
    for place, on in enumerate(days):
        since = np.where(better[:, place], np.where(np.isnan(since), on, since), np.nan)
        lasting |= on - since >= _LASTING
    return lasting.astype(np.float64)


def antibody(chunk: Chunk, day: float) -> FloatArray:
    """Return (patients,) the antibody on a day as a share of the patient's own before treatment."""
    return chunk.at(ANTIBODY, day) / chunk.baseline(ANTIBODY)


def antibody_fallen(chunk: Chunk, day: float) -> FloatArray:
    """Return 1 where the antibody has fallen by more than the noise of an assay, else 0."""
    return (antibody(chunk, day) <= FALLEN).astype(np.float64)


def antibody_deeper(chunk: Chunk, day: float) -> FloatArray:
    """Return 1 where the antibody lies lower than three months before, else 0."""
    return (chunk.at(ANTIBODY, day) <= chunk.at(ANTIBODY, day - 90.0)).astype(np.float64)


def antibody_held(chunk: Chunk, day: float) -> FloatArray:
    """Return 1 where the antibody is, within the noise of an assay, no higher than three months before, else 0."""
    return (chunk.at(ANTIBODY, day) <= HELD * chunk.at(ANTIBODY, day - 90.0)).astype(np.float64)


def prednisone(chunk: Chunk, day: float) -> FloatArray:
    """Return (patients,) prednisone on a day, mg a day."""
    return chunk.charted().care_at("prednisone", day)


def _days_after_entry(chunk: Chunk, day: float) -> FloatArray:
    days = chunk.charted().days[1:]
    return days[days <= day + crossings.NEAR]


def _after_entry(chunk: Chunk, finding: str, day: float) -> FloatArray:
    return chunk.charted().finding(finding)[:, 1 : 1 + len(_days_after_entry(chunk, day))]


def _charted(id: str, label: str, unit: str, compute: Compute, definition: str) -> Quantity:
    return Quantity(
        id,
        label,
        unit,
        _MG,
        compute,
        definition,
        needs=MYASTHENIA.needs,
        reads="chart",
    )


def _read(id: str, label: str, compute: Compute, definition: str) -> Quantity:
    return Quantity(id, label, "dimensionless", _MG, compute, definition, needs=(ANTIBODY,))


MYASTHENIA_QUANTITIES: tuple[Quantity, ...] = (
    *(
        _charted(
            f"{one.id}_change", f"change of {_WORDS[one.id]}", "point", partial(change, score=one.id),
            f"{_WORDS[one.id]} at the last visit by that day, minus that at entry.",
        )
        for one in SCORES
    ),
    *(
        _charted(
            f"{one.id}_improved_{one.meaningful:g}", f"{_WORDS[one.id]} better by {one.meaningful:g} points",
            "dimensionless", partial(improved, score=one.id, points=one.meaningful),
            f"{_WORDS[one.id]} is at least {one.meaningful:g} points lower than at entry.",
        )
        for one in SCORES
    ),
    _charted(
        "MG_ADL_improved_6_once", "MG-ADL better by 6 points at some visit", "dimensionless",
        partial(improved_once, score="MG_ADL", points=6.0), "MG-ADL was 6 points lower at some visit by that day.",
    ),
    _charted(
        "MG_ADL_responder", "MG-ADL response of four weeks", "dimensionless", responder,
        "MG-ADL was at least 2 points lower at every visit of at least four weeks by that day.",
    ),
    _charted(
        "MG_minimal_symptoms", "minimal symptom expression", "dimensionless", minimal_symptoms, "MG-ADL is 0 or 1.",
    ),
    _charted(
        "MG_minimal_symptoms_once", "minimal symptom expression at some visit", "dimensionless", minimal_symptoms_once,
        "MG-ADL was 0 or 1 at any visit by that day.",
    ),
    _charted("MG_prednisone", "prednisone in myasthenia", "mg_per_day", prednisone, "Prednisone taken on that day."),
    _read(
        "anti_AChR_relative", "anti-AChR relative to its start", antibody,
        "Antibody to the acetylcholine receptor as a share of the patient's own before treatment.",
    ),
    _read(
        "anti_AChR_fallen", "anti-AChR fallen", antibody_fallen, "The antibody is at most 0.9 of its start.",
    ),
    _read(
        "anti_AChR_deeper", "anti-AChR lower than 90 days before", antibody_deeper,
        "The antibody is no higher than 90 days before.",
    ),
    _read(
        "anti_AChR_held", "anti-AChR no higher than 90 days before, within a tenth", antibody_held,
        "The antibody is at most 1.1 of its level 90 days before.",
    ),
)  # fmt: skip
"""What an observation in myasthenia gravis may name."""
