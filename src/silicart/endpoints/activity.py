"""Disease activity: its course, remission, response and relapse, on the model's own activity scale.

Activity is a continuous score in points that behaves like a SLEDAI without items. Remission here is activity below the
limit that the register places beside the clinical part of DORIS (3 points, an assumption). It is not DORIS, which asks
for a clinical SLEDAI of 0, a physician's assessment below 0.5 and at most 5 mg of prednisolone a day, none of which
this release computes. Response and relapse are measured against the patient's own baseline, so
that they mean the same in a patient who starts at 6 and one who starts at 20.
"""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from silicart.endpoints import crossings
from silicart.endpoints.chunk import Chunk
from silicart.endpoints.endpoint import MONTHS_AND_YEARS, Endpoint

FloatArray = NDArray[np.float64]

REMISSION_LIMIT = "DORIS_limit"
"""The value of the register, in points, below which activity counts as remission."""

RESPONSE_SHARE = 0.25
RELAPSE_SHARE = 0.5

_NEEDS = ("activity",)
_YEARS = MONTHS_AND_YEARS[2:]
_DORIS, _LIMIT = ("vanVollenhoven2021",), (REMISSION_LIMIT,)


def activity_on(chunk: Chunk, day: float) -> FloatArray:
    """Return activity on a day, in points."""
    return chunk.at("activity", day)


def activity_relative_on(chunk: Chunk, day: float) -> FloatArray:
    """Return activity on a day as a share of the patient's baseline."""
    return chunk.at("activity", day) / chunk.baseline("activity")


def in_remission_on(chunk: Chunk, day: float) -> FloatArray:
    """Return 1 where activity on a day is below the remission threshold, else 0."""
    return (chunk.at("activity", day) < chunk.parameter(REMISSION_LIMIT)).astype(np.float64)


def remission_day(chunk: Chunk) -> FloatArray:
    """Return the first day in remission; NaN where there is none."""
    return crossings.first_below(*chunk.window("activity"), chunk.parameter(REMISSION_LIMIT))


def remission_share(chunk: Chunk, first: float, last: float) -> FloatArray:
    """Return the share of the days from `first` to `last` that are in remission."""
    below = crossings.time_below(*chunk.window("activity", first, last), chunk.parameter(REMISSION_LIMIT))
    return below / (last - first)


def active_on(chunk: Chunk, day: float) -> FloatArray:
    """Return 1 where activity on a day is above half of the baseline, whether or not it ever fell, else 0."""
    return (activity_relative_on(chunk, day) > RELAPSE_SHARE).astype(np.float64)


def responded_by(chunk: Chunk, day: float) -> FloatArray:
    """Return 1 where activity has fallen below a quarter of the baseline by a day, else 0."""
    return (~np.isnan(_response_day(chunk, day))).astype(np.float64)


def relapse_day(chunk: Chunk, last: float | None = None) -> FloatArray:
    """Return the first day above half of the baseline after a response; NaN where there is none until `last`."""
    days, activity = chunk.window("activity", 0.0, last)
    level = RELAPSE_SHARE * chunk.baseline("activity")
    return crossings.first_above(days, activity, level, after=_response_day(chunk, last))


def relapsed_by(chunk: Chunk, day: float) -> FloatArray:
    """Return 1 where a patient who responded by a day has relapsed by it, 0 where not; NaN without a response."""
    responded = responded_by(chunk, day) == 1.0
    return np.where(responded, (~np.isnan(relapse_day(chunk, day))).astype(np.float64), np.nan)


def sustained_by(chunk: Chunk, day: float) -> FloatArray:
    """Return 1 where a patient responded by a day and has not relapsed by it, else 0."""
    return np.asarray(relapsed_by(chunk, day) == 0.0, dtype=np.float64)


def _response_day(chunk: Chunk, last: float | None) -> FloatArray:
    days, activity = chunk.window("activity", 0.0, last)
    return crossings.first_below(days, activity, RESPONSE_SHARE * chunk.baseline("activity"))


