"""Cells on their way through a process: how many there are, what they carry, and where everything went so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from silicart.product.lot import BalanceRow, Count

FloatArray = NDArray[np.float64]
Lost = Mapping[str, FloatArray]


def _none() -> FloatArray:
    return np.asarray(0.0)


def _never() -> FloatArray:
    return np.asarray(np.inf)


@dataclass(frozen=True, eq=False)
class Batch:
    """One batch, or one a lot; arrays are () or (lots,).

    cells : viable T cells.
    dead : dead cells that are still there and counted.
    purity : CD3+ share of the viable cells.
    CAR : CAR molecules of the viable cells, inside and on the surface.
    mRNA : CAR mRNA copies in and around the viable cells.
    day : days since leukapheresis.
    grows_from : day of the first net growth; infinite before activation.
    rows : where cells, CAR and mRNA went, step by step.
    """

    cells: FloatArray = field(default_factory=_none)
    dead: FloatArray = field(default_factory=_none)
    purity: FloatArray = field(default_factory=_none)
    CAR: FloatArray = field(default_factory=_none)
    mRNA: FloatArray = field(default_factory=_none)
    day: FloatArray = field(default_factory=_none)
    grows_from: FloatArray = field(default_factory=_never)
    rows: tuple[BalanceRow, ...] = ()

    @property
    def viability(self) -> FloatArray:
        """Viable share of all cells."""
        every = self.cells + self.dead
        return np.asarray(np.divide(self.cells, every, out=np.zeros(every.shape), where=every > 0))

    @property
    def activated(self) -> bool:
        """Whether an activation has been carried out."""
        return bool(np.all(np.isfinite(self.grows_from)))


@dataclass(frozen=True, eq=False)
class Change:
    """What a step does to one quantity: `made` by it, `lost` by cause."""

    made: FloatArray = field(default_factory=_none)
    lost: Lost | None = None

    def of(self, brought: ArrayLike) -> Count:
        """Return the account of the step, from what was brought into it."""
        before, lost = np.asarray(brought, dtype=np.float64), dict(self.lost or {})
        return Count(before, self.made, np.asarray(before + self.made - sum(lost.values(), _none())), lost)


def stepped(
    batch: Batch,
    step: str,
    *,
    cells: Change | None = None,
    CAR: Change | None = None,
    mRNA: Change | None = None,
    days: ArrayLike = 0.0,
    **others: FloatArray,
) -> Batch:
    """Return the batch after a step, with a row of its balance; `others` are fields of the batch that it sets."""
    row = BalanceRow(
        step,
        (cells or Change()).of(batch.cells),
        (CAR or Change()).of(batch.CAR),
        (mRNA or Change()).of(batch.mRNA),
    )
    return replace(
        batch,
        cells=row.cells.out,
        CAR=row.CAR.out,
        mRNA=row.mRNA.out,
        day=np.asarray(batch.day + np.asarray(days, dtype=np.float64)),
        rows=(*batch.rows, row),
        **others,
    )


def kept_share(batch: Batch, step: str, share: FloatArray, cause: str) -> Batch:
    """Return the batch with a share of all its cells, and of all that they carry."""
    gone = 1.0 - share
    return stepped(
        batch,
        step,
        cells=Change(lost={cause: batch.cells * gone}),
        CAR=Change(lost={cause: batch.CAR * gone}),
        mRNA=Change(lost={cause: batch.mRNA * gone}),
        dead=np.asarray(batch.dead * share),
    )
