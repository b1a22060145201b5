"""How long the median cell of a lot keeps enough CAR, were it kept in culture."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from silicart.product.delivery.expression import express
from silicart.product.values import Values

FloatArray = NDArray[np.float64]

_FOLLOWED_HOURS = 20 * 24.0
_EVERY_HOURS = 2.0


def hours_above(
    values: Values,
    *,
    carrier: str,
    dose: ArrayLike,
    molecules: ArrayLike,
    exposure_hours: ArrayLike | None = None,
    efficiency: ArrayLike = 1.0,
) -> FloatArray:
    """Return (lots,) or () the hours in culture during which the median transfected cell has more CAR than `molecules`.

    The median cell is the one of median decay and median scale. It is followed for 20 days.

    Parameters
    ----------
    molecules : CAR per cell, such as `c_functional`, one for all or one a lot. The others are those of `express`.

    Raises
    ------
    RegisterError, SimulationError : as `express` does.

    Examples
    --------
    >>> from silicart.evidence import load_register
    >>> short, long = hours_above(load_register(), carrier="lnp", dose=[0.5, 1.0], molecules=1000.0)
    >>> bool(0 < short < long < 24 * 7)
    True
    """
    clock = np.arange(0.0, _FOLLOWED_HOURS + _EVERY_HOURS, _EVERY_HOURS)
    course = express(
        values, carrier=carrier, dose=dose, exposure_hours=exposure_hours, culture_hours=_FOLLOWED_HOURS,
        efficiency=efficiency, hours=clock, nodes=1,
    )  # fmt: skip
    car = course.cells.median[..., 0]
    # Signed distance to the threshold on the scale of logarithms, on which courses are nearly straight.
    floor = np.asarray(molecules, dtype=np.float64)[..., None]
    distance = np.log(np.maximum(car, 1e-9)) - np.log(np.maximum(floor, 1e-9))
    first, last = distance[..., :-1], distance[..., 1:]
    gap = np.abs(first - last)
    crossing = np.maximum(first, last) / np.where(gap > 0, gap, 1.0)
    share = np.where((first > 0) & (last > 0), 1.0, np.where((first > 0) | (last > 0), crossing, 0.0))
    return np.asarray(_EVERY_HOURS * share.sum(axis=-1))
