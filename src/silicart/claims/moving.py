"""Moving the typical value of one input, with everybody's own deviation from it kept.

A patient's value is a quantile around the typical value of its draw, and that around the centre of the register. To
halve the centre therefore moves every patient along the scale on which the value is spread: a log-normal value is
halved, a logit-normal one keeps its distance on the logit scale, an additive one is shifted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from silicart.evidence import Entry

FloatArray = NDArray[np.float64]

FACTORS: tuple[float, ...] = (0.5, 2.0)
_EDGE = 0.02


@dataclass(frozen=True)
class Moved:
    """Values after the move; `note` says what was clipped, or is None."""

    values: FloatArray
    note: str | None


def move_centre(entry: Entry, values: FloatArray, factor: float) -> Moved:
    """Return everybody's value after the centre of an input has been multiplied by a factor.

    Parameters
    ----------
    entry : the input's entry of the register.
    values : (patients,) the values before.
    factor : 0.5 halves, 2 doubles.

    A centre that would leave the bounds of a logit-normal value stops a fiftieth of their distance short of them,
    and the note says so.

    Examples
    --------
    >>> from silicart.evidence import load_register
    >>> entry = load_register()["k_kill"]
    >>> move_centre(entry, np.array([4.0, 6.0]), 0.5).values.tolist()
    [2.0, 3.0]
    """
    spread = entry.uncertainty if entry.variability.is_fixed else entry.variability
    if spread.kind == "logitnormal":
        low, high = spread.lower, spread.upper
        edge = _EDGE * (high - low)
        wanted = entry.value * factor
        centre = min(max(wanted, low + edge), high - edge)
        shift = _logit(np.array([centre]), low, high) - _logit(np.array([entry.value]), low, high)
        score = _logit(np.asarray(values, dtype=np.float64), low, high) + shift
        note = None if centre == wanted else f"the centre stops at {centre:g}, short of its bound"
        return Moved(low + (high - low) / (1.0 + np.exp(-score)), note)
    if spread.kind in ("normal", "uniform"):
        return Moved(np.asarray(values, dtype=np.float64) + entry.value * (factor - 1.0), None)
    return Moved(np.asarray(values, dtype=np.float64) * factor, None)


def _logit(values: FloatArray, low: float, high: float) -> FloatArray:
    return np.asarray(np.log((values - low) / (high - values)), dtype=np.float64)
