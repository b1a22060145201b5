"""Targets on the electroporation series of two donors: how well the fitted donor model gives what it was fitted to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache, partial

import numpy as np

from silicart.evidence import Register
from silicart.product.acceptance.target import FloatArray, Target
from silicart.product.donors import donor_prior, training_donors
from silicart.product.donors.course import positivity
from silicart.product.donors.posterior import sample_posterior, with_background
from silicart.product.donors.probit_line import fit_probit_line

_GROUP = "expression after electroporation, by donor"
# Chains of 300 steps give the residual to 0.1 points of those of 900, which predictions take; every eighth sample is
# enough for a range.
_STEPS = 300
_EVERY = 8
_DAYS = np.linspace(1.0, 8.0, 281)
_DOSES = (1600.0, 800.0, 400.0)


@cache
def _fit(register: Register) -> Mapping[str, Mapping[str, FloatArray]]:
    """Donor -> id -> (samples,) values after both donors were seen."""
    prior, donors = donor_prior(register), training_donors()
    points = sample_posterior(prior, list(donors.values()), seed=1, steps=_STEPS)
    return {donor: prior.donor_values(points, place) for place, donor in enumerate(donors)}


def _percent(register: Register, donor: str, dose_ng: FloatArray, day: FloatArray) -> FloatArray:
    """(samples, points) percent of positive cells."""
    share = positivity(_fit(register)[donor], dose_ng, day).share
    return np.asarray(100.0 * with_background(share, training_donors()[donor].background))


def _residual(register: Register) -> tuple[float, FloatArray]:
    """Root mean square over all points of both donors, of the median course and of every sample."""
    measured = training_donors()
    courses = [_percent(register, donor, one.dose_ng, one.day) for donor, one in measured.items()]
    seen = np.concatenate([one.percent for one in measured.values()])
    middle = np.concatenate([np.median(course, axis=0) for course in courses])
    every = np.concatenate(courses, axis=1)
    return float(np.sqrt(np.mean((middle - seen) ** 2))), np.sqrt(np.mean((every - seen) ** 2, axis=1))


def _half_value_day(register: Register, donor: str, dose: float) -> tuple[float, FloatArray]:
    """Day on which a course is at half of what it is on day 1."""
    courses = _percent(register, donor, np.full(len(_DAYS), dose), _DAYS)
    return float(_half_days(np.median(courses, axis=0)[np.newaxis])[0]), _half_days(courses)


def _half_days(courses: FloatArray) -> FloatArray:
    below = courses <= courses[:, :1] / 2
    return np.asarray(np.where(below.any(axis=1), _DAYS[np.argmax(below, axis=1)], _DAYS[-1]))


def _delay(register: Register, donor: str) -> tuple[float, FloatArray]:
    """Days that a doubling of the dose buys, by a probit line through a course, as the published figure was derived."""
    one = training_donors()[donor]
    courses = _percent(register, donor, one.dose_ng, one.day)

    def delay(percent: FloatArray) -> float:
        return fit_probit_line([replace(one, percent=percent)]).days_per_doubling

    return delay(np.median(courses, axis=0)), np.array([delay(course) for course in courses[::_EVERY]])


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
