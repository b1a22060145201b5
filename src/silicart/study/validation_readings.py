"""How a trial's report reads a patient: SLEDAI, DORIS, MG-ADL and counts, from the model's courses with emission noise.

These readings serve only to stand beside published trials. SLEDAI and DORIS here are emissions of one latent activity:
no items, no physician, no steroid dose. The noise of a reading is keyed by the
patient, as every random number is.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from silicart.endpoints import crossings
from silicart.endpoints.chunk import Chunk
from silicart.endpoints.endpoint import Endpoint, Resolution
from silicart.endpoints.registry import find

FloatArray = NDArray[np.float64]

MEANINGFUL_MG_ADL = -2.0
"""Points of MG-ADL that count as a clinically meaningful change."""

MG_ADL_BASELINE = 10.0
"""MG-ADL at entry of the virtual patients in myasthenia, as in the model description's own comparison."""

FALLEN, HELD = 0.9, 1.1
"""An antibody has fallen below 0.9 of its start, and is held up to 1.1 of its level before: a tenth is assay noise."""

CAR_BACKGROUND = 0.02
"""Share of CD8 under which CAR+ cells are at the background of flow cytometry."""

PLASMA_CELLS_SEEN = 0.02
"""Share of normal plasma cells under which marrow flow cytometry sees none."""

RECOVERED = 0.95
"""Share of its start at which IgG counts as recovered."""

RESPONSE = 0.5
"""Share of the M-protein at which a partial response begins; the serum criterion alone."""


def sledai_on(chunk: Chunk, day: float) -> FloatArray:
    """Return SLEDAI on a day, in points: rounded activity above an offset, with noise, and a slow organ item."""
    noise = chunk.parameters["SLEDAI_noise_SD"] * chunk.normal("SLEDAI reading", round(day))
    score = np.round(np.maximum(chunk.at("activity", day) - chunk.parameters["SLEDAI_offset"] + noise, 0.0))
    return score + chunk.parameters["slow_organ_points"] * _slow_organ(chunk)


def doris_on(chunk: Chunk, day: float) -> FloatArray:
    """Return 1 where activity with noise is below the limit of remission and no slow organ item remains, else 0."""
    noise = chunk.parameters["DORIS_noise_SD"] * chunk.normal("DORIS assessment", round(day))
    quiet = chunk.at("activity", day) + noise < chunk.parameters["DORIS_limit"]
    return np.where(quiet & (_slow_organ(chunk) == 0.0), 1.0, 0.0)


def mg_adl_change_on(chunk: Chunk, day: float) -> FloatArray:
    """Return the change of MG-ADL on a day, in points (equation 40): antibody part, placebo part and noise."""
    own = {name: chunk.parameters[f"MG_ADL_{name}"] for name in ("slope", "exponent", "placebo", "placebo_exponent")}
    start = MG_ADL_BASELINE / 7.0
    gain = own["slope"] * chunk.at("MG_effect", day) * start ** own["exponent"]
    placebo = own["placebo"] * start ** own["placebo_exponent"]
    patient = chunk.parameters["MG_ADL_patient_SD"] * chunk.normal("MG-ADL patient")
    visit = chunk.parameters["MG_ADL_visit_SD"] * chunk.normal("MG-ADL visit", round(day))
    return -gain - placebo + patient + visit


def improved_on(chunk: Chunk, day: float) -> FloatArray:
    """Return 1 where MG-ADL has improved by a meaningful change on a day, else 0."""
    return (mg_adl_change_on(chunk, day) <= MEANINGFUL_MG_ADL).astype(np.float64)


def antibody_below(chunk: Chunk, day: float, before: float, share: float) -> FloatArray:
    """Return 1 where the pathogenic antibody on a day is at most a share of what it was on an earlier day, else 0."""
    return (chunk.at("Ab_dsDNA", day) <= share * chunk.at("Ab_dsDNA", before)).astype(np.float64)


