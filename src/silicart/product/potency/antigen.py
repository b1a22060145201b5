"""Antigen per target cell on a named scale.

Two published counts of BCMA on a myeloma cell differ 19-fold, and the killing threshold is known only relative to them.
So a count is never used as it stands: it is brought to the scale of the register by the myeloma cell that both know, or
densities and threshold are moved together to the other scale.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from silicart.errors import SimulationError, nearest
from silicart.network.compose import used_parameters
from silicart.product.values import FloatArray, Values, taken

SCALES: Mapping[str, str] = {
    "register": "BCMA_tumour",
    "antibody binding": "BCMA_tumour_binding",
    "model input": "BCMA_tumour_input",
}
"""Scale -> the value of the register that says what a myeloma cell carries on it."""


_LINES = ("BCMA_line", "BCMA_line_transduced", "BCMA_line_low")


def density_on_register_scale(values: Values, count: ArrayLike, scale: str) -> FloatArray:
    """Return the density that `count` molecules per cell, counted on `scale`, are on the scale of the register.

    Examples
    --------
    >>> from silicart.evidence import load_register
    >>> density_on_register_scale(load_register(), [670, 390], "antibody binding").round().tolist()
    [5000.0, 2910.0]
    """
    return np.asarray(count, dtype=np.float64) / _factor(values, scale)


def on_scale(values: Values, scale: str) -> dict[str, FloatArray]:
    """Return the values of the dish with every BCMA density and the killing threshold moved to `scale`.

    CAR per cell and the two-dimensional affinity stay: they are not counted on this scale. What is concluded on one
    scale should hold on the other.

    Examples
    --------
    >>> from silicart.evidence import load_register
    >>> moved = on_scale(load_register(), "antibody binding")
    >>> round(float(moved["BCMA_line"])), round(float(moved["n_50"]), 1)
    (670, 25.6)
    """
    factor = _factor(values, scale)
    known = taken(values, [*sorted(used_parameters("dish")), *_LINES, "targets_dish", "reach_line", "assay_time"])
    return known | {id: known[id] * factor for id in (*_LINES, "BCMA_tumour", "n_50")}


def _factor(values: Values, scale: str) -> FloatArray:
    if scale not in SCALES:
        near = nearest(scale, SCALES)
        raise SimulationError(
            "unknown scale of antigen density",
            where="scale",
            found=scale,
            expected="one of: " + ", ".join(SCALES),
            remedy=f"did you mean {near}?" if near else None,
        )
    anchors = taken(values, ("BCMA_tumour", SCALES[scale]))
    return anchors[SCALES[scale]] / anchors["BCMA_tumour"]
