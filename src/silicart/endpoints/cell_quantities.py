"""What trials report of B cells, plasma cells, soluble BCMA and CAR+ cells, as quantities of observation files."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from silicart.endpoints import crossings
from silicart.endpoints.cells import DEEPLY_DEPLETED, DEPLETED, return_day
from silicart.endpoints.chunk import Chunk
from silicart.endpoints.endpoint import Resolution
from silicart.endpoints.product_kinetics import peak, peak_day, vanishing_day
from silicart.endpoints.quantity import Quantity

FloatArray = NDArray[np.float64]

ALL = ("sle", "mg", "mm")

CAR_BACKGROUND = 0.02
"""Share of CD8 under which CAR+ cells are at the background of flow cytometry."""

PLASMA_CELLS_SEEN = 0.02
"""Share of normal plasma cells under which marrow flow cytometry sees none."""

EARLY, LATE = 28.0, 100.0
"""Days of the half-life: from the end of contraction to when half of the patients were below quantification."""

_B, _PLASMA, _CAR, _SHARE = "B_blood_relative", "plasma_long_normal_relative", "CAR_per_microlitre", "CAR_share_of_CD8"


def value_on(chunk: Chunk, day: float, id: str) -> FloatArray:
    """Return (patients,) a course on a day, in its own unit."""
    return chunk.at(id, day)


def lowest_by(chunk: Chunk, day: float, id: str) -> FloatArray:
    """Return (patients,) the lowest value from the first infusion to a day."""
    return crossings.lowest(*chunk.window(id, 0.0, day))[0]


def lowest_day(chunk: Chunk, day: float, id: str) -> FloatArray:
    """Return (patients,) the day of the lowest value up to a day."""
    return crossings.lowest(*chunk.window(id, 0.0, day))[1]


def days_below_by(chunk: Chunk, day: float, id: str, share: float) -> FloatArray:
    """Return (patients,) the days with a course below a level up to a day."""
    return crossings.time_below(*chunk.window(id, 0.0, day), share)


def returned_day(chunk: Chunk, day: float, id: str, share: float) -> FloatArray:
    """Return (patients,) the day of the last return to a share of the baseline; NaN without depletion or return."""
    return return_day(chunk, id, share)


def half_life(chunk: Chunk, day: float) -> FloatArray:
    """Return (patients,) the days in which CAR+ cells of the blood halve between two days; NaN where they do not."""
    early, late = (np.maximum(chunk.at(_CAR, on), 1e-12) for on in (EARLY, LATE))
    fall = np.log(early / late)
    return np.asarray(np.log(2.0) * (LATE - EARLY) / np.where(fall > 0.0, fall, np.nan))


def first_peak_day(chunk: Chunk, day: float) -> FloatArray:
    """Return (patients,) the day of the highest CAR+ share of CD8 before the second infusion."""
    return crossings.highest(*chunk.window(_SHARE, 0.0, _before_second(chunk)))[1]


def first_background_day(chunk: Chunk, day: float) -> FloatArray:
    """Return (patients,) the day on which the CAR+ share of CD8 falls to background after the first infusion.

    The share falls exponentially between outputs, so that the crossing is found on its logarithm. NaN where the next
    infusion comes first.
    """
    days, share = chunk.window(_SHARE, 0.25, _before_second(chunk))
    return crossings.first_below(days, np.log(np.maximum(share, 1e-12)), np.log(CAR_BACKGROUND))


def _before_second(chunk: Chunk) -> float:
    return chunk.infusions[1] - 0.01 if len(chunk.infusions) > 1 else chunk.end


def _peak(chunk: Chunk, day: float, observable: str) -> FloatArray:
    return peak(chunk, observable)


def _peak_day(chunk: Chunk, day: float) -> FloatArray:
    return peak_day(chunk)


def _vanishing_day(chunk: Chunk, day: float) -> FloatArray:
    return vanishing_day(chunk)


def _on(id: str, label: str, unit: str, course: str, definition: str) -> Quantity:
    return Quantity(id, label, unit, ALL, partial(value_on, id=course), definition, (course,))


def _course(
    id: str, label: str, unit: str, course: str, compute: Callable[[Chunk, float], FloatArray], definition: str,
    resolution: Resolution = "course",
) -> Quantity:  # fmt: skip
    return Quantity(id, label, unit, ALL, compute, definition, (course,), resolution, timed=False)


CELL_QUANTITIES: tuple[Quantity, ...] = (
    _on("B_cells_relative", "B cells of the blood, share of start", "dimensionless", _B,
        "B cells of the blood on that day divided by the patient's own before treatment."),
    _on("B_cells", "B cells of the blood", "cell_per_microlitre", "B_blood_per_microlitre",
        "B cells per microlitre of blood on that day."),
    Quantity("B_cells_lowest", "lowest B cells of the blood by then, share of start", "dimensionless", ALL,
             partial(lowest_by, id=_B), "The lowest B cells of the blood from the first infusion to that day, divided "
             "by the patient's own before treatment.", (_B,), "course"),
    _course("B_cell_return_day", "day of return of B cells", "day", _B,
            partial(returned_day, id=_B, share=DEEPLY_DEPLETED),
            "The day on which B cells of the blood last rise back to 5 % of the patient's own start; no value where "
            "they were never below it or are still below it at the end."),
    _course("B_cell_loss_days", "days with B cells nearly gone", "day", _B,
            partial(days_below_by, id=_B, share=DEPLETED),
            "Days from the first infusion on with B cells of the blood below 10 % of the patient's own start."),
    _course("B_cell_lowest_day", "day of the lowest B cells", "day", _B, partial(lowest_day, id=_B),
            "The day of the lowest B cells of the blood."),
    _on("plasma_cells_relative", "normal plasma cells of the marrow, share of start", "dimensionless", _PLASMA,
        "Normal long-lived plasma cells on that day divided by the patient's own before treatment."),
    _course("plasma_cell_return_day", "day on which normal plasma cells are seen again", "day", _PLASMA,
            partial(returned_day, id=_PLASMA, share=PLASMA_CELLS_SEEN),
            "The day on which normal long-lived plasma cells last rise back above 2 % of the patient's own start."),
    # In myeloma the haematologist's quantities of these names count.
    Quantity("sBCMA", "soluble BCMA", "ng_per_mL", ("sle", "mg"), partial(value_on, id="sBCMA"),
             "Soluble BCMA on that day.", ("sBCMA",)),
    Quantity("sBCMA_relative", "soluble BCMA, share of start", "dimensionless", ("sle", "mg"),
             partial(value_on, id="sBCMA_relative"),
             "Soluble BCMA on that day divided by the patient's own before treatment.", ("sBCMA_relative",)),
)  # fmt: skip
"""Blood, marrow, soluble BCMA."""

KINETIC_QUANTITIES: tuple[Quantity, ...] = (
    _course("CAR_Tmax", "day of the peak of CAR+ cells", "day", _CAR, _peak_day,
            "The day of the highest count of CAR+ cells in blood.", "infusion"),
    _course("CAR_Cmax", "peak of CAR+ cells", "cell_per_microlitre", _CAR, partial(_peak, observable=_CAR),
            "The highest count of CAR+ cells in blood; compare its coefficient of variation, never copies of an assay.",
            "infusion"),
    _course("CAR_last_day", "last day with measurable CAR+ cells", "day", _CAR, _vanishing_day,
            "The day on which CAR+ cells in blood last fall below 1 per microlitre; no value where they never reach it "
            "or are above it at the end.", "infusion"),
    Quantity("CAR_half_life", "half-life of CAR+ cells in blood", "day", ALL, half_life,
             "The days in which CAR+ cells of the blood halve between days 28 and 100.", (_CAR,), timed=False),
    _on("CAR_share_of_CD8", "CAR+ share of CD8 T cells in blood", "dimensionless", _SHARE,
        "CAR+ cells as a share of CD8 T cells in blood on that day, infused cells counted with the host's."),
    _course("CAR_first_peak_day", "day of the first peak of the CAR+ share", "day", _SHARE, first_peak_day,
            "The day of the highest CAR+ share of CD8 before the second infusion.", "infusion"),
    _course("CAR_background_day", "day on which the CAR+ share is back at background", "day", _SHARE,
            first_background_day,
            "The first day after the first infusion with a CAR+ share of CD8 under 2 %; no value where the next "
            "infusion comes first.", "infusion"),
)  # fmt: skip
"""CAR+ cells."""
