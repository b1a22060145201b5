"""Endpoints of lupus for tables and claims: the quantities on fixed days."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from silicart.endpoints.endpoint import MONTHS_AND_YEARS, Endpoint
from silicart.endpoints.lupus.quantities import LUPUS_QUANTITIES
from silicart.endpoints.quantity import read

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
        Endpoint(
            f"{one.id}_{ending}",
            f"{one.label} at {words}",
            "lupus",
            one.unit,
            one.needs,
            one.definition,
            partial(read, one.compute, day),
            (day,),
            one.resolution,
            one.citations,
            one.parameters,
            one.reads,
        )
        for one in (_BY_ID[id] for id in ids)
        for ending, words, day in times
    ]


LUPUS_ENDPOINTS: tuple[Endpoint, ...] = (
    *_endpoints(EVERY_TIME, MONTHS_AND_YEARS),
    *_endpoints(LATE, MONTHS_AND_YEARS[2:]),
)
"""Every endpoint of the clinic of lupus."""
