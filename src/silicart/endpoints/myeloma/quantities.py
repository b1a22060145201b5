"""What trials in myeloma report: response, residual disease, progression-free and overall survival, markers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from silicart.endpoints import crossings
from silicart.endpoints.chunk import Chunk
from silicart.endpoints.myeloma.assessor import MYELOMA, PROTEIN
from silicart.endpoints.myeloma.response import Response
from silicart.endpoints.myeloma.survival import DAYS_PER_MONTH
from silicart.endpoints.quantity import Quantity

FloatArray = NDArray[np.float64]

PLASMA_CELLS_SEEN = 0.02
"""Share of normal plasma cells under which marrow flow cytometry sees none."""

_IMWG = ("Kumar2016", "Rajkumar2011")
_MM = ("mm",)


PARAMETERS = (
    "M_protein_noise", "FLC_noise", "marrow_noise", "immunofixation_limit", "electrophoresis_limit", "clone_limit",
    "marrow_cells", "FLC_normal", "death_before_PD", "death_after_PD",
)  # fmt: skip
"""Values of the register that the assessor reads."""


def at_least(chunk: Chunk, day: float, depth: Response) -> FloatArray:
    """Return 1 where the best confirmed response by a day is at least this deep, else 0."""
    return (chunk.charted().at("best_response", day) >= depth).astype(np.float64)


def best_residual(chunk: Chunk, day: float) -> FloatArray:
    """Return 1 where marrow had no residual disease at a visit by a day, else 0."""
    return chunk.charted().at("best_MRD_negative", day)


def residual_in_complete(chunk: Chunk, day: float) -> FloatArray:
    """Return `best_residual` in patients with a complete response; the others have no value."""
    return np.where(at_least(chunk, day, Response.CR) > 0, best_residual(chunk, day), np.nan)


def event_day(chunk: Chunk, death_only: bool = False) -> FloatArray:
    """Return the day of progression or death, infinity in a patient who had neither by the last visit."""
    chart = chunk.charted()
    death = np.nan_to_num(chart.finding("death_day")[:, -1], nan=np.inf)
    progression = np.nan_to_num(chart.finding("progression_day")[:, -1], nan=np.inf)
    return death if death_only else np.minimum(death, progression)


def event_free(chunk: Chunk, day: float, death_only: bool = False) -> FloatArray:
    """Return 1 where there was no event by a day, else 0."""
    return (event_day(chunk, death_only) > day).astype(np.float64)


def months(chunk: Chunk, day: float, death_only: bool = False) -> FloatArray:
    """Return the months to the event, or to `day` in a patient without one: a median before `day` is that of all."""
    return np.minimum(event_day(chunk, death_only), day) / DAYS_PER_MONTH


def months_in_complete(chunk: Chunk, day: float) -> FloatArray:
    """Return the months to progression or death in patients who had a complete response; the others have no value."""
    return np.where(at_least(chunk, day, Response.CR) > 0, months(chunk, day), np.nan)


def response_months(chunk: Chunk, day: float) -> FloatArray:
    """Return the months from first response to progression, death or `day`; NaN in a patient without response."""
    first = chunk.charted().at("first_response_day", day)
    return (np.minimum(event_day(chunk), day) - first) / DAYS_PER_MONTH


def months_to_response(chunk: Chunk, day: float) -> FloatArray:
    """Return the months to the first confirmed response; NaN in a patient without."""
    return chunk.charted().at("first_response_day", day) / DAYS_PER_MONTH


def relative(chunk: Chunk, day: float, id: str) -> FloatArray:
    """Return a course on a day as a share of its start."""
    return chunk.at(id, day) / chunk.baseline(id)


def level(chunk: Chunk, day: float, id: str) -> FloatArray:
    """Return a course on a day."""
    return chunk.at(id, day)


def plasma_cells_back(chunk: Chunk, day: float) -> FloatArray:
    """Return the day on which normal plasma cells rise above the detection limit of marrow flow cytometry again."""
    days, share = chunk.window("plasma_long_normal_relative", 0.0, day)
    return crossings.last_return(days, share, PLASMA_CELLS_SEEN)


def _read_in_chart(
    id: str,
    label: str,
    unit: str,
    compute: Callable[[Chunk, float], FloatArray],
    definition: str,
    *,
    timed: bool = True,
) -> Quantity:
    return Quantity(
        id, label, unit, _MM, compute, definition, MYELOMA.needs, citations=_IMWG, parameters=PARAMETERS, reads="chart",
        timed=timed,
    )  # fmt: skip


def _read_in_course(
    id: str, label: str, unit: str, compute: Callable[[Chunk, float], FloatArray], definition: str, needs: str
) -> Quantity:
    return Quantity(id, label, unit, _MM, compute, definition, (needs,), resolution="course")


_DEPTHS = (
    ("ORR", "objective response (PR or better)", Response.PR),
    ("VGPR_or_better", "very good partial response or better", Response.VGPR),
    ("CR_or_better", "complete response or better", Response.CR),
    ("sCR", "stringent complete response", Response.SCR),
)

MYELOMA_QUANTITIES: tuple[Quantity, ...] = (
    *(
        _read_in_chart(
            id, label, "dimensionless", partial(at_least, depth=depth), f"Best IMWG response by the day: {label}.",
            timed=False,
        )
        for id, label, depth in _DEPTHS
    ),
    _read_in_chart("MRD_negative", "no residual disease at 1e-5", "dimensionless", best_residual,
                   "Fewer than one myeloma cell in 100 000 marrow cells at a visit by the day.", timed=False),
    _read_in_chart("MRD_negative_in_CR", "no residual disease, of patients with CR", "dimensionless",
                   residual_in_complete, "As MRD_negative, in patients with a complete response."),
    _read_in_chart("PFS", "progression-free survival", "dimensionless", event_free,
                   "Neither confirmed progression nor death by the day."),
    _read_in_chart("OS", "overall survival", "dimensionless", partial(event_free, death_only=True),
                   "Alive on the day."),
    _read_in_chart("PFS_time", "time to progression or death", "month", months,
                   "Months from infusion to progression or death, or to the day if it comes first."),
    _read_in_chart("PFS_time_in_CR", "time to progression or death, of patients with CR", "month",
                   months_in_complete, "As PFS_time, in patients with a complete response."),
    _read_in_chart("OS_time", "time to death", "month", partial(months, death_only=True),
                   "Months from infusion to death, or to the day if it comes first."),
    _read_in_chart("duration_of_response", "duration of response", "month", response_months,
                   "Months from first confirmed PR or better to progression or death, or to the day."),
    _read_in_chart("time_to_response", "time to first response", "month", months_to_response,
                   "Months from infusion to the first confirmed PR or better."),
    _read_in_course("M_protein_relative", "M-protein as a share of entry", "dimensionless",
                    partial(relative, id=PROTEIN), "M-protein on the day over that before treatment.", PROTEIN),
    _read_in_course("FLC_involved", "involved free light chain", "mg_per_L", partial(level, id="FLC_involved"),
                    "Involved serum free light chain on the day.", "FLC_involved"),
    _read_in_course("sBCMA", "soluble BCMA", "ng_per_mL", partial(level, id="sBCMA"),
                    "Soluble BCMA on the day.", "sBCMA"),
    _read_in_course("sBCMA_relative", "soluble BCMA as a share of entry", "dimensionless",
                    partial(relative, id="sBCMA"), "Soluble BCMA on the day over that before treatment.", "sBCMA"),
    _read_in_course("marrow_plasma_cell_return", "day on which normal marrow plasma cells are seen again", "day",
                    plasma_cells_back, "The day on which normal long-lived plasma cells rise above 2 % of entry again.",
                    "plasma_long_normal_relative"),
)  # fmt: skip
"""What an observation in myeloma may name, besides what is read in every disease."""
