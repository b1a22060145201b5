"""The settings of a delivery, checked."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from silicart.errors import SimulationError

FloatArray = NDArray[np.float64]


def not_negative(name: str, value: ArrayLike, most: float = np.inf) -> FloatArray:
    """Return a setting as an array, one for all or one a lot.

    Raises
    ------
    SimulationError : more than one dimension, or a number that is below 0, above `most` or not finite.

    Examples
    --------
    >>> not_negative("dose", [0.5, 1.0]).tolist()
    [0.5, 1.0]
    """
    array = np.asarray(value, dtype=np.float64)
    if array.ndim > 1 or not np.isfinite(array).all() or (array < 0).any() or (array > most).any():
        numbers = "numbers of 0 or more" if most == np.inf else f"numbers from 0 to {most:g}"
        raise SimulationError(
            f"{name} of a delivery is not valid", where=f"delivery, {name}", found=f"{array}",
            expected=f"{numbers}, one for all or one a lot", remedy="check the settings of the delivery",
        )  # fmt: skip
    return array


def rising(hours: ArrayLike) -> FloatArray:
    """Return the times of a course, which rise from 0.

    Raises
    ------
    SimulationError : they do not.

    Examples
    --------
    >>> rising([0, 24]).tolist()
    [0.0, 24.0]
    """
    clock = np.asarray(hours, dtype=np.float64)
    if clock.ndim != 1 or not len(clock) or clock[0] != 0 or not (np.diff(clock) > 0).all():
        raise SimulationError(
            "the times of a course do not rise from 0", where="delivery, hours", found=f"{clock}",
            expected="hours since delivery, beginning with 0, each later than the one before", remedy="sort them",
        )  # fmt: skip
    return clock
