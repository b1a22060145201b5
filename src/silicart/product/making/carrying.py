"""Cells that carry mRNA: its delivery, and what becomes of mRNA and CAR in culture and in the cold until infusion.

One run of `silicart.product.delivery.express` gives mRNA and CAR per founder cell at the end of every step; a step then
takes the difference between its two ends, and cells that die take their share of both with them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from silicart.product.delivery import DELIVERY_PARAMETERS, DELIVERY_PARAMETERS_BY_CARRIER, Expression, express
from silicart.product.making.batch import Batch, Change, stepped
from silicart.product.making.operations import Taken, surviving
from silicart.product.values import Values, taken

FloatArray = NDArray[np.float64]

CARRYING_PARAMETERS = (
    "donor_growth", "lnp_death", "transfectable_resting", "hydroxycholesterol_gain_25", "hydroxycholesterol_gain_50",
    *(f"pulse_survival_{state}_{pulse}" for state in ("activated", "resting") for pulse in ("mild", "strong")),
)  # fmt: skip
"""What delivery of mRNA reads beside `express`, by id of the register."""

_HOURS = 24.0
_MEASURED_SHARES = (0.0, 25.0, 50.0)


@dataclass(frozen=True)
class Stretch:
    """A stretch of time after the start of delivery: the step it belongs to, its hours, and whether it is cold."""

    step: str
    hours: float
    cold: bool = False


@dataclass(frozen=True, eq=False)
class Carried:
    """What is carried at the start and at the end of each stretch, the last axis of `expression`; `values` of the lots.

    Where cells rest or the carrier is changed, `values` hold what follows from it; room in the vessel is in the
    expression alone.
    """

    stretches: tuple[Stretch, ...]
    expression: Expression
    values: Values


def carry(
    values: Values, carrier: str, *, dose: ArrayLike, efficiency: float, exposure_hours: float | None,
    hydroxycholesterol_percent: float, activated: bool, stretches: Sequence[Stretch], room: FloatArray,
) -> Carried:  # fmt: skip
    """Express the mRNA of a delivery over all stretches until infusion; warm ones come before cold ones.

    Parameters
    ----------
    values : what `express` and this file read, one for all or one a lot.
    dose, efficiency, exposure_hours : as in `express`.
    hydroxycholesterol_percent : share of cholesterol replaced, from 0 to 50; it raises escape into the cytosol.
    activated : whether cells were activated before.
    room : cells that the vessel holds, per cell that survives the delivery.
    """
    names = [*DELIVERY_PARAMETERS, *(f"{name}_{carrier}" for name in DELIVERY_PARAMETERS_BY_CARRIER)]
    v = {**taken(values, names), **taken(values, CARRYING_PARAMETERS)}
    gain = _gain(v, hydroxycholesterol_percent)
    # Escape and translation are known only as a product, whose scale is set at the peak: both rise by the gain, so
    # that more mRNA in the cytosol makes more CAR at the same translation of each.
    v["endosomal_escape"] = np.minimum(v["endosomal_escape"] * gain, 1.0)
    v["peak_CAR_fraction"] = v["peak_CAR_fraction"] * gain
    if not activated:
        v[f"transfectable_{carrier}"] = v["transfectable_resting"]
        # Resting cells do not divide.
        v["division_rate"] = np.zeros_like(v["division_rate"])
    v["division_rate"] = v["division_rate"] * v["donor_growth"]
    warm, cold = (sum(one.hours for one in stretches if one.cold == kind) for kind in (False, True))
    roomed = {**v, "division_rate": _in_room(v["division_rate"], warm / _HOURS - v[f"division_pause_{carrier}"], room)}
    ends = np.concatenate([[0.0], np.cumsum([stretch.hours for stretch in stretches])])
    # Two stretches may end together; the engine is asked once for each time.
    clock, place = np.unique(ends, return_inverse=True)
    expression = express(
        roomed, carrier=carrier, dose=dose, exposure_hours=exposure_hours, efficiency=efficiency, hours=clock,
        culture_hours=float(warm), cold_hours=float(cold),
    )  # fmt: skip
    return Carried(tuple(stretches), _at(expression, place), v)


def deliver(batch: Batch, survival: FloatArray, carried: Carried, treated: FloatArray) -> Batch:
    """Bring the mRNA to the cells; some die of the delivery, and their mRNA with them.

    treated : viable cells that get the dose; those above it are not used.
    """
    died = treated * (1.0 - survival)
    offered = carried.expression.mRNA_brought[..., 0]
    # After a pulse what did not enter is gone at once; carriers of LNP stay outside until the exposure ends.
    gone = (treated - died) * _Ends(carried.expression, 0).washed
    share = np.divide(treated, batch.cells, out=np.zeros(np.shape(treated)), where=batch.cells > 0)
    return stepped(
        batch, "delivery", dead=np.asarray(batch.dead * share + died),
        cells=Change(lost={"not treated": batch.cells - treated, "death": died}),
        mRNA=Change(offered * treated, {"with dead cells": offered * died, "washed away": gone}),
    )  # fmt: skip


def carried_on(batch: Batch, v: Taken, carried: Carried, position: int) -> Batch:
    """Go through one stretch: cells divide and share what they carry, mRNA and CAR come and go, and some cells die."""
    stretch, one = carried.stretches[position], carried.expression
    before, after = _Ends(one, position), _Ends(one, position + 1)
    days = stretch.hours / _HOURS
    founders = batch.cells / before.descendants
    alive = surviving(v, days, cold=stretch.cold)
    grown = founders * after.descendants
    died = grown * (1.0 - alive)
    # What a thaw has taken off every cell stays off.
    held = founders * before.CAR
    scale = founders * np.divide(batch.CAR, held, out=np.ones(np.broadcast(batch.CAR, held).shape), where=held > 0)
    kept = founders * after.mRNA
    return stepped(
        batch, stretch.step, days=days, dead=np.asarray(batch.dead + died),
        cells=Change(np.asarray(grown - batch.cells), {"death": died}),
        CAR=Change(
            scale * (after.CAR_made - before.CAR_made),
            {
                "turnover": scale * (after.CAR_lost - before.CAR_lost),
                "death": scale * after.CAR * (1.0 - alive),
            },
        ),
        mRNA=Change(
            lost={
                "washed away": founders * (after.washed - before.washed),
                "broken down": founders * (after.degraded - before.degraded),
                "death": kept * (1.0 - alive),
            },
        ),
    )  # fmt: skip


def survival_of(v: Taken, carrier: str, *, dose: ArrayLike, pulse: str | None, activated: bool) -> FloatArray:
    """Return the share of viable cells that outlives a delivery of mRNA."""
    if carrier == "electroporation":
        return v[f"pulse_survival_{'activated' if activated else 'resting'}_{pulse}"]
    # The few points that each unit of dose costs, carried on so that no dose kills more than all cells.
    return np.asarray(np.exp(-v["lnp_death"] * np.asarray(dose, dtype=np.float64)))


def _in_room(rate: FloatArray, days: FloatArray, room: FloatArray) -> FloatArray:
    """Return the constant rate that gives as many cells at the end of the warm days as growth towards a full vessel."""
    length = np.maximum(days, 0.0)
    free = np.exp(rate * length)
    fold = free / (1.0 + (free - 1.0) / np.maximum(room, 1.0))
    return np.asarray(np.divide(np.log(fold), length, out=np.zeros(np.shape(fold)), where=length > 0))


class _Ends:
    """What a founder cell carries at one end of a stretch, over all cells, those without mRNA included."""

    def __init__(self, one: Expression, position: int) -> None:
        share = one.transfectable

        def here(amount: FloatArray) -> FloatArray:
            return np.asarray(amount[..., position])

        self.descendants = here(one.descendants)
        self.CAR = share * (here(one.CAR_surface) + here(one.CAR_nascent))
        self.CAR_made = share * here(one.CAR_made)
        self.CAR_lost = share * here(one.CAR_lost)
        untouched = (1.0 - share) * here(one.mRNA_brought)
        outside = here(one.mRNA_outside) > 0
        self.washed = share * here(one.mRNA_washed) + np.where(outside, 0.0, untouched)
        self.degraded = share * here(one.mRNA_degraded)
        inside = here(one.mRNA_endosomal) + here(one.mRNA_cytosolic)
        self.mRNA = share * (inside + here(one.mRNA_outside)) + np.where(outside, untouched, 0.0)


def _gain(v: Taken, percent: float) -> FloatArray:
    measured: Mapping[float, FloatArray] = {
        0.0: np.ones_like(v["hydroxycholesterol_gain_25"]),
        25.0: v["hydroxycholesterol_gain_25"],
        50.0: v["hydroxycholesterol_gain_50"],
    }
    upper = next(share for share in _MEASURED_SHARES if percent <= share)
    if upper == percent:
        return measured[percent]
    lower = upper - 25.0
    part = (percent - lower) / 25.0
    return np.asarray(measured[lower] * (1.0 - part) + measured[upper] * part)


def _at(one: Expression, place: NDArray[np.int64]) -> Expression:
    """The course at these places of its times, a time as often as it is asked for."""
    timed = (
        "descendants", "CAR_made", "CAR_surface", "CAR_nascent", "CAR_lost", "mRNA_brought", "mRNA_outside",
        "mRNA_washed", "mRNA_endosomal", "mRNA_degraded", "mRNA_cytosolic",
    )  # fmt: skip
    hours = np.asarray(one.hours)[place]
    cells = replace(one.cells, median=one.cells.median[..., place, :])
    return replace(one, hours=hours, cells=cells, **{name: getattr(one, name)[..., place] for name in timed})
