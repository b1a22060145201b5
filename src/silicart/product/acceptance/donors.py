"""Targets on the electroporation series of two donors: how well the fitted donor model gives what it was fitted to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial

import numpy as np

from silicart.evidence import Register
from silicart.product.acceptance.target import FloatArray, Target
from silicart.product.donors import Measured, donor_prior, training_donors
from silicart.product.donors.course import positivity
from silicart.product.donors.posterior import sample_posterior, with_background

_GROUP = "expression after electroporation, by donor"
# Chains of 300 steps give the residual to 0.03 points of those of 900, which predictions take; every eighth sample is
# enough for a range.
_STEPS = 300
_EVERY = 8
_DAYS = np.linspace(1.0, 8.0, 281)
_DOSES = (1600.0, 800.0, 400.0)


@dataclass(frozen=True, eq=False)
class _Fit:
    """Values of each donor by id -> (samples,), and the donor's background in percent."""

    donors: dict[str, dict[str, FloatArray]]
    background: dict[str, float]

    def percent(self, donor: str, dose_ng: FloatArray, day: FloatArray) -> FloatArray:
        """(samples, points) percent of positive cells."""
        share = positivity(self.donors[donor], dose_ng, day).share
        return np.asarray(100.0 * with_background(share, self.background[donor]))


@cache
def _fit(register: Register) -> _Fit:
    prior, donors = donor_prior(register), training_donors()
    points = sample_posterior(prior, list(donors.values()), seed=1, steps=_STEPS)
    return _Fit(
        {donor: prior.donor_values(points, place) for place, donor in enumerate(donors)},
        {donor: seen.background for donor, seen in donors.items()},
    )


def delay_per_doubling(dose_ng: FloatArray, day: FloatArray, percent: FloatArray) -> float:
    """Return the days of positivity that a doubling of the dose buys, as the published figure was computed.

    A probit line in the logarithm of the dose and the day is fitted to the percentages by least squares; the ratio of
    its slopes is the delay.

    Examples
    --------
    >>> measured = training_donors()
    >>> [round(delay_per_doubling(one.dose_ng, one.day, one.percent), 2) for one in measured.values()]
    [0.88, 0.64]
    """
    from scipy.optimize import least_squares
    from scipy.special import ndtr

    doublings = np.log2(dose_ng)

    def misses(line: FloatArray) -> FloatArray:
        return np.asarray(100.0 * ndtr(line[0] + line[1] * doublings + line[2] * day) - percent)

    line = least_squares(misses, [0.0, 0.3, -0.7]).x
    return float(-line[1] / line[2])


def _residual(register: Register) -> tuple[float, FloatArray]:
    """Root mean square over all points of both donors, of the median course and of every sample."""
    fit = _fit(register)
    measured = training_donors()
    courses = [fit.percent(donor, one.dose_ng, one.day) for donor, one in measured.items()]
    seen = np.concatenate([one.percent for one in measured.values()])
    middle = np.concatenate([np.median(course, axis=0) for course in courses])
    every = np.concatenate(courses, axis=1)
    return float(np.sqrt(np.mean((middle - seen) ** 2))), np.sqrt(np.mean((every - seen) ** 2, axis=1))


def _half_value_day(register: Register, donor: str, dose: float) -> tuple[float, FloatArray]:
    """Day on which a course is at half of what it is on day 1."""
    courses = _fit(register).percent(donor, np.full(len(_DAYS), dose), _DAYS)
    return float(_half_days(np.median(courses, axis=0)[np.newaxis])[0]), _half_days(courses)


def _half_days(courses: FloatArray) -> FloatArray:
    below = courses <= courses[:, :1] / 2
    return np.asarray(np.where(below.any(axis=1), _DAYS[np.argmax(below, axis=1)], _DAYS[-1]))


def _delay(register: Register, donor: str) -> tuple[float, FloatArray]:
    one: Measured = training_donors()[donor]
    courses = _fit(register).percent(donor, one.dose_ng, one.day)
    middle = delay_per_doubling(one.dose_ng, one.day, np.median(courses, axis=0))
    return middle, np.array([delay_per_doubling(one.dose_ng, one.day, course) for course in courses[::_EVERY]])


DONOR_TARGETS = (
    Target(
        "electroporation_residual", _GROUP, "root mean square of the fitted donor model at the same points",
        posterior=_residual,
    ),
    *(
        Target(
            f"half_value_donor_{donor}_{dose:.0f}_ng", _GROUP, "day at half of day 1, fitted donor model",
            posterior=partial(_half_value_day, donor=donor, dose=dose),
        )
        for donor in ("10", "12") for dose in _DOSES
    ),
    *(
        Target(
            f"days_per_dose_doubling_donor_{donor}", _GROUP, "the same line through the fitted donor model",
            posterior=partial(_delay, donor=donor),
        )
        for donor in ("10", "12")
    ),
)  # fmt: skip
