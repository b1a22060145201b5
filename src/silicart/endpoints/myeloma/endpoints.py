"""The theme of myeloma: what the tables of a study show, at six, twelve and twenty-four months."""

from __future__ import annotations

from dataclasses import replace

from silicart.endpoints.endpoint import Endpoint
from silicart.endpoints.myeloma.quantities import MYELOMA_QUANTITIES

_SHOWN = (
    "ORR", "VGPR_or_better", "CR_or_better", "sCR", "MRD_negative", "PFS", "OS", "M_protein_relative", "sBCMA_relative",
)  # fmt: skip
_MONTHS = (("6m", "month 6", 180.0), ("1y", "year 1", 365.0), ("2y", "year 2", 730.0))
_BY_ID = {one.id: one for one in MYELOMA_QUANTITIES}

MYELOMA_ENDPOINTS: tuple[Endpoint, ...] = tuple(
    replace(
        _BY_ID[id].on(day), id=f"{id}_{ending}", label=f"{_BY_ID[id].label}, {words}", theme="myeloma", diseases=("mm",)
    )
    for id in _SHOWN
    for ending, words, day in _MONTHS
)
