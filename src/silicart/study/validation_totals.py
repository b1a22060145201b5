"""What many comparisons say together: how often the intervals hold, whether surprise is as it should be, how wide."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from silicart.study.validation_row import ValidationRow

INDICATIONS: Mapping[str, str] = {"sle": "lupus", "mg": "myasthenia gravis", "mm": "myeloma"}


@dataclass(frozen=True)
class Total:
    """Comparisons together.

    observations : how many; inside : in how many the 90 % interval holds the observed figure.
    surprise_below_10, surprise_below_50 : share of observations with a tail probability below 0.1 and 0.5; a model
        whose intervals are right has 0.1 and 0.5 (fewer in counts, which come in steps).
    mean_surprise : 0.5 in a model whose intervals are right.
    width_ratio : geometric mean of how many times wider the prediction is than the chance of a trial of that size.
    """

    observations: int
    inside: int
    surprise_below_10: float
    surprise_below_50: float
    mean_surprise: float
    width_ratio: float

    @property
    def coverage(self) -> float:
        """Share of observations inside their interval."""
        return self.inside / self.observations if self.observations else float("nan")


@dataclass(frozen=True)
class Totals:
    """Comparisons together: all, and by what they are of."""

    overall: Total
    by_indication: Mapping[str, Total]
    by_arm: Mapping[str, Total]
    by_role: Mapping[str, Total]


def totals(rows: Iterable[ValidationRow]) -> Totals:
    """Return the totals of rows: overall, by indication, by arm ("study / arm") and by role."""
    found = list(rows)
    return Totals(
        total(found),
        _grouped(found, lambda row: INDICATIONS.get(row.disease, row.disease)),
        _grouped(found, lambda row: f"{row.study} / {row.arm}"),
        _grouped(found, lambda row: row.observation.role),
    )


def total(rows: Iterable[ValidationRow]) -> Total:
    """Return the total of rows. A row without a prediction is not inside, and has no surprise and no width."""
    found = list(rows)
    predictions = [row.prediction for row in found if row.prediction is not None]
    surprise = np.array([one.surprise for one in predictions])
    ratios = np.array([one.width_ratio for one in predictions])
    ratios = ratios[np.isfinite(ratios) & (ratios > 0.0)]
    nan = float("nan")
    return Total(
        len(found),
        sum(row.inside for row in found),
        float(np.mean(surprise < 0.1)) if len(surprise) else nan,
        float(np.mean(surprise < 0.5)) if len(surprise) else nan,
        float(np.mean(surprise)) if len(surprise) else nan,
        float(np.exp(np.mean(np.log(ratios)))) if len(ratios) else nan,
    )


def _grouped(rows: Iterable[ValidationRow], key: Callable[[ValidationRow], str]) -> dict[str, Total]:
    groups: dict[str, list[ValidationRow]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return {name: total(own) for name, own in groups.items()}
