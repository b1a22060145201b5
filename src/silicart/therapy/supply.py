"""Supply: what was made for patients, and how much of it each of their infusions takes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from silicart.product import Lot

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Supply:
    """The product of an arm as it was made for its patients.

    kind : of the product, a key of `silicart.product.DOSE_UNITS`.
    lot : the patients' lots, one a patient; of an in vivo product, the lot of its lipid nanoparticles.
    infusions : how many infusions a course has.
    amount : (patients,) of one infusion, CAR+ cells, or mg mRNA of an in vivo product.
    """

    kind: str
    lot: Lot
    infusions: int
    amount: FloatArray