def at_least_grade(chunk: Chunk, lowest: int, highest: int = 3) -> FloatArray:
    """Return 1 where the realised CRS grade lies from `lowest` to `highest`, else 0."""
    grade = find("crs_grade").compute(chunk)
    return ((grade >= lowest) & (grade <= highest)).astype(np.float64)


def returned_by(chunk: Chunk, day: float) -> FloatArray:
    """Return 1 where blood B cells were below 5 % and are back above it by a day, else 0."""
    return (find("B_return_day_5").compute(chunk) <= day).astype(np.float64)


def first_peak_day(chunk: Chunk) -> FloatArray:
    """Return the day of the highest CAR+ share of CD8 between the first and the second infusion."""
    last = chunk.infusions[1] - 0.01 if len(chunk.infusions) > 1 else chunk.end
    return crossings.highest(*chunk.window("CAR_share_of_CD8", 0.0, last))[1]


def first_background_day(chunk: Chunk) -> FloatArray:
    """Return the day after the first infusion on which the CAR+ share of CD8 falls to background.

    The share falls exponentially between outputs, so that the crossing is found on its logarithm. NaN where the next
    infusion comes first.
    """
    last = chunk.infusions[1] - 0.01 if len(chunk.infusions) > 1 else chunk.end
    days, share = chunk.window("CAR_share_of_CD8", 0.25, last)
    return crossings.first_below(days, np.log(np.maximum(share, 1e-12)), np.log(CAR_BACKGROUND))


def level_on(chunk: Chunk, id: str, day: float) -> FloatArray:
    """Return a course on a day, in its own unit."""
    return chunk.at(id, day)


def half_life(chunk: Chunk, id: str, early: float, late: float) -> FloatArray:
    """Return the days in which a course halves between two days, as if it fell exponentially; NaN where it does not."""
    fall = np.log(np.maximum(chunk.at(id, early), 1e-12) / np.maximum(chunk.at(id, late), 1e-12))
    return np.asarray(np.log(2.0) * (late - early) / np.where(fall > 0.0, fall, np.nan))


def plasma_cells_seen_again(chunk: Chunk) -> FloatArray:
    """Return the day on which normal long-lived plasma cells rise back above the detection limit of marrow flow."""
    days, share = chunk.window("plasma_long_normal_relative")
    return crossings.last_return(days, share, PLASMA_CELLS_SEEN)


def responded(chunk: Chunk) -> FloatArray:
    """Return 1 where the M-protein falls to half of its start or less (a partial response), else 0."""
    lowest = crossings.lowest(*chunk.window("M_protein"))[0]
    return (lowest <= RESPONSE * chunk.baseline("M_protein")).astype(np.float64)


def recovered_by(chunk: Chunk, id: str, day: float, share: float) -> FloatArray:
    """Return 1 where a course on a day is back at a share of its start, else 0."""
    return (chunk.at(id, day) >= share * chunk.baseline(id)).astype(np.float64)


def change(chunk: Chunk, id: str) -> FloatArray:
    """Return an endpoint that is a share of baseline as a change: minus one."""
    return find(id).compute(chunk) - 1.0


def reading(
    id: str, unit: str, needs: tuple[str, ...], compute: Callable[[Chunk], FloatArray], definition: str,
    days: tuple[float, ...] = (), resolution: Resolution = "landmarks",
) -> Endpoint:  # fmt: skip
    """Return a reading as an endpoint, so that it is simulated and evaluated like one."""
    return Endpoint(id, id.replace("_", " "), "validation", unit, needs, definition, compute, days, resolution)


def dated(
    name: str, day: float, unit: str, needs: tuple[str, ...], function: Callable[..., FloatArray], definition: str
) -> Endpoint:
    """Return a reading on one day."""
    return reading(f"{name}_{day:g}", unit, needs, partial(function, day=day), definition, (day,))


def _slow_organ(chunk: Chunk) -> FloatArray:
    # One number a patient: who has a slow or irreversible organ item has it at every visit and in every arm.
    return (chunk.uniform("slow organ item") < chunk.parameters["slow_organ_probability"]).astype(np.float64)
