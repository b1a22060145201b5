"""Residual disease: myeloma cells among the nucleated cells of marrow, and what an assay of a given depth sees."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

DEPTH = 1e-5
"""One myeloma cell in 100 000 nucleated cells of marrow."""


def marrow_share(tumour: ArrayLike, marrow_cells: ArrayLike) -> NDArray[np.float64]:
    """Return the share of marrow cells that are myeloma, both counts in cells of the whole body.

    Examples
    --------
    >>> marrow_share([1e12, 0.0], 1e12).tolist()
    [0.5, 0.0]
    """
    cells = np.maximum(np.asarray(tumour, dtype=np.float64), 0.0)
    return np.asarray(cells / (cells + np.asarray(marrow_cells, dtype=np.float64)))


def is_negative(share: ArrayLike, depth: float = DEPTH) -> NDArray[np.bool_]:
    """Return whether an assay of that depth finds no residual disease.

    Examples
    --------
    >>> is_negative([9e-6, 1.1e-5]).tolist()
    [True, False]
    """
    return np.asarray(np.asarray(share, dtype=np.float64) < depth)
