"""Side effects that an observation file may name."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from silicart.endpoints import crs
from silicart.endpoints.chunk import Chunk
from silicart.endpoints.quantity import Quantity
from silicart.endpoints.safety import icans, readings

FloatArray = NDArray[np.float64]

_EVERYWHERE = ("sle", "mg", "mm")
_SIGNS = ("fever", "pressure_fall", "oxygen_need")


def _crs_at_least(grade: int, chunk: Chunk, day: float) -> FloatArray:
    return (crs.grade(chunk, day) >= grade).astype(np.float64)


def _icans_at_least(grade: int, chunk: Chunk, day: float) -> FloatArray:
    return (icans.grade(chunk, day) >= grade).astype(np.float64)


def _neutropenia_at_least(grade: int, chunk: Chunk, day: float) -> FloatArray:
    return (readings.neutropenia_grade(chunk, day) >= grade).astype(np.float64)


def _drug(level: str, chunk: Chunk, day: float) -> FloatArray:
    return readings.drug_given(chunk, level, day)


def _charted_any(finding: str, chunk: Chunk, day: float) -> FloatArray:
    return readings.charted_any(chunk, finding, day)


def _onset(chunk: Chunk, day: float) -> FloatArray:
    return crs.onset_day(chunk)


def _charted(id: str, label: str, definition: str, finding: str) -> Quantity:
    return Quantity(
        id, label, "dimensionless", _EVERYWHERE, partial(_charted_any, finding), definition, reads="chart"
    )  # fmt: skip


SAFETY_QUANTITIES: tuple[Quantity, ...] = (
    *(
        Quantity(
            f"CRS_grade_at_least_{grade}",
            f"cytokine release of grade {grade} or more",
            "dimensionless",
            _EVERYWHERE,
            partial(_crs_at_least, grade),
            "Whether the worst consensus grade from the first infusion to the day is this one or a higher one.",
            _SIGNS,
            "infusion",
            ("Lee2019",),
            crs.PARAMETERS,
            timed=False,
        )
        for grade in (1, 2, 3, 4)
    ),
    Quantity(
        "CRS_onset_day", "day of onset of fever", "day", _EVERYWHERE, _onset,
        "The first day with a fever above 38 degrees; no value without one.",
        _SIGNS[:1], "infusion", ("Lee2019",), ("fever_threshold",), timed=False,
    ),
    *(
        Quantity(
            id, label, "dimensionless", _EVERYWHERE, partial(_icans_at_least, grade),
            "Whether the worst consensus grade of neurotoxicity to the day is this one or a higher one.",
            ("endothelium",), "infusion", ("Lee2019",), icans.PARAMETERS, timed=False,
        )
        for id, label, grade in (
            ("ICANS_any", "neurotoxicity (ICANS) of any grade", 1),
            ("ICANS_grade_at_least_3", "neurotoxicity (ICANS) of grade 3 or more", 3),
        )
    ),
    *(
        Quantity(
            f"neutropenia_grade_at_least_{grade}", f"neutropenia of grade {grade} or more", "dimensionless",
            _EVERYWHERE, partial(_neutropenia_at_least, grade),
            f"Whether neutrophils are ever below {limit}e9 per litre up to the day, lymphodepletion included.",
            ("neutrophils",), "course", timed=False,
        )
        for grade, limit in ((3, 1.0), (4, 0.5))
    ),
    Quantity(
        "IgG_below_4", "IgG below 4 g/L", "dimensionless", _EVERYWHERE, readings.IgG_below,
        "Whether IgG is ever below its limit from the first infusion to the day.",
        ("IgG",), "course", (), ("IgG_infection_limit",),
    ),
    Quantity(
        "B_aplasia_days", "days without B cells", "day", _EVERYWHERE, readings.aplasia_days,
        "Days from the first infusion to the day with less than 5 % of untreated B cells in blood.",
        ("B_blood_relative",), "course",
    ),
    *(
        Quantity(
            f"{drug}_given", f"{drug} given", "dimensionless", _EVERYWHERE,
            partial(_drug, f"{drug}_level"),
            "Whether the drug reached a level at which it works, from the first infusion to the day.",
            (f"{drug}_level",), "infusion", timed=False,
        )
        for drug in ("tocilizumab", "dexamethasone")
    ),
    _charted("infection_any", "an infection", "Whether any infection is charted to the day.", "infections"),
    _charted("infection_grade_at_least_3", "an infection of grade 3 or more",
             "Whether any infection of grade 3 or more is charted to the day.", "infections_severe"),
    _charted("infusion_reaction", "a reaction to an infusion",
             "Whether any reaction on the day of an infusion is charted to the day.", "infusion_reactions"),
    Quantity(
        "infection_rate", "infections per year", "per_year", _EVERYWHERE, readings.infection_rate,
        "Infections charted from the first infusion to the day, per year.", reads="chart",
    ),
    Quantity(
        "IVIG_given", "immunoglobulin given", "dimensionless", _EVERYWHERE, readings.immunoglobulin_given,
        "Whether a visit to the day replaced immunoglobulin.", reads="chart",
    ),
)  # fmt: skip
"""Every quantity of side effects."""
