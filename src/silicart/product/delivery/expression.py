"""What a delivery makes of the cells of a lot: mRNA and CAR in each of them, and where every molecule is.

`biology/models/intracellular.ant` gives the content of a cell with a given decay of mRNA. Cells of a lot differ in that
decay and in the scale of translation, both log-normal and independent: the first is summed by Gauss-Hermite quadrature,
a run of the model for each node; the second, by which CAR is only multiplied, is exact in normal integrals.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from silicart.errors import SimulationError, nearest
from silicart.product.delivery.amounts import copies_per_cell
from silicart.product.delivery.course import REFERENCE_DAYS, run_course
from silicart.product.delivery.mixture import Mixture
from silicart.product.delivery.settings import not_negative, rising
from silicart.product.values import Values, taken

FloatArray = NDArray[np.float64]

CARRIERS = ("lnp", "electroporation")
NODES = 25
"""Nodes of the quadrature over the decay of mRNA: the fewest that keep every class fraction within 1e-3 for holds of 6
to 72 hours, also at the ends of the ranges of both spreads."""

DELIVERY_PARAMETERS = (
    "mRNA_length", "uptake_saturation", "k_uptake", "k_endosome", "endosomal_escape", "electroporation_entry",
    "delta_m", "expression_lag", "delta_C_product", "division_rate", "cold_rate_factor",
    "expression_scale_log_SD", "expression_decay_log_SD", "peak_CAR_fraction", "c_0",
    "persistence_ratio_electroporation",
)  # fmt: skip
"""What `express` reads for every carrier, by id of the register; beside these `DELIVERY_PARAMETERS_BY_CARRIER`."""

DELIVERY_PARAMETERS_BY_CARRIER = ("reference_dose", "division_pause", "transfectable")
"""Values that the register gives for each carrier, such as `reference_dose_lnp`."""

_HOURS = 24.0


@dataclass(frozen=True, eq=False)
class Expression:
    """The transfected cells of a lot, or of many; every array is (...), (lots,) or (), with a last axis of times where
    the whole course was asked for.

    carrier : "lnp" or "electroporation".
    hours : (times,) of the course since delivery, None where only the end was asked for.
    cells : CAR molecules on the surface of a cell, over the transfected cells.
    transfectable : share of the treated cells that are transfected at all.
    translation : CAR molecules made from an mRNA a day (a lumped scale: see `biology/parameters/delivery.yaml`).
    highest_of_median : CAR of the median cell at its highest, had it the reference dose, molecules per cell.
    descendants : cells per founder.

    The balance, as the mean per transfected founder: CAR_made = CAR_surface + CAR_nascent + CAR_lost molecules;
    mRNA_brought = mRNA_outside + mRNA_washed + mRNA_endosomal + mRNA_degraded + mRNA_cytosolic copies.
    """

    carrier: str
    hours: FloatArray | None
    cells: Mixture
    transfectable: FloatArray
    translation: FloatArray
    highest_of_median: FloatArray
    descendants: FloatArray
    CAR_made: FloatArray
    CAR_surface: FloatArray
    CAR_nascent: FloatArray
    CAR_lost: FloatArray
    mRNA_brought: FloatArray
    mRNA_outside: FloatArray
    mRNA_washed: FloatArray
    mRNA_endosomal: FloatArray
    mRNA_degraded: FloatArray
    mRNA_cytosolic: FloatArray

    def share_above(self, molecules: ArrayLike) -> FloatArray:
        """Return (...) the share of transfected cells with more CAR than that."""
        return self.cells.share_above(self._timed(molecules))

    def positive(self, threshold: ArrayLike) -> FloatArray:
        """Return (...) the share of all cells that count as CAR+: transfected, and with more CAR than the threshold."""
        return np.asarray(self._timed(self.transfectable) * self.share_above(threshold))

    def class_fractions(self, c_0: ArrayLike, classes: int, threshold: ArrayLike) -> FloatArray:
        """Return (..., classes) the shares of CAR+ cells by expression class; class k holds about c_0 / 2^k molecules.

        They add up to 1, or are all 0 where no cell is CAR+. The last class also takes what lies below it and above
        the threshold.
        """
        above = self.share_above(threshold)
        top = self._timed(c_0)
        borders = [self.cells.share_above(top * 2.0 ** (0.5 - place)) for place in range(1, classes)]
        # A class border below the threshold holds no CAR+ cell beyond it.
        upper = np.stack([np.minimum(border, above) for border in borders] + [above], axis=-1)
        return np.asarray(np.diff(upper, axis=-1, prepend=0.0) / np.maximum(above, np.finfo(float).tiny)[..., None])

    def quantiles(self, probabilities: Sequence[float] | FloatArray, threshold: ArrayLike) -> FloatArray:
        """Return (..., probabilities) of CAR per CAR+ cell; NaN where no cell is CAR+."""
        return self.cells.quantiles(probabilities, self._timed(threshold))

    def mean(self) -> FloatArray:
        """Return (...) mean CAR on a transfected cell."""
        return self.cells.mean()

    def mRNA(self) -> FloatArray:
        """Return (...) mean copies of mRNA in the cytosol of a transfected cell."""
        return np.asarray(self.mRNA_cytosolic / self.descendants)

    def divisions(self) -> FloatArray:
        """Return (...) divisions since delivery."""
        return np.asarray(np.log2(self.descendants))

    def residual_translation(self, r_0: ArrayLike, delta_C: ArrayLike) -> FloatArray:
        """Return (...) the share of CAR loss that translation still makes good in the patient.

        It is `r_0` as long as the cells make at least as much CAR as they will lose at the rate constant `delta_C`, and
        falls with the ratio of the two afterwards (equation 10).
        """
        made = self._timed(self.translation) * self.mRNA_cytosolic
        lost = self._timed(delta_C) * self.cells.over_nodes(self.cells.median) * self.descendants
        ratio = np.divide(made, lost, out=np.full(np.broadcast(made, lost).shape, np.inf), where=lost > 0)
        return np.asarray(self._timed(r_0) * np.minimum(ratio, 1.0))

    def _timed(self, value: ArrayLike) -> FloatArray:
        """A value of the lots with an axis for the times of the course."""
        array = np.asarray(value, dtype=np.float64)
        return array if self.hours is None or array.ndim == 0 else array[..., None]


def express(
    values: Values,
    *,
    carrier: str,
    dose: ArrayLike,
    exposure_hours: ArrayLike | None = None,
    culture_hours: ArrayLike,
    cold_hours: ArrayLike = 0.0,
    efficiency: ArrayLike = 1.0,
    hours: ArrayLike | None = None,
    nodes: int = NODES,
) -> Expression:
    """Deliver mRNA into the cells of a lot, or of many at once, and express CAR from it.

    Parameters
    ----------
    values : `DELIVERY_PARAMETERS` and those of the carrier in the register's units, one for all or one a lot.
    carrier : one of `CARRIERS`.
    dose : ug mRNA per 1e6 viable cells, one for all or one a lot, like all that follow but `hours`.
    exposure_hours : time from the start of delivery to the wash that takes away what is outside; None for no wash.
        After a pulse nothing enters any more, and what is outside counts as washed away at once.
    culture_hours : time at 37 degrees from the start of delivery, exposure included.
    cold_hours : time in the cold afterwards.
    efficiency : share of the mRNA that can be taken up and translated (encapsulated, intact).
    hours : (times,) rising from 0: the whole course at these times; after the end of the cold it stands still.
    nodes : of the quadrature; 1 follows the cells of median decay alone.

    Raises
    ------
    RegisterError : a value is missing.
    SimulationError : an unknown carrier, a negative dose or time, or times that do not rise.

    The scale of translation is set by `peak_CAR_fraction`: CAR of the median cell at its highest, relative to c_0, for
    the reference dose of the carrier in culture without a wash. CAR is proportional to the mRNA that entered.

    Source: equations 1 to 4; log-normal spread between cells as fitted by Frohlich et al. 2018.

    Examples
    --------
    >>> from silicart.evidence import load_register
    >>> lots = express(load_register(), carrier="lnp", dose=[0.25, 1.0], culture_hours=24.0)
    >>> lots.class_fractions(11700.0, 6, 400.0).shape, bool(lots.mean()[1] > 3 * lots.mean()[0])
    ((2, 6), True)
    """
    _check_carrier(carrier)
    names = (*DELIVERY_PARAMETERS, *(f"{name}_{carrier}" for name in DELIVERY_PARAMETERS_BY_CARRIER))
    v = taken(values, names)
    given = {"dose": dose, "culture_hours": culture_hours, "cold_hours": cold_hours, "efficiency": efficiency}
    if exposure_hours is not None:
        given["exposure_hours"] = exposure_hours
    asked = {name: not_negative(name, value, 1.0 if name == "efficiency" else np.inf) for name, value in given.items()}
    shape = np.broadcast_shapes(*(value.shape for value in (*v.values(), *asked.values())))
    clock = None if hours is None else rising(hours)
    lot, reference, brought = _INPUTS[carrier](v, asked)
    node, weight = _nodes(nodes)
    decay = v["delta_m"][..., None] * np.exp(v["expression_decay_log_SD"][..., None] * node)
    course = run_course(shape, lot, reference, decay, None if clock is None else clock / _HOURS)
    highest = np.broadcast_to(v["peak_CAR_fraction"] * v["c_0"], shape)
    translation = np.divide(highest, course.highest, out=np.zeros(shape), where=course.highest > 0)
    spread = np.broadcast_to(v["expression_scale_log_SD"], shape)
    if clock is not None:
        spread = spread[..., None]
    scaled = translation[..., None] if clock is None else translation[..., None, None]
    mean_scale = np.exp(np.square(spread) / 2)

    def over_cells(id: str) -> FloatArray:
        amount = np.sum(weight * course.amounts[id], axis=-1)
        return np.asarray(amount * scaled[..., 0] * mean_scale if id.startswith("CAR") else amount)

    offered = np.broadcast_to(brought, shape)
    return Expression(
        carrier=carrier,
        hours=clock,
        cells=Mixture(course.amounts["CAR_surface"] * scaled / course.descendants[..., None], spread, weight),
        transfectable=np.broadcast_to(v[f"transfectable_{carrier}"], shape),
        translation=translation,
        highest_of_median=highest,
        descendants=course.descendants,
        mRNA_brought=offered if clock is None else np.broadcast_to(offered[..., None], (*shape, len(clock))),
        **{id: over_cells(id) for id in course.amounts},
    )


_Inputs = tuple[Mapping[str, FloatArray], Mapping[str, FloatArray], FloatArray]


def _lnp(v: Mapping[str, FloatArray], asked: Mapping[str, FloatArray]) -> _Inputs:
    """Carriers outside are taken up while they are there; what cannot be taken up stays outside until the wash."""
    lot = _shared(v, asked, "lnp")
    brought = copies_per_cell(asked["dose"], v["mRNA_length"])
    lot["mRNA_dose"] = brought
    lot["share_in_reach"] = asked["efficiency"] / (1 + v["uptake_saturation"] * asked["dose"])
    lot["exposure_time"] = asked["exposure_hours"] / _HOURS if "exposure_hours" in asked else _NEVER
    dose = v["reference_dose_lnp"]
    reference = _reference()
    reference["mRNA_dose"] = copies_per_cell(dose, v["mRNA_length"])
    reference["share_in_reach"] = 1 / (1 + v["uptake_saturation"] * dose)
    return lot, reference, brought


def _electroporation(v: Mapping[str, FloatArray], asked: Mapping[str, FloatArray]) -> _Inputs:
    """The pulse puts mRNA into the cytosol at once; the rest never enters and is washed away."""
    lot = _shared(v, asked, "electroporation")
    brought = copies_per_cell(asked["dose"], v["mRNA_length"])
    lot["mRNA_cytosolic"] = brought * asked["efficiency"] * v["electroporation_entry"]
    lot["mRNA_dose"] = brought - lot["mRNA_cytosolic"]
    lot["share_in_reach"] = np.asarray(0.0)
    lot["exposure_time"] = np.asarray(0.0)
    # CAR half-life against LNP is unknown in sign, so it is a free ratio of the register.
    lot["delta_C_product"] = v["delta_C_product"] / v["persistence_ratio_electroporation"]
    entered = copies_per_cell(v["reference_dose_electroporation"], v["mRNA_length"]) * v["electroporation_entry"]
    return lot, _reference() | {"mRNA_cytosolic": entered}, brought


_INPUTS: Mapping[str, Any] = {"lnp": _lnp, "electroporation": _electroporation}
_NEVER = np.asarray(1e6)


def _shared(v: Mapping[str, FloatArray], asked: Mapping[str, FloatArray], carrier: str) -> dict[str, FloatArray]:
    names = (
        "k_uptake", "k_endosome", "endosomal_escape", "delta_m", "expression_lag", "delta_C_product", "division_rate",
        "cold_rate_factor",
    )  # fmt: skip
    return {name: v[name] for name in names} | {
        "division_pause": v[f"division_pause_{carrier}"],
        "culture_time": asked["culture_hours"] / _HOURS,
        "cold_time": asked["cold_hours"] / _HOURS,
    }


def _reference() -> dict[str, FloatArray]:
    return {
        "culture_time": np.asarray(REFERENCE_DAYS),
        "cold_time": np.asarray(0.0),
        "exposure_time": _NEVER,
    }


def _nodes(count: int) -> tuple[FloatArray, FloatArray]:
    node, weight = np.polynomial.hermite_e.hermegauss(count)
    return node, weight / weight.sum()


def _check_carrier(carrier: str) -> None:
    if carrier in CARRIERS:
        return
    near = nearest(str(carrier), CARRIERS)
    raise SimulationError(
        "unknown carrier of mRNA", where="delivery, carrier", found=carrier, expected="one of: " + ", ".join(CARRIERS),
        remedy=f"did you mean {near}?" if near else "choose one of these",
    )  # fmt: skip
