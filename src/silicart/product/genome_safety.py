"""What integration into the genome may cost: events per dose, and the T-cell malignancies that could come of them.

Two numbers, of different standing. Integration events are counted: copies per cell times cells, and none where the
product has no step that integrates. Malignancies per event are not known to anybody, so nothing is computed per event:
what integration causes is at most the excess over the rate that the same patients have without CAR-T. That excess is a
difference of two uncertain rates, is not cut off at zero, and includes zero.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from silicart.errors import RegisterError
from silicart.product.values import Values, taken

FloatArray = NDArray[np.float64]

GENOME_SAFETY_PARAMETERS = (
    "T_cell_malignancy_after_CAR_T",
    "T_cell_malignancy_background_share",
    "T_cell_malignancy_background_years",
)
"""What `excess_T_cell_malignancy` reads, by id of the register."""


def integration_events(copies_per_cell: ArrayLike, cells: ArrayLike) -> FloatArray:
    """Return the integrated copies that a dose carries.

    Parameters
    ----------
    copies_per_cell : vector copies per cell, averaged over the cells that are counted in `cells`; 0 for mRNA, which has
        no step that integrates: by design, not a measured zero. A `Lot` averages over all its cells, so its copies go
        with all cells infused, CAR+ or not.
    cells : cells infused; one for all, or one a patient.

    Copies that daughter cells inherited in culture are counted again, because each is carried into the patient; the
    number of different sites is smaller by the growth after transduction. In lentiviral CD19 CAR-T 145 600 different
    sites were seen in 198 700 sampled cells, so that most cells of a sample carry a site of their own.

    Raises
    ------
    RegisterError : a negative number of copies or of cells.

    Source: copies per cell as in Castella et al. 2018; sites as in Nobles et al. 2020.

    Examples
    --------
    >>> [f"{events:.2g}" for events in integration_events([2.32, 0.0], 7e7 / 0.397)]
    ['4.1e+08', '0']
    """
    copies, number = np.asarray(copies_per_cell, dtype=np.float64), np.asarray(cells, dtype=np.float64)
    for name, given in (("copies_per_cell", copies), ("cells", number)):
        if np.any(given < 0):
            raise RegisterError(
                "integration events cannot be counted", where=name, found=float(given.min()), expected="0 or more"
            )
    return np.asarray(copies * number)


def background_T_cell_malignancy(values: Values) -> FloatArray:
    """Return T-cell malignancies per patient and year without CAR-T, in patients treated for B-cell cancer.

    Errors: RegisterError when a value is missing.

    Examples
    --------
    >>> from silicart.evidence import load_register
    >>> print(background_T_cell_malignancy(load_register()).round(6))
    0.000253
    """
    known = taken(values, GENOME_SAFETY_PARAMETERS[1:])
    return np.asarray(known["T_cell_malignancy_background_share"] / known["T_cell_malignancy_background_years"])


def excess_T_cell_malignancy(copies_per_cell: ArrayLike, values: Values) -> FloatArray:
    """Return the T-cell malignancies per treated patient and year that integration could account for.

    Parameters
    ----------
    copies_per_cell : vector copies per cell of the product, one for all or one a patient; only whether there are any
        counts, because no evidence ties the risk to their number.
    values : `GENOME_SAFETY_PARAMETERS`, one for all or one a patient.

    Returns
    -------
    Per year, in the common shape of the arguments. For an integrating product: the rate after CAR-T less the background
    without it; negative in a draw where the data show no excess. For a product without copies: 0 by design, which says
    nothing of malignancies with another cause; `mrna_experience` gives what its observed patients can exclude.

    Errors: RegisterError when a value is missing.

    Source: Tix et al. 2024 less the pre-CAR-T registries; the rates hold for the first two years or so.

    Examples
    --------
    >>> from silicart.evidence import load_register
    >>> print(excess_T_cell_malignancy([2.32, 0.0], load_register()).round(6))
    [0.000248 0.      ]
    """
    after = taken(values, GENOME_SAFETY_PARAMETERS[:1])["T_cell_malignancy_after_CAR_T"]
    excess = after - background_T_cell_malignancy(values)
    copies, excess = np.broadcast_arrays(np.asarray(copies_per_cell, dtype=np.float64), excess)
    return np.where(copies > 0, excess, 0.0)
