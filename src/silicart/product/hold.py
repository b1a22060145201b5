"""mRNA CAR-T cells at infusion after one hold: how CAR is spread over its cells, and how much is still being made.

From transfection on, the mRNA of a cell decays, m = exp(-delta_m t), and its CAR follows with a lag (equations 3, 4):

    CAR(t) = scale * g(t - lag),   g(t) = (exp(-delta_C t) - exp(-delta_m t)) / (delta_m - delta_C).

Cells differ in `scale` and in delta_m, both log-normal and independent of each other. At a given time ln CAR of cells
with the same delta_m is therefore normal, with the standard deviation of the scale and the mean ln g; over all cells it
is a mixture of such normals. The mixture is summed by Gauss-Hermite quadrature over ln delta_m rather than replaced by
one normal, because slow decay adds a bright tail that a single log-normal would lose. A spread at the time of infusion
thus follows from the two spreads that were measured, and changes with the hold time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]

LOT_PARAMETERS = (
    "delta_m",
    "delta_C_product",
    "expression_lag",
    "hold_time",
    "peak_CAR_fraction",
    "expression_scale_log_SD",
    "expression_decay_log_SD",
    "CAR_threshold",
    "c_0",
    "delta_C",
    "r_0",
)
"""What `build_lot` reads, by id of the register."""

_NODES = 41


@dataclass(frozen=True)
class HeldCells:
    """Cells as they are infused; every entry is one for all, or one a patient.

    class_fractions : (..., classes) shares of CAR+ cells by expression class; class k holds about c_0 / 2^k molecules.
        They add up to 1, because doses are stated in CAR+ cells.
    residual_translation : share of CAR loss that translation still makes good.
    above_threshold : share of the transfected cells that count as CAR+.
    """

    class_fractions: FloatArray
    residual_translation: FloatArray
    above_threshold: FloatArray


def build_lot(values: Mapping[str, ArrayLike], classes: int = 6) -> HeldCells:
    """Return the lot of a product that is held for `hold_time` between transfection and infusion.

    Parameters
    ----------
    values : `LOT_PARAMETERS` in the register's units (times in day, rates per day), one for all or one a patient.
    classes : number of expression classes.

    The scale is set by `peak_CAR_fraction`: the CAR of the median cell at its highest, relative to c_0. The last class
    also takes what lies below it and above `CAR_threshold`. Residual translation is r_0 as long as the cells make at
    least as much CAR as they will lose in the patient, and falls with the ratio of the two afterwards.

    Source: equations 3 and 4; log-normal spread between cells as fitted by Frohlich et al. 2018.

    Examples
    --------
    >>> from silicart.evidence import load_register
    >>> values = {id: entry.value for id, entry in load_register().items()}
    >>> lot = build_lot(values)
    >>> lot.class_fractions.shape, bool(lot.class_fractions[0] > lot.class_fractions[3])
    ((6,), True)
    """
    given = {name: np.asarray(values[name], dtype=np.float64) for name in LOT_PARAMETERS}
    # The quadrature runs along a last axis that the values do not have.
    v = {name: value[..., None] for name, value in given.items()}
    node, weight = np.polynomial.hermite_e.hermegauss(_NODES)
    weight = weight / weight.sum()
    decay = v["delta_m"] * np.exp(v["expression_decay_log_SD"] * node)
    loss = v["delta_C_product"]
    time = np.maximum(v["hold_time"] - v["expression_lag"], 0.0)
    expressed = _expressed(time, decay, loss)
    peak = _highest(given["delta_m"], given["delta_C_product"])
    with np.errstate(divide="ignore"):
        median = np.log(v["peak_CAR_fraction"] * expressed / peak[..., None])
    threshold = np.log(given["CAR_threshold"] / given["c_0"])
    above = _share_above(threshold, median, v["expression_scale_log_SD"], weight)
    edges = [-(place - 0.5) * np.log(2.0) for place in range(1, classes)]
    shares = [_share_above(edge, median, v["expression_scale_log_SD"], weight) for edge in edges]
    # A class border below the threshold holds no CAR+ cell beyond it.
    upper = np.stack([np.minimum(np.broadcast_to(share, above.shape), above) for share in [*shares, above]], axis=-1)
    fractions = np.diff(upper, axis=-1, prepend=0.0) / np.maximum(above, np.finfo(float).tiny)[..., None]
    made = np.sum(weight * np.exp(-decay * time), axis=-1)
    lost = given["delta_C"] * np.sum(weight * expressed, axis=-1)
    share = np.divide(made, lost, out=np.full(np.broadcast(made, lost).shape, np.inf), where=lost > 0)
    return HeldCells(fractions, given["r_0"] * np.minimum(share, 1.0), above)


def _expressed(time: FloatArray, decay: FloatArray, loss: FloatArray) -> FloatArray:
    """CAR at `time` per unit of scale; the two rates may be equal."""
    difference = (decay - loss) * time
    # (1 - exp(-x)) / x without cancellation, and 1 at x = 0.
    share = np.divide(-np.expm1(-difference), difference, out=np.ones_like(difference), where=difference != 0)
    return np.asarray(time * np.exp(-loss * time) * share)


def _highest(decay: FloatArray, loss: FloatArray) -> FloatArray:
    """The highest CAR of a cell, where translation and loss balance."""
    equal = np.isclose(decay, loss, rtol=1e-9)
    gap = np.where(equal, 1.0, decay - loss)
    time = np.where(equal, 1.0 / loss, np.log(decay / loss) / gap)
    return np.asarray(np.exp(-decay * time) / loss)


def _share_above(edge: ArrayLike, median: FloatArray, spread: FloatArray, weight: FloatArray) -> FloatArray:
    """Share of cells whose ln(CAR / c_0) exceeds `edge`."""
    from scipy.special import ndtr

    return np.asarray(np.sum(weight * ndtr((median - np.asarray(edge)[..., None]) / spread), axis=-1))
