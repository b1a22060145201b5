"""The theme of myeloma: what the tables of a study show, at six, twelve and twenty-four months."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from silicart.endpoints.chunk import Chunk
from silicart.endpoints.endpoint import Endpoint
from silicart.endpoints.myeloma.quantities import MYELOMA_QUANTITIES, FloatArray, event_day

_SHOWN = (
    "ORR", "VGPR_or_better", "CR_or_better", "sCR", "MRD_negative", "PFS", "OS", "M_protein_relative", "sBCMA_relative",
)  # fmt: skip
_MONTHS = (("6m", "month 6", 180.0), ("1y", "year 1", 365.0), ("2y", "year 2", 730.0))
_BY_ID = {one.id: one for one in MYELOMA_QUANTITIES}


def _event_day(chunk: Chunk, death_only: bool = False) -> FloatArray:
    found = event_day(chunk, death_only)
    return np.where(np.isfinite(found), found, np.nan)


def _event(id: str, label: str, of: str, definition: str, death_only: bool) -> Endpoint:
    compute = partial(_event_day, death_only=death_only)
    return replace(
        _BY_ID[of].on(_MONTHS[0][2]), id=id, label=label, unit="day", theme="myeloma", diseases=("mm",),
        definition=definition, compute=compute,
    )  # fmt: skip


MYELOMA_ENDPOINTS: tuple[Endpoint, ...] = (
    *(
        replace(
            _BY_ID[id].on(day),
            id=f"{id}_{ending}",
            label=f"{_BY_ID[id].label}, {words}",
            theme="myeloma",
            diseases=("mm",),
        )
        for id in _SHOWN
        for ending, words, day in _MONTHS
    ),
    _event("PFS_day", "day of progression or death", "PFS",
           "The day of confirmed progression or death; no value in a patient without either.", False),
    _event("OS_day", "day of death", "OS", "The day of death; no value in the living.", True),
)  # fmt: skip
