"""Side effects for the tables and the ledger, over the whole course of an arm."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from silicart.endpoints.chunk import Chunk
from silicart.endpoints.endpoint import Endpoint
from silicart.endpoints.safety import icans, readings

FloatArray = NDArray[np.float64]
_THEME = "safety"


def _severe_cytopenia(chunk: Chunk) -> FloatArray:
    return (readings.neutropenia_grade(chunk) >= 3).astype(np.float64)


def _drug(chunk: Chunk, level: str) -> FloatArray:
    return readings.drug_given(chunk, level)


SAFETY_ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        "ICANS_grade", "worst grade of neurotoxicity (ICANS)", _THEME, "dimensionless", ("endothelium",),
        "One realised grade of the consensus rules, 0 to 4, from points of the ICE score lost to the highest "
        "activation of endothelium and the patient's own susceptibility.",
        icans.grade, (), "infusion", ("Lee2019",), icans.PARAMETERS,
    ),
    *(
        Endpoint(
            f"{drug}_given", f"patients given {drug}", _THEME, "dimensionless", (f"{drug}_level",),
            f"Whether {drug} was given as a rescue, to a level at which it works.",
            partial(_drug, level=f"{drug}_level"), (), "infusion",
        )
        for drug in ("tocilizumab", "dexamethasone")
    ),
    Endpoint(
        "neutropenia_grade", "worst grade of neutropenia", _THEME, "dimensionless", ("neutrophils",),
        "The worst CTCAE grade, 0 to 4, from the start of the course on: below 2, 1.5, 1 and 0.5e9 neutrophils per "
        "litre.",
        readings.neutropenia_grade, (), "course",
    ),
    Endpoint(
        "cytopenias", "patients with severe cytopenia", _THEME, "dimensionless", ("neutrophils",),
        "Whether neutrophils are ever below 1e9 per litre (CTCAE grade 3), lymphodepletion included; platelets and red "
        "cells are not in the model.",
        _severe_cytopenia, (), "course",
    ),
    Endpoint(
        "neutropenic_days", "days with hardly any neutrophils", _THEME, "day", ("neutrophils",),
        "Days below 0.5e9 neutrophils per litre, lymphodepletion included.",
        readings.neutropenic_days, (), "course",
    ),
    Endpoint(
        "infections", "infections per year", _THEME, "per_year", (),
        "Infections that need a doctor, charted at visits from the first infusion to the end, per year.",
        readings.infection_rate, reads="chart",
    ),
    Endpoint(
        "infection_severe", "patients with an infection of grade 3 or more", _THEME, "dimensionless", (),
        "Whether any infection of grade 3 or more is charted at visits.",
        partial(readings.charted_any, name="infections_severe"), reads="chart",
    ),
    Endpoint(
        "infection_death", "deaths from infection", _THEME, "dimensionless", (),
        "Whether an infection charted at visits is fatal.",
        partial(readings.charted_any, name="infection_death"), reads="chart",
    ),
    Endpoint(
        "infusion_reactions", "reactions to infusions", _THEME, "event", (),
        "Reactions on days of infusions charted at visits.",
        partial(readings.charted_sum, name="infusion_reactions"), reads="chart",
    ),
    Endpoint(
        "immunoglobulin_given", "patients given immunoglobulin", _THEME, "dimensionless", (),
        "Whether a visit replaced immunoglobulin.",
        readings.immunoglobulin_given, reads="chart",
    ),
)  # fmt: skip
"""The endpoints of the theme `safety`."""
