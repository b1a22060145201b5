"""A whole course: how many lots, cells and how much mRNA all of its infusions take together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from silicart.errors import ProcessError
from silicart.product.lot import Lot

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Course:
    """What a course needs, beside what a lot gives; arrays are () or (lots,).

    cells : CAR+ cells of all infusions together.
    given_by_lot : viable CAR+ cells that a lot gives.
    lots : lots that the course takes, each as this one; infinite where a lot gives none.
    one_lot : where one frozen lot holds the whole course.
    infusions_by_lot : whole infusions that one lot holds.
    collected : CD3+ cells of one leukapheresis.
    expansion : viable cells per collected cell that the process reached, at its highest.
    expansion_needed : CAR+ cells of the course per collected cell: what must come out of each at the end.
    mRNA_mg : mRNA of all lots of the course.
    """

    infusions: int
    cells_per_infusion: FloatArray
    cells: FloatArray
    given_by_lot: FloatArray
    lots: FloatArray
    one_lot: BoolArray
    infusions_by_lot: FloatArray
    collected: FloatArray
    expansion: FloatArray
    expansion_needed: FloatArray
    mRNA_mg: FloatArray


def course_of(lot: Lot, *, infusions: int, cells_per_infusion: ArrayLike) -> Course:
    """Return what a course of equal infusions takes of this lot, or of each of many.

    Parameters
    ----------
    cells_per_infusion : viable CAR+ cells, one for all or one a lot (they may follow body weight).

    Raises
    ------
    ProcessError : no infusions, no cells in them, or a lot without cells.

    Examples
    --------
    >>> from silicart.evidence import load_register
    >>> from silicart.product.making.lots import make_lot
    >>> from silicart.product.making.process import load_process
    >>> lot = make_lot(load_process("mrna-lnp-bcma"), load_register())
    >>> course = course_of(lot, infusions=6, cells_per_infusion=52.5e6 * 70)
    >>> float(course.cells), bool(course.one_lot)
    (22050000000.0, True)
    """
    each = np.asarray(cells_per_infusion, dtype=np.float64)
    if infusions < 1 or not (np.isfinite(each) & (each > 0)).all():
        raise ProcessError(
            "a course without cells", where="course", found=f"{infusions} infusions of {each} cells",
            expected="at least one infusion of more than 0 CAR+ cells",
        )  # fmt: skip
    if "CAR_positive_cells" not in lot.attributes:
        raise ProcessError(
            "this lot has no cells", where=lot.process, found=lot.carrier, expected="a lot of the ex vivo route",
            remedy="a course in vivo is its doses in mg",
        )  # fmt: skip
    given, cells = lot.attributes["CAR_positive_cells"], infusions * each
    with np.errstate(divide="ignore"):
        lots = np.ceil(np.where(given > 0, cells / given, np.inf))
    mRNA = lot.resources.get("mRNA_mg", np.asarray(0.0))
    collected = lot.balance[0].cells.out
    highest = np.max(np.broadcast_arrays(*(row.cells.out for row in lot.balance)), axis=0)
    shape = np.broadcast_shapes(given.shape, cells.shape)
    return Course(
        infusions=infusions,
        cells_per_infusion=np.broadcast_to(each, shape),
        cells=np.broadcast_to(cells, shape),
        given_by_lot=np.broadcast_to(given, shape),
        lots=np.broadcast_to(lots, shape),
        one_lot=np.broadcast_to(lots <= 1, shape),
        infusions_by_lot=np.broadcast_to(np.floor(given / each), shape),
        collected=np.broadcast_to(collected, shape),
        expansion=np.broadcast_to(highest / collected, shape),
        expansion_needed=np.broadcast_to(cells / collected, shape),
        # A product without mRNA takes none, however many lots it would take.
        mRNA_mg=np.broadcast_to(np.where(mRNA > 0, lots, 0.0) * mRNA, shape),
    )
