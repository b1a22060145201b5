"""The theme of myasthenia gravis: what the tables of a study show, at three, six, nine and twelve months."""

from __future__ import annotations

from dataclasses import replace

from silicart.endpoints.endpoint import Endpoint
from silicart.endpoints.myasthenia.quantities import MYASTHENIA_QUANTITIES

_SHOWN = (
    "MG_ADL_change", "QMG_change", "MGC_change", "MG_ADL_improved_2", "QMG_improved_3", "MGC_improved_3",
    "MG_minimal_symptoms", "MG_prednisone", "anti_AChR_relative",
)  # fmt: skip
_MONTHS = (("3m", "month 3", 90.0), ("6m", "month 6", 182.0), ("9m", "month 9", 270.0), ("1y", "year 1", 365.0))
_BY_ID = {one.id: one for one in MYASTHENIA_QUANTITIES}

MYASTHENIA_ENDPOINTS: tuple[Endpoint, ...] = tuple(
    replace(
        _BY_ID[id].on(day),
        id=f"{id}_{ending}",
        label=f"{_BY_ID[id].label}, {words}",
        theme="myasthenia",
        citations=("Granit2023",) if id == "MG_ADL_improved_2" else (),
    )
    for id in _SHOWN
    for ending, words, day in _MONTHS
)
