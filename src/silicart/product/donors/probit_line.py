"""The benchmark: a probit line in the logarithm of the dose and the day, with a level of each donor's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from silicart.product.donors.series import Measured

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class ProbitLine:
    """percent = 100 Phi(level + per_doubling log2(dose / 800) + per_day day), levels one a donor."""

    levels: tuple[float, ...]
    per_doubling: float
    per_day: float
    error: float

    @property
    def days_per_doubling(self) -> float:
        """Days of positivity that a doubling of the dose gains."""
        return -self.per_doubling / self.per_day

    def percent(self, donor: int, dose_ng: ArrayLike, day: ArrayLike) -> FloatArray:
        """Return the percent of positive cells."""
        return _percent(np.array([self.levels[donor], self.per_doubling, self.per_day]), dose_ng, day)


def fit_probit_line(donors: Sequence[Measured]) -> ProbitLine:
    """Fit by least squares on the percentages.

    Examples
    --------
    >>> from silicart.product.donors.series import training_donors
    >>> line = fit_probit_line([*training_donors().values()])
    >>> round(line.error, 1), round(line.days_per_doubling, 2)
    (6.2, 0.74)
    """
    from scipy.optimize import least_squares

    def residuals(x: FloatArray) -> FloatArray:
        parts = [
            _percent(np.array([x[number], x[-2], x[-1]]), seen.dose_ng, seen.day) - seen.percent
            for number, seen in enumerate(donors)
        ]
        return np.concatenate(parts)

    found = least_squares(residuals, np.array([*(1.0 for _ in donors), 0.5, -0.5]))
    return ProbitLine(
        levels=tuple(float(level) for level in found.x[: len(donors)]),
        per_doubling=float(found.x[-2]),
        per_day=float(found.x[-1]),
        error=float(np.sqrt(np.mean(np.square(found.fun)))),
    )


def _percent(x: FloatArray, dose_ng: ArrayLike, day: ArrayLike) -> FloatArray:
    from scipy.special import ndtr

    doublings = np.log2(np.asarray(dose_ng, dtype=np.float64) / 800.0)
    return np.asarray(100.0 * ndtr(x[0] + x[1] * doublings + x[2] * np.asarray(day, dtype=np.float64)))
