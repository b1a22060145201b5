"""What endpoints need from a simulation: which observables, and on which days."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from silicart.endpoints.crossings import NEAR
from silicart.endpoints.endpoint import COARSE_TO_FINE, Endpoint, Resolution
from silicart.errors import StudyError

FloatArray = NDArray[np.float64]

EARLY_DAYS = 120.0
"""Until this day courses are seen daily, later weekly: depletion, peaks and return fall in the first four months."""

AFTER_INFUSION_DAYS = 14.0
"""Fever, lipid nanoparticles and transient CAR change within hours, for about two weeks after an infusion."""

_STEP, _DAY, _WEEK = 0.25, 1.0, 7.0
_HOURS = (1.0 / 24.0, 3.0 / 24.0)
_BEFORE = 1.0 / 1440.0


def required_observables(endpoints: Iterable[Endpoint]) -> tuple[str, ...]:
    """Return the states and observables that the endpoints need, in the order of first need.

    Examples
    --------
    >>> from silicart.endpoints.registry import find
    >>> required_observables([find("IgG_nadir"), find("Ab_vaccine_6m"), find("IgG_nadir_day")])
    ('IgG', 'Ab_vaccine')
    """
    return tuple(dict.fromkeys(name for endpoint in endpoints for name in endpoint.needs))


def required_parameters(endpoints: Iterable[Endpoint]) -> tuple[str, ...]:
    """Return the values of the register that the endpoints are computed with, in the order of first need.

    Examples
    --------
    >>> from silicart.endpoints.registry import select
    >>> required_parameters(select(["IgG_low", "remission_1y"]))
    ('IgG_infection_limit', 'DORIS_limit')
    """
    return tuple(dict.fromkeys(name for endpoint in endpoints for name in endpoint.parameters))


def required_times(
    endpoints: Iterable[Endpoint], infusions: Sequence[float], end: float, *, start: float = 0.0,
    exact: Sequence[float] = (), finest: Resolution = "landmarks",
) -> FloatArray:  # fmt: skip
    """Return the output days that the endpoints need in an arm, increasing, from `start` to `end`.

    Days count from the first infusion; the caller adds the model time of that day. The finest resolution among the
    endpoints decides: their own days always; daily until day 120 and weekly after; and around every infusion a minute
    before it (an output at a dose time shows the value after the dose), one and three hours after it, and every
    quarter of a day for two weeks. `exact` are days that are wanted besides, and `finest` is the least resolution.

    Raises StudyError when an endpoint reads on a day after `end`, or when an infusion lies outside the course.

    Examples
    --------
    >>> from silicart.endpoints.registry import find
    >>> required_times([find("activity_3m")], (0.0, 7.0), 100.0, start=-5.0).tolist()
    [-5.0, 0.0, 7.0, 90.0, 100.0]
    >>> required_times([find("CAR_peak")], (0.0, 7.0), 730.0).size
    277
    """
    chosen = tuple(endpoints)
    _check_days(chosen, infusions, start, end)
    level = max(COARSE_TO_FINE.index(one) for one in (finest, *(endpoint.resolution for endpoint in chosen)))
    wanted = [start, end, 0.0, *infusions, *exact, *(day for endpoint in chosen for day in endpoint.days)]
    between: list[float] = []
    if level >= COARSE_TO_FINE.index("course"):
        between += _steps(math.ceil(start), min(EARLY_DAYS, end), _DAY)
        between += _steps(EARLY_DAYS, end, _WEEK)
    if level >= COARSE_TO_FINE.index("infusion"):
        for infusion in infusions:
            between += [infusion - _BEFORE, *(infusion + hours for hours in _HOURS)]
            between += _steps(infusion, infusion + AFTER_INFUSION_DAYS, _STEP)
    return _merged(wanted, [day for day in between if start < day < end])


def _steps(first: float, last: float, step: float) -> list[float]:
    return [first + step * place for place in range(max(0, math.floor((last - first) / step + NEAR)) + 1)]


def _merged(exact: Sequence[float], between: Sequence[float]) -> FloatArray:
    # An exact day wins over a grid day a rounding error away from it: a dose time must stay that very number.
    kept = np.unique(np.asarray(exact, dtype=np.float64))
    more = np.unique(np.round(np.asarray(between, dtype=np.float64), 9))
    place = np.searchsorted(kept, more)
    left, right = kept[np.maximum(place - 1, 0)], kept[np.minimum(place, len(kept) - 1)]
    apart = (np.abs(more - left) > NEAR) & (np.abs(more - right) > NEAR)
    return np.sort(np.concatenate([kept, more[apart]]))


def _check_days(endpoints: Sequence[Endpoint], infusions: Sequence[float], start: float, end: float) -> None:
    for endpoint in endpoints:
        if endpoint.days and max(endpoint.days) > end + NEAR:
            raise StudyError(
                "an endpoint reads after the end of the study",
                where=f"endpoint {endpoint.id}",
                found=f"day {max(endpoint.days):g}",
                expected=f"a day up to {end:g}",
                remedy="lengthen the study's horizon, or leave the endpoint out",
            )
    outside = [day for day in infusions if not start <= day <= end]
    if start > 0 or outside or list(infusions) != sorted(infusions):
        raise StudyError(
            "the days of an arm do not fit together",
            where="infusions",
            found=", ".join(f"{day:g}" for day in infusions) if start <= 0 else f"start {start:g}",
            expected=f"a start on or before day 0, and infusions in order between {start:g} and {end:g}",
            remedy="count days from the first infusion",
        )
