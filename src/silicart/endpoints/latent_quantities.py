"""Clinical quantities as emissions of the model's latent states, for diseases without a clinic of their own.

SLEDAI and DORIS here are emissions of one latent activity: no items, no physician, no steroid dose. The noise of a
reading is keyed by the patient, as every random number is. Where an assessor of the disease writes a quantity of the
same name, that one counts.
"""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from silicart.endpoints import crossings
from silicart.endpoints.chunk import Chunk
from silicart.endpoints.crs import grade, onset_day
from silicart.endpoints.quantity import Quantity
from silicart.endpoints.visit import FIRST_OCCASION

FloatArray = NDArray[np.float64]

MEANINGFUL_MG_ADL = -2.0
"""Points of MG-ADL that count as a clinically meaningful change."""

MG_ADL_BASELINE = 10.0
"""MG-ADL at entry of the virtual patients in myasthenia, as in the model description's own comparison."""

RESPONSE = 0.5
"""Share of the M-protein at which a partial response begins; the serum criterion alone."""

_ALL = ("sle", "mg", "mm")
_CRS = ("fever", "pressure_fall", "oxygen_need")


def sledai_on(chunk: Chunk, day: float) -> FloatArray:
    """Return SLEDAI on a day, in points: rounded activity above an offset, with noise, and a slow organ item."""
    noise = chunk.parameters["SLEDAI_noise_SD"] * chunk.normal("SLEDAI reading", round(day) + FIRST_OCCASION)
    score = np.round(np.maximum(chunk.at("activity", day) - chunk.parameters["SLEDAI_offset"] + noise, 0.0))
    return score + chunk.parameters["slow_organ_points"] * _slow_organ(chunk)


def doris_on(chunk: Chunk, day: float) -> FloatArray:
    """Return 1 where activity with noise is below the limit of remission and no slow organ item remains, else 0."""
    noise = chunk.parameters["DORIS_noise_SD"] * chunk.normal("DORIS assessment", round(day) + FIRST_OCCASION)
    quiet = chunk.at("activity", day) + noise < chunk.parameters["DORIS_limit"]
    return np.where(quiet & (_slow_organ(chunk) == 0.0), 1.0, 0.0)


def mg_adl_change_on(chunk: Chunk, day: float) -> FloatArray:
    """Return the change of MG-ADL on a day, in points (equation 40): antibody part, placebo part and noise."""
    own = {name: chunk.parameters[f"MG_ADL_{name}"] for name in ("slope", "exponent", "placebo", "placebo_exponent")}
    start = MG_ADL_BASELINE / 7.0
    gain = own["slope"] * chunk.at("MG_effect", day) * start ** own["exponent"]
    placebo = own["placebo"] * start ** own["placebo_exponent"]
    patient = chunk.parameters["MG_ADL_patient_SD"] * chunk.normal("MG-ADL patient")
    visit = chunk.parameters["MG_ADL_visit_SD"] * chunk.normal("MG-ADL visit", round(day) + FIRST_OCCASION)
    return -gain - placebo + patient + visit


def improved_on(chunk: Chunk, day: float) -> FloatArray:
    """Return 1 where MG-ADL has improved by a meaningful change on a day, else 0."""
    return (mg_adl_change_on(chunk, day) <= MEANINGFUL_MG_ADL).astype(np.float64)


def responded_by(chunk: Chunk, day: float) -> FloatArray:
    """Return 1 where the M-protein falls to half of its start or less (a partial response) by a day, else 0."""
    lowest = crossings.lowest(*chunk.window("M_protein", 0.0, day))[0]
    return (lowest <= RESPONSE * chunk.baseline("M_protein")).astype(np.float64)


def at_least_grade(chunk: Chunk, day: float, lowest: int) -> FloatArray:
    """Return 1 where the realised CRS grade is at least `lowest`, else 0."""
    return (grade(chunk) >= lowest).astype(np.float64)


def _onset(chunk: Chunk, day: float) -> FloatArray:
    return onset_day(chunk)


def _slow_organ(chunk: Chunk) -> FloatArray:
    # One number a patient: who has a slow or irreversible organ item has it at every visit and in every arm.
    return (chunk.uniform("slow organ item") < chunk.parameters["slow_organ_probability"]).astype(np.float64)


LATENT_QUANTITIES: tuple[Quantity, ...] = (
    Quantity("SLEDAI", "SLEDAI", "point", ("sle",), sledai_on,
             "Rounded activity less an offset, with noise, and a slow organ item.", ("activity",)),
    Quantity("DORIS", "DORIS remission", "dimensionless", ("sle",), doris_on,
             "Activity with noise below 3 points and no slow organ item.", ("activity",)),
    Quantity("MG_ADL_change", "change of MG-ADL", "point", ("mg",), mg_adl_change_on,
             "Change of MG-ADL from entry by antibody, placebo part and noise.", ("MG_effect",)),
    Quantity("MG_ADL_improved_2", "MG-ADL better by 2 points", "dimensionless", ("mg",), improved_on,
             "MG-ADL better by 2 points or more on that day.", ("MG_effect",)),
    Quantity("ORR", "objective response", "dimensionless", ("mm",), responded_by,
             "M-protein at half of its start or less.", ("M_protein",), "course", timed=False),
    *(
        Quantity(f"CRS_grade_at_least_{lowest}", f"CRS of grade {lowest} or more", "dimensionless", _ALL,
                 partial(at_least_grade, lowest=lowest), f"Worst grade of CRS of {lowest} or more.", _CRS, "infusion",
                 timed=False)
        for lowest in (1, 2, 3)
    ),
    Quantity("CRS_onset_day", "day of onset of CRS", "day", _ALL, _onset,
             "The first day with a fever above 38 degrees.", ("fever",), "infusion", timed=False),
)  # fmt: skip
"""SLEDAI, DORIS, MG-ADL, response, CRS."""
