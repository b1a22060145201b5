"""From a dose in mass to copies: how much mRNA a cell is offered."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]

NUCLEOTIDE_G_PER_MOL = 330.0
"""Mean molar mass of a nucleotide of mRNA, as it is used for converting mass to copies."""
AVOGADRO = 6.02214076e23
_UG_PER_MILLION_CELLS_TO_G_PER_CELL = 1e-12


def copies_per_cell(dose: ArrayLike, length: ArrayLike) -> FloatArray:
    """Return mRNA copies per cell that a dose offers.

    Parameters
    ----------
    dose : ug mRNA per 1e6 cells.
    length : of the mRNA, nucleotides.

    Source: arithmetic with 330 g/mol per nucleotide.

    Examples
    --------
    >>> copies_per_cell(1.0, [1800.0, 2000.0]).round(-3).tolist()
    [1014000.0, 912000.0]
    """
    grams = np.asarray(dose, dtype=np.float64) * _UG_PER_MILLION_CELLS_TO_G_PER_CELL
    return copies_of(grams, length)


def copies_of(grams: ArrayLike, length: ArrayLike) -> FloatArray:
    """Return the copies in a mass of mRNA of so many nucleotides.

    Examples
    --------
    >>> f"{float(copies_of(1e-3, 2000.0)):.3g}"
    '9.12e+14'
    """
    molar_mass = NUCLEOTIDE_G_PER_MOL * np.asarray(length, dtype=np.float64)
    return np.asarray(np.asarray(grams, dtype=np.float64) / molar_mass * AVOGADRO)
