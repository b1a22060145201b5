"""What is measured on the cells of a lot: the CAR+ share, CAR per cell, copies, and how long CAR lasts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from silicart.product.delivery import Mixture, Risen, hours_above, rise
from silicart.product.making.carrying import Carried
from silicart.product.making.operations import Taken
from silicart.product.making.transducing import CAR_of_positive_cells, copies_per_cell, transduced_share
from silicart.product.values import Values

FloatArray = NDArray[np.float64]

_QUANTILES = {"CAR_p05": 0.05, "CAR_median": 0.5, "CAR_p95": 0.95}


@dataclass(frozen=True, eq=False)
class Measured:
    """Attributes of the cells by id, and what the patient model takes of them."""

    attributes: Mapping[str, FloatArray]
    class_fractions: FloatArray
    residual_translation: FloatArray
    above_threshold: FloatArray
    risen: Risen | None = None


def measured_mrna(
    v: Taken, values: Values, carrier: str, carried: Carried, kept: FloatArray, classes: int, *, dose: ArrayLike,
    efficiency: float, exposure_hours: float | None,
) -> Measured:  # fmt: skip
    """Measure cells that carry mRNA, at the end of the last stretch.

    kept : CAR per cell after thaw relative to before.
    """
    one = carried.expression
    # A cell that has kept a share of its CAR passes a border where it held the border over that share before.
    threshold = v["CAR_threshold"] / kept
    ratio = v["persistence_ratio_electroporation"] if carrier == "electroporation" else np.asarray(1.0)
    last = Mixture(one.cells.median[..., -1, :], one.cells.spread[..., -1], one.cells.weight)
    # In the patient they make what they have still to make; cells that turn positive there come with those counted.
    risen = rise(one, carried.values, v["delta_C"] / ratio, kept)
    above, quantiles = last.share_above(threshold), last.quantiles(list(_QUANTILES.values()), threshold)
    return Measured(
        attributes={
            "CAR_positive": np.asarray(one.transfectable * above),
            **{id: kept * quantiles[..., place] for place, id in enumerate(_QUANTILES)},
            "CAR_mean": kept * mean_above(last, threshold),
            "vector_copies": v["vector_copies_mrna"],
            "residual_mRNA": one.mRNA()[..., -1],
            "functional_hours": hours_above(
                carried.values, carrier=carrier, dose=dose, molecules=v["c_functional"], efficiency=efficiency,
                exposure_hours=exposure_hours,
            ),
        },
        class_fractions=_by_class(risen.cells, v["c_0"], classes, v["CAR_threshold"], above),
        residual_translation=risen.residual_translation(v["r_0"]),
        above_threshold=above,
        risen=risen,
    )  # fmt: skip


def measured_vector(v: Taken, MOI: ArrayLike, kept: FloatArray, classes: int) -> Measured:
    """Measure cells with an integrated CAR, which makes up for what thaw took and does not fade in culture."""
    cells = CAR_of_positive_cells(v)
    copies = copies_per_cell(v, MOI)
    quantiles = cells.quantiles(list(_QUANTILES.values()))
    borders = [cells.share_above(v["c_0"] / kept * 2.0 ** (0.5 - place)) for place in range(1, classes)]
    upper = np.stack([*borders, np.ones_like(borders[0])], axis=-1) if borders else np.ones((*copies.shape, 1))
    return Measured(
        attributes={
            "CAR_positive": transduced_share(copies, v["vector_copy_dispersion"]),
            **{id: kept * quantiles[..., place] for place, id in enumerate(_QUANTILES)},
            "CAR_mean": kept * cells.mean(),
            "vector_copies": copies,
            "residual_mRNA": np.zeros_like(copies),
            "functional_hours": np.full_like(copies, np.inf),
        },
        class_fractions=np.diff(upper, axis=-1, prepend=0.0),
        residual_translation=np.zeros_like(copies),
        above_threshold=np.ones_like(copies),
    )


def _by_class(cells: Mixture, c_0: FloatArray, classes: int, threshold: FloatArray, counted: FloatArray) -> FloatArray:
    """Return (..., classes) cells by expression class for each cell that was counted as CAR+ at release."""
    # Who was counted enters, in the last class where CAR has fallen below the threshold on the way.
    above = np.maximum(cells.share_above(threshold), counted)
    borders = [cells.share_above(c_0 * 2.0 ** (0.5 - place)) for place in range(1, classes)]
    upper = np.stack([*(np.minimum(border, above) for border in borders), above], axis=-1)
    return np.asarray(np.diff(upper, axis=-1, prepend=0.0) / np.maximum(counted, np.finfo(float).tiny)[..., None])


def mean_above(cells: Mixture, edge: FloatArray) -> FloatArray:
    """Return the mean of the cells above `edge`; NaN where there are none.

    Examples
    --------
    >>> one = Mixture(np.array([2.0]), np.array(0.5), np.array([1.0]))
    >>> bool(mean_above(one, np.array(0.0)) == one.mean()), bool(mean_above(one, np.array(4.0)) > 4.0)
    (True, True)
    """
    from scipy.special import ndtr

    spread = cells.spread[..., None]
    with np.errstate(divide="ignore"):
        over = (np.log(cells.median) - np.log(edge)[..., None]) / spread
    whole = cells.median * np.exp(np.square(spread) / 2.0)
    share = cells.share_above(edge)
    part = cells.over_nodes(whole * ndtr(over + spread))
    return np.asarray(np.divide(part, share, out=np.full(share.shape, np.nan), where=share > 0))
