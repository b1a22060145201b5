"""Lentivirus into T cells: copies as a distribution over cells, the CAR+ share that follows, and its CAR per cell."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from silicart.product.delivery import Mixture
from silicart.product.making.batch import Batch, Change, stepped
from silicart.product.making.operations import Taken

FloatArray = NDArray[np.float64]

TRANSDUCING_PARAMETERS = (
    "copies_per_MOI", "donor_transduction", "vector_copy_dispersion", "c_LV", "lentiviral_CAR_log_SD",
)  # fmt: skip
"""What transduction reads, by id of the register."""

_HOURS = 24.0


def copies_per_cell(v: Taken, MOI: ArrayLike) -> FloatArray:
    """Return mean integrated copies per cell, over all cells."""
    return np.asarray(np.asarray(MOI, dtype=np.float64) * v["copies_per_MOI"] * v["donor_transduction"])


def transduced_share(copies: ArrayLike, dispersion: ArrayLike) -> FloatArray:
    """Return the share of cells with at least one copy, which count as CAR+.

    Copies follow a negative binomial over cells: a Poisson whose mean differs between cells. At a large dispersion it
    is the Poisson, at a small one few cells take most copies.

    Examples
    --------
    >>> transduced_share(2.32, [0.2, 1e9]).round(3).tolist()
    [0.398, 0.902]
    """
    k = np.asarray(dispersion, dtype=np.float64)
    return np.asarray(-np.expm1(-k * np.log1p(np.asarray(copies, dtype=np.float64) / k)))


def CAR_of_positive_cells(v: Taken) -> Mixture:
    """Return CAR over the CAR+ cells, log-normal around the value of the patient model."""
    return Mixture(v["c_LV"][..., None], v["lentiviral_CAR_log_SD"], np.ones(1))


def transduce(batch: Batch, v: Taken, treated: FloatArray, MOI: ArrayLike, exposure_hours: float) -> Batch:
    """Add vector to `treated` viable cells; the rest is not used. CAR appears with the end of the exposure."""
    share = np.divide(treated, batch.cells, out=np.zeros(np.shape(treated)), where=batch.cells > 0)
    positive = transduced_share(copies_per_cell(v, MOI), v["vector_copy_dispersion"])
    made = treated * positive * CAR_of_positive_cells(v).mean()
    return stepped(
        batch, "delivery", days=exposure_hours / _HOURS, dead=np.asarray(batch.dead * share),
        cells=Change(lost={"not treated": batch.cells - treated}), CAR=Change(made),
    )  # fmt: skip
