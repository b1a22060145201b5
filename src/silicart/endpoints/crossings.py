"""Courses as polylines: where they cross a level, how long they stay below it, their area and their extremes.

Every function takes `days` (times,) increasing and `values` (patients, times), and treats the course between two
output times as a straight line, so that crossings do not jump with the output grid. A `level` is one number or one
a patient.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from silicart.errors import StudyError

FloatArray = NDArray[np.float64]

NEAR = 1e-6
"""Two days closer than this, about a tenth of a second, are the same output time."""


def value_at(days: FloatArray, values: FloatArray, day: float) -> FloatArray:
    """Return the value of each course at a day, interpolated linearly; (patients,).

    Raises StudyError when the day is not covered by the course.

    Examples
    --------
    >>> value_at(np.array([0.0, 2.0]), np.array([[1.0, 5.0]]), 0.5).tolist()
    [2.0]
    """
    _check_covered(days, day)
    right = min(int(np.searchsorted(days, day - NEAR)), len(days) - 1)
    if abs(days[right] - day) <= NEAR:
        return np.asarray(values[:, right], dtype=np.float64)
    weight = (day - days[right - 1]) / (days[right] - days[right - 1])
    return np.asarray((1.0 - weight) * values[:, right - 1] + weight * values[:, right], dtype=np.float64)


def window(days: FloatArray, values: FloatArray, first: float, last: float) -> tuple[FloatArray, FloatArray]:
    """Return days and values of the courses from `first` to `last`, ends included.

    Raises StudyError when either end is not covered by the course.

    Examples
    --------
    >>> kept, part = window(np.array([0.0, 1.0, 2.0]), np.array([[0.0, 1.0, 2.0]]), 0.5, 2.0)
    >>> kept.tolist(), part.tolist()
    ([0.5, 1.0, 2.0], [[0.5, 1.0, 2.0]])
    """
    _check_covered(days, first)
    _check_covered(days, last)
    start, stop = int(np.searchsorted(days, first - NEAR)), int(np.searchsorted(days, last + NEAR))
    kept, part = days[start:stop], values[:, start:stop]
    if not len(kept) or kept[0] > first + NEAR:
        kept, part = np.r_[first, kept], np.c_[value_at(days, values, first), part]
    if kept[-1] < last - NEAR:
        kept, part = np.r_[kept, last], np.c_[part, value_at(days, values, last)]
    return kept, part


def first_below(days: FloatArray, values: FloatArray, level: ArrayLike) -> FloatArray:
    """Return the first day on which each course is below `level`; NaN where it never is.

    Examples
    --------
    >>> first_below(np.array([0.0, 2.0]), np.array([[4.0, 0.0], [4.0, 4.0]]), 3.0).tolist()
    [0.5, nan]
    """
    return first_above(days, -values, -np.asarray(level, dtype=np.float64))


def first_above(days: FloatArray, values: FloatArray, level: ArrayLike, after: ArrayLike | None = None) -> FloatArray:
    """Return the first day on which each course is above `level`, later than `after`; NaN where it never is.

    Where a course is above from its first day on, that day is the answer. `after` is one day or one a patient;
    NaN there gives NaN.

    Examples
    --------
    >>> days, values = np.array([0.0, 1.0, 2.0, 3.0]), np.array([[5.0, 0.0, 2.0, 4.0]])
    >>> first_above(days, values, 3.0).tolist(), first_above(days, values, 3.0, after=1.0).tolist()
    ([0.0], [2.5])
    """
    limit = _column(level)
    above = values > limit
    if after is not None:
        above = above & (days[np.newaxis, :] > _column(after))
    found = np.argmax(above, axis=1)
    return np.where(above.any(axis=1), _crossing(days, values, limit, found - 1, found), np.nan)


def last_return(days: FloatArray, values: FloatArray, level: ArrayLike) -> FloatArray:
    """Return the day on which each course last rises back to `level`.

    NaN where it is never below, and where it is still below at the end.

    Examples
    --------
    >>> days = np.array([0.0, 1.0, 2.0, 3.0, 4.0])
    >>> last_return(days, np.array([[2.0, 0.0, 2.0, 0.0, 4.0], [2.0, 2.0, 2.0, 2.0, 0.0]]), 1.0).tolist()
    [3.25, nan]
    """
    limit = _column(level)
    below = values < limit
    last = values.shape[1] - 1 - np.argmax(below[:, ::-1], axis=1)
    returned = below.any(axis=1) & ~below[:, -1]
    return np.where(returned, _crossing(days, values, limit, last, np.minimum(last + 1, len(days) - 1)), np.nan)


def time_below(days: FloatArray, values: FloatArray, level: ArrayLike) -> FloatArray:
    """Return for how many days in all each course is below `level`.

    Examples
    --------
    >>> time_below(np.array([0.0, 1.0, 2.0]), np.array([[2.0, 0.0, 4.0], [1.0, 1.0, 1.0]]), 1.0).tolist()
    [0.75, 0.0]
    """
    distance = values - _column(level)
    under, size = np.maximum(-distance, 0.0), np.abs(distance)
    total = size[:, 1:] + size[:, :-1]
    share = np.divide(under[:, 1:] + under[:, :-1], total, out=np.zeros_like(total), where=total > 0)
    return _row_sums(share * np.diff(days))


def area(days: FloatArray, values: FloatArray) -> FloatArray:
    """Return the area under each course: straight lines where it rises, exponential decay where it falls.

    This is the linear-up log-down rule of noncompartmental analysis; it is exact for a first-order decline, which the
    plain trapezium overestimates.

    Examples
    --------
    >>> import math
    >>> days = np.array([0.0, 3.0])
    >>> round(float(area(days, np.exp(-days)[np.newaxis, :])[0]), 6) == round(1 - math.exp(-3), 6)
    True
    """
    left, right, width = values[:, :-1], values[:, 1:], np.diff(days)
    falling = (right > 0) & (left > right * (1 + 1e-9))
    ratio = np.where(falling, left / np.where(falling, right, 1.0), 2.0)
    pieces = np.where(falling, (left - right) / np.log(ratio), 0.5 * (left + right))
    return _row_sums(pieces * width)


def lowest(days: FloatArray, values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the lowest value of each course and the (first) day of it, among the output times."""
    place = np.argmin(values, axis=1)
    return np.take_along_axis(values, place[:, np.newaxis], axis=1)[:, 0], days[place]


