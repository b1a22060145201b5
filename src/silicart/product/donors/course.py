"""The share of positive cells over days: reporter of a cell against the gate, averaged over cells (equations 3 and 4).

A cell that took up mRNA makes reporter from it while the mRNA decays, and loses reporter by decay and division:

    mRNA(t) = x exp(-m t)
    reporter'(t) = b mRNA / (1 + mRNA / K) - d reporter

With K large this is the closed form b x (exp(-d t) - exp(-m t)) / (m - d). Between cells the scale b and the mRNA decay
m are log-normal: the first is integrated exactly, the second by Gauss-Hermite quadrature.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]

REFERENCE_DOSE = 800.0
"""Dose in ng at which `reporter_brightness` is stated: the middle dose of the training series."""

DECAY_NODES = 9
SATURATION_NODES = 4
_ALIKE = 1e-6
_DECAY_BOUNDS = (-12.0, 12.0)  # ln of 1/day: years and seconds; farther out no course changes, but exp overflows.
_LONG = 600.0  # Beyond this the reporter of a cell is far below any gate, and exp would overflow.


@dataclass(frozen=True, eq=False)
class Positivity:
    """Share of a donor's cells above the gate, background apart.

    share : (samples, points) between 0 and the transfectable share.
    slope : (samples, points) change of the share for one standard deviation (of cells) more signal.
    transfectable : (samples, 1) the share at infinite signal.
    """

    share: FloatArray
    slope: FloatArray
    transfectable: FloatArray


def positivity(values: Mapping[str, FloatArray], dose_ng: ArrayLike, day: ArrayLike) -> Positivity:
    """Return the share of positive cells for each sample of `values` at each (dose, day).

    Parameters
    ----------
    values : id of the register -> (samples,), those of `parameters/donors.yaml` and the two spreads between cells.
    dose_ng, day : (points,), both above 0.

    Examples
    --------
    >>> from silicart.evidence import load_register
    >>> values = {id: np.array([entry.value]) for id, entry in load_register().items()}
    >>> found = positivity(values, [1600.0, 400.0, 400.0], [1.0, 1.0, 5.0])
    >>> found.share.shape, bool((np.diff(found.share[0]) < 0).all())
    ((1, 3), True)
    """
    from scipy.special import ndtr

    nodes, weights = _normal_nodes(DECAY_NODES)
    log_decay = np.log(_column(values, "reporter_mRNA_decay"))[..., None]
    log_decay = log_decay + _column(values, "expression_decay_log_SD")[..., None] * nodes
    decay = np.exp(np.clip(log_decay, *_DECAY_BOUNDS))
    signal = log_reporter(values, dose_ng, day, decay)
    z = signal / _column(values, "expression_scale_log_SD")[..., None]
    transfectable = _column(values, "reporter_transfectable_share")
    density = np.exp(-0.5 * np.square(z)) / np.sqrt(2.0 * np.pi)
    return Positivity(
        share=transfectable * np.sum(weights * ndtr(z), axis=-1),
        slope=transfectable * np.sum(weights * density, axis=-1),
        transfectable=transfectable,
    )


def log_reporter(
    values: Mapping[str, FloatArray], dose_ng: ArrayLike, day: ArrayLike, mRNA_decay: FloatArray
) -> FloatArray:
    """Return the logarithm of a median cell's reporter relative to the gate, (samples, points, nodes).

    mRNA_decay : (samples, 1, nodes) in 1/day.
    """
    dose = np.asarray(dose_ng, dtype=np.float64)[None, :]
    # Doses share the same few days, and what depends on the day alone is the slow part.
    days, day_of = np.unique(np.asarray(day, dtype=np.float64), return_inverse=True)
    time = days[None, :, None]
    uptake = _column(values, "reporter_uptake")
    loss = (_column(values, "reporter_loss") + _column(values, "reporter_division"))[..., None]
    difference = mRNA_decay - loss
    difference = np.where(np.abs(difference) < _ALIKE, _ALIKE, difference)
    grown = difference * time
    # ln of (exp(-d t) - exp(-m t)) / (m - d), without overflow whichever of the two is faster.
    unsaturated = -np.minimum(mRNA_decay, loss) * time + np.log(-np.expm1(-np.abs(grown))) - np.log(np.abs(difference))
    # Molecules that are still there at `time`, ordered by when they were made: `left` is the mRNA of that moment.
    made, weights = _unit_nodes(SATURATION_NODES)
    earlier = np.log1p(made * np.expm1(-np.maximum(grown, -_LONG))[..., None])
    left = np.exp((mRNA_decay / difference)[..., None] * earlier)[:, day_of]
    start = (uptake * dose / _column(values, "reporter_translation_half_dose"))[..., None, None]
    translated = np.sum(weights / (1.0 + start * left), axis=-1)
    # One logarithm a factor: the product of a dose near 0 and a small uptake is no number above 0 any more.
    scale = np.log(_column(values, "reporter_brightness")) + np.log(uptake) + np.log(dose / REFERENCE_DOSE)
    return np.asarray(scale[..., None] + unsaturated[:, day_of] + np.log(translated))


def _column(values: Mapping[str, FloatArray], id: str) -> FloatArray:
    return np.asarray(values[id], dtype=np.float64)[:, None]


@cache
def _normal_nodes(count: int) -> tuple[FloatArray, FloatArray]:
    nodes, weights = np.polynomial.hermite_e.hermegauss(count)
    return nodes, weights / np.sum(weights)


@cache
def _unit_nodes(count: int) -> tuple[FloatArray, FloatArray]:
    nodes, weights = np.polynomial.legendre.leggauss(count)
    return (nodes + 1.0) / 2.0, weights / 2.0
