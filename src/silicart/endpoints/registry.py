"""Every endpoint of this release, by theme and by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from silicart.endpoints.activity import ACTIVITY
from silicart.endpoints.antibodies import ANTIBODIES
from silicart.endpoints.cells import CELLS
from silicart.endpoints.crs import CRS
from silicart.endpoints.endpoint import Endpoint
from silicart.endpoints.lupus.table import LUPUS_ENDPOINTS
from silicart.endpoints.myasthenia.endpoints import MYASTHENIA_ENDPOINTS
from silicart.endpoints.myeloma.endpoints import MYELOMA_ENDPOINTS
from silicart.endpoints.not_computed import NOT_COMPUTED
from silicart.endpoints.product_kinetics import PRODUCT_KINETICS
from silicart.endpoints.product_release import PRODUCT_RELEASE
from silicart.endpoints.safety.endpoints import SAFETY_ENDPOINTS
from silicart.errors import StudyError, nearest

THEMES: Mapping[str, tuple[Endpoint, ...]] = MappingProxyType(
    {
        "activity": ACTIVITY,
        "lupus": LUPUS_ENDPOINTS,
        "antibodies": ANTIBODIES,
        "cells": CELLS,
        "product_kinetics": PRODUCT_KINETICS,
        "crs": CRS,
        "safety": SAFETY_ENDPOINTS,
        "myasthenia": MYASTHENIA_ENDPOINTS,
        "myeloma": MYELOMA_ENDPOINTS,
        "product_release": PRODUCT_RELEASE,
    }
)
"""Theme -> its endpoints, in the order in which a report shows them."""

ENDPOINTS: Mapping[str, Endpoint] = MappingProxyType(
    {endpoint.id: endpoint for endpoints in THEMES.values() for endpoint in endpoints}
)
"""Id -> endpoint."""


def find(name: str, *, where: str = "endpoints") -> Endpoint:
    """Return the endpoint with that id.

    Raises StudyError: with the reason, when it is one that this release does not compute; with the nearest name, when
    there is none like it. `where` is the place that the error names.

    Examples
    --------
    >>> find("IgG_nadir").unit
    'g_per_L'
    """
    if name in ENDPOINTS:
        return ENDPOINTS[name]
    for absent in NOT_COMPUTED:
        if name.lower() in (absent.id.lower(), absent.label.lower()):
            raise StudyError(
                f"{absent.label} is not computed in this release",
                where=where,
                found=name,
                expected="an endpoint of this release",
                remedy=f"leave it out: {absent.reason}",
            )
    near = nearest(name, [*ENDPOINTS, *THEMES])
    raise StudyError(
        "unknown endpoint",
        where=where,
        found=name,
        expected="an endpoint's id, or a theme: " + ", ".join(THEMES),
        remedy=f"did you mean {near}?" if near else "see silicart.endpoints for the list",
    )


def select(names: Iterable[str], *, where: str = "endpoints", disease: str | None = None) -> tuple[Endpoint, ...]:
    """Return the endpoints with these ids; a theme's name stands for all of its endpoints, `all` for every one.

    With a `disease`, `all` and themes stand for the endpoints that can be read in its model.

    Raises StudyError as `find` does.

    Examples
    --------
    >>> [endpoint.id for endpoint in select(["IgG_nadir", "crs"])][:3]
    ['IgG_nadir', 'crs_probability_1', 'crs_probability_2']
    """
    chosen: dict[str, Endpoint] = {}
    for name in names:
        group = tuple(ENDPOINTS.values()) if name == "all" else THEMES.get(name)
        for endpoint in group if group is not None else (find(name, where=where),):
            if group is None or disease is None or endpoint.fits(disease):
                chosen[endpoint.id] = endpoint
    return tuple(chosen.values())
