"""Endpoints of lupus for tables and claims: the quantities on fixed days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from silicart.endpoints.endpoint import MONTHS_AND_YEARS, Endpoint
from silicart.endpoints.lupus.quantities import LUPUS_QUANTITIES

_BY_ID = {one.id: one for one in LUPUS_QUANTITIES}

EVERY_TIME = ("SLEDAI", "SRI4", "BICLA", "DORIS", "LLDAS", "PGA", "prednisone")
"""Read at three and six months, one and two years."""

LATE = (
    *("DORIS_share", "DORIS_off_drugs", "prednisone_free", "flare_rate", "severe_flare", "SDI_per_year", "death"),
    *("kidneys_quiet", "heart_quiet", "lungs_quiet", "skin_quiet", "proteinuria"),
)
"""Read at one and two years."""


def _endpoints(ids: Iterable[str], times: Iterable[tuple[str, str, float]]) -> list[Endpoint]:
    return [
        replace(_BY_ID[id].on(day), id=f"{id}_{ending}", label=f"{_BY_ID[id].label} at {words}", theme="lupus")
        for id in ids
        for ending, words, day in times
    ]


LUPUS_ENDPOINTS: tuple[Endpoint, ...] = (
    *_endpoints(EVERY_TIME, MONTHS_AND_YEARS),
    *_endpoints(LATE, MONTHS_AND_YEARS[2:]),
)
"""Every endpoint of the clinic of lupus."""