def highest(days: FloatArray, values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the highest value of each course and the (first) day of it, among the output times."""
    value, day = lowest(days, -values)
    return -value, day


def _crossing(
    days: FloatArray, values: FloatArray, level: FloatArray, before: NDArray[np.intp], then: NDArray[np.intp]
) -> FloatArray:
    """Return where the line from output `before` to output `then` meets the level; the first day where before < 0."""
    rows = np.arange(len(values))
    start, stop = np.maximum(before, 0), then
    old, new = values[rows, start], values[rows, stop]
    step = new - old
    limit = np.broadcast_to(level, (len(values), 1))[:, 0]
    weight = np.divide(limit - old, step, out=np.zeros_like(step), where=step != 0)
    return np.asarray(days[start] + np.clip(weight, 0.0, 1.0) * (days[stop] - days[start]), dtype=np.float64)


def _row_sums(values: FloatArray) -> FloatArray:
    # Not a matrix product: its bits depend on how many patients there are, and a chunk must not change a patient.
    return np.asarray(np.ascontiguousarray(values).sum(axis=1), dtype=np.float64)


def _column(level: ArrayLike) -> FloatArray:
    numbers = np.asarray(level, dtype=np.float64)
    return numbers.reshape(-1, 1)


def _check_covered(days: FloatArray, day: float) -> None:
    if not days[0] - NEAR <= day <= days[-1] + NEAR:
        raise StudyError(
            "an endpoint reads on a day that was not simulated",
            where="endpoints",
            found=f"day {day:g}",
            expected=f"a day from {days[0]:g} to {days[-1]:g}",
            remedy="lengthen the study's horizon, or leave the endpoint out",
        )
