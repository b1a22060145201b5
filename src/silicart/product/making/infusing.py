"""The last account of a lot: from its cells to the expression classes of the patient model, molecule by molecule."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from silicart.product.delivery import Mixture
from silicart.product.lot import BalanceRow, Count
from silicart.product.making.batch import Batch
from silicart.product.making.carrying import Carried
from silicart.product.making.measuring import Measured, mean_above
from silicart.product.making.operations import Taken

FloatArray = NDArray[np.float64]


def infused(batch: Batch, v: Taken, carried: Carried, found: Measured) -> BalanceRow:
    """Return what an infusion of the whole lot brings into the classes, where each class holds c_0 / 2^k molecules.

    Until the mean CAR is highest, cells make and lose CAR in the patient. Cells above the threshold then enter, each in
    the class nearest to its CAR. What a bright cell holds above c_0, and what nearest means for the others (more or
    less than they have, so of either sign; for those that were counted and are below the threshold by now, all that the
    last class holds), is counted; nothing leaves the account unnamed.
    """
    risen = found.risen
    assert risen is not None, "only cells that carry mRNA rise"
    transfected = batch.cells * carried.expression.transfectable
    per_class = v["c_0"][..., None] / 2.0 ** np.arange(found.class_fractions.shape[-1])
    counted = batch.cells * found.attributes["CAR_positive"]
    entering = counted * found.class_fractions.sum(axis=-1)
    into_classes = counted * np.sum(found.class_fractions * per_class, axis=-1)
    on_surface = transfected * risen.cells.mean()
    positive = transfected * _part_above(risen.cells, v["CAR_threshold"])
    excess = transfected * (_part_above(risen.cells, v["c_0"]) - v["c_0"] * risen.cells.share_above(v["c_0"]))
    return BalanceRow(
        "infusion",
        Count(batch.cells, np.asarray(0.0), entering, {"without CAR": batch.cells - entering}),
        Count(
            batch.CAR,
            np.asarray(transfected * risen.CAR_made),
            into_classes,
            {
                "turnover": np.asarray(transfected * risen.CAR_lost),
                "on the way to the surface": np.asarray(transfected * risen.CAR_nascent),
                "on cells below the threshold": np.asarray(on_surface - positive),
                "above the highest class": np.asarray(excess),
                "nearest class": np.asarray(positive - excess - into_classes),
            },
        ),
        Count(batch.mRNA, np.asarray(0.0), batch.mRNA),
    )


def _part_above(cells: Mixture, edge: FloatArray) -> FloatArray:
    """CAR on cells above `edge`, as a mean over all transfected cells."""
    return np.nan_to_num(mean_above(cells, edge)) * cells.share_above(edge)