ACTIVITY: tuple[Endpoint, ...] = (
    *(
        Endpoint(
            f"activity_{ending}",
            f"disease activity at {words}",
            "activity",
            "point",
            _NEEDS,
            f"The model's disease activity on day {day:g}.",
            partial(activity_on, day=day),
            (day,),
        )
        for ending, words, day in MONTHS_AND_YEARS
    ),
    *(
        Endpoint(
            f"activity_relative_{ending}",
            f"disease activity at {words}, share of baseline",
            "activity",
            "dimensionless",
            _NEEDS,
            f"The model's disease activity on day {day:g} divided by the patient's own before treatment.",
            partial(activity_relative_on, day=day),
            (day,),
        )
        for ending, words, day in MONTHS_AND_YEARS
    ),
    *(
        Endpoint(
            f"remission_{ending}",
            f"in remission at {words}",
            "activity",
            "dimensionless",
            _NEEDS,
            f"Activity below the register's limit (3 points) on day {day:g}: a counterpart of the clinical part of "
            "DORIS, not DORIS itself.",
            partial(in_remission_on, day=day),
            (day,),
            citations=_DORIS,
            parameters=_LIMIT,
        )
        for ending, words, day in MONTHS_AND_YEARS
    ),
    Endpoint(
        "remission_day",
        "first day in remission",
        "activity",
        "day",
        _NEEDS,
        "The first day with activity below the register's limit (3 points); no value where that is never reached.",
        remission_day,
        resolution="course",
        citations=_DORIS,
        parameters=_LIMIT,
    ),
    *(
        Endpoint(
            f"remission_share_{ending}",
            f"share of {words} in remission",
            "activity",
            "dimensionless",
            _NEEDS,
            f"The share of days {day - 365:g} to {day:g} with activity below the register's limit (3 points).",
            partial(remission_share, first=day - 365.0, last=day),
            (day - 365.0, day),
            "course",
            _DORIS,
            _LIMIT,
        )
        for ending, words, day in _YEARS
    ),
    *(
        Endpoint(
            f"active_{ending}",
            f"active disease at {words}",
            "activity",
            "dimensionless",
            _NEEDS,
            f"Activity above half of the patient's own baseline on day {day:g}, whether or not it ever fell.",
            partial(active_on, day=day),
            (day,),
        )
        for ending, words, day in _YEARS
    ),
    *(
        Endpoint(
            f"response_{ending}",
            f"response by {words}",
            "activity",
            "dimensionless",
            _NEEDS,
            f"Activity below a quarter of the patient's own baseline at some time up to day {day:g}.",
            partial(responded_by, day=day),
            (day,),
            "course",
        )
        for ending, words, day in _YEARS
    ),
    *(
        Endpoint(
            f"relapse_{ending}",
            f"relapse by {words}, of those who responded",
            "activity",
            "dimensionless",
            _NEEDS,
            "Activity back above half of the patient's own baseline after a response (below a quarter of it), up to "
            f"day {day:g}; no value without a response.",
            partial(relapsed_by, day=day),
            (day,),
            "course",
        )
        for ending, words, day in _YEARS
    ),
    *(
        Endpoint(
            f"sustained_response_{ending}",
            f"response without relapse up to {words}",
            "activity",
            "dimensionless",
            _NEEDS,
            "Activity below a quarter of the patient's own baseline at some time, and never again above half of it "
            f"up to day {day:g}.",
            partial(sustained_by, day=day),
            (day,),
            "course",
        )
        for ending, words, day in _YEARS
    ),
    Endpoint(
        "relapse_day",
        "day of relapse",
        "activity",
        "day",
        _NEEDS,
        "The first day above half of the patient's own baseline after a response (below a quarter of it); no value "
        "without one.",
        relapse_day,
        resolution="course",
    ),
)
