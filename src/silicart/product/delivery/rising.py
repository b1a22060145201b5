"""CAR that is still to come when cells are infused: a patient is warm, and their mRNA is translated on.

The classes of the patient model only fade, so that cells which are given before their CAR is highest would never reach
it there. They enter at the height that the lot reaches: its mean CAR peaks within a day or so of delivery.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from silicart.product.delivery.course import INSIDE, run_on
from silicart.product.delivery.expression import Expression
from silicart.product.delivery.mixture import Mixture
from silicart.product.values import Values, taken

FloatArray = NDArray[np.float64]

HOURS = np.arange(0.0, 49.0, 2.0)
"""How long the rise is followed: two days, by when the mean CAR of every lot has been highest."""


@dataclass(frozen=True, eq=False)
class Risen:
    """The transfected cells of lots when their mean CAR is highest in the patient.

    hours : (...) from infusion until then; 0 where CAR falls from the start.
    cells : CAR on the surface then.
    made, lost : (...) CAR that a mean cell makes and loses a day then.
    CAR_made, CAR_lost : (...) CAR that a mean cell has made and lost from infusion until then.
    CAR_nascent : (...) CAR of a mean cell on its way to the surface then.
    """

    hours: FloatArray
    cells: Mixture
    made: FloatArray
    lost: FloatArray
    CAR_made: FloatArray
    CAR_lost: FloatArray
    CAR_nascent: FloatArray

    def residual_translation(self, r_0: ArrayLike) -> FloatArray:
        """Return (...) the share of CAR loss that translation makes good then; at most r_0 (equation 10)."""
        ratio = np.divide(self.made, self.lost, out=np.full(self.lost.shape, np.inf), where=self.lost > 0)
        return np.asarray(np.asarray(r_0, dtype=np.float64) * np.minimum(ratio, 1.0))


def rise(one: Expression, values: Values, loss: ArrayLike, kept: ArrayLike = 1.0) -> Risen:
    """Follow cells from the end of `one` to the highest mean CAR, in the patient.

    Parameters
    ----------
    one : from `express`; where it is a course, its last time is the infusion.
    values : as for `express`.
    loss : 1/day, of CAR on the surface in the patient, one for all or one a lot.
    kept : CAR relative to the end of `one`, where a thaw has taken some.

    Examples
    --------
    >>> from silicart.evidence import load_register
    >>> from silicart.product.delivery import express
    >>> early, late = (express(load_register(), carrier="lnp", dose=1.0, culture_hours=hours) for hours in (6, 72))
    >>> risen = [rise(each, load_register(), loss=0.3) for each in (early, late)]
    >>> [float(each.hours) > 0 for each in risen], bool(risen[0].cells.mean() > 3 * early.mean())
    ([True, False], True)
    """
    v = taken(values, ("k_endosome", "endosomal_escape", "expression_lag"))
    ended = one.hours is not None
    shape, nodes = np.shape(one.translation), one.decay.shape[-1]
    descendants = (one.descendants[..., -1] if ended else one.descendants)[..., None]
    at_the_end = {id: amount[..., -1, :] if ended else amount for id, amount in one.inside.items()}
    inside = {id: (at_the_end[id] / descendants).reshape(-1, nodes) for id in INSIDE}
    for id in ("CAR_surface", "CAR_nascent"):
        inside[id] = inside[id] * np.broadcast_to(kept, shape).reshape(-1, 1)
    rates = {
        **{id: np.broadcast_to(value, shape).reshape(-1, 1) for id, value in v.items()},
        "delta_C_product": np.broadcast_to(loss, shape).reshape(-1, 1),
        "delta_m": one.decay.reshape(-1, nodes),
    }
    course = run_on(inside, rates, HOURS)
    surface, mRNA = course.amounts["CAR_surface"], course.amounts["mRNA_cytosolic"]
    place = np.argmax(np.sum(one.cells.weight * surface, axis=-1), axis=-1)
    lots = np.arange(len(place))
    scale = one.translation.reshape(-1, 1)
    then = (surface[lots, place] * scale).reshape(*shape, nodes)

    def of_mean_cell(id: str) -> FloatArray:
        amount = (course.amounts[id][lots, place] * scale).reshape(*shape, nodes)
        return np.asarray(cells.over_nodes(amount) * np.exp(np.square(spread) / 2))

    spread = np.broadcast_to(one.cells.spread[..., -1] if ended else one.cells.spread, shape)
    cells = replace(one.cells, median=then, spread=spread)
    made = cells.over_nodes((mRNA[lots, place] * scale).reshape(*shape, nodes))
    return Risen(
        hours=HOURS[place].reshape(shape),
        cells=cells,
        made=made,
        lost=np.asarray(np.broadcast_to(loss, shape) * cells.over_nodes(then)),
        CAR_made=of_mean_cell("CAR_made"),
        CAR_lost=of_mean_cell("CAR_lost"),
        CAR_nascent=of_mean_cell("CAR_nascent"),
    )
