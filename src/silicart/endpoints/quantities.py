"""Every quantity that an observation may name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from silicart.endpoints.antibody_quantities import ANTIBODY_QUANTITIES
from silicart.endpoints.cell_quantities import CELL_QUANTITIES, KINETIC_QUANTITIES
from silicart.endpoints.lupus.quantities import LUPUS_QUANTITIES
from silicart.endpoints.myasthenia.quantities import MYASTHENIA_QUANTITIES
from silicart.endpoints.myeloma.quantities import MYELOMA_QUANTITIES
from silicart.endpoints.quantity import Quantity
from silicart.endpoints.safety.quantities import SAFETY_QUANTITIES
from silicart.errors import StudyError, nearest

GROUPS: Mapping[str, tuple[Quantity, ...]] = MappingProxyType(
    {
        "lupus": LUPUS_QUANTITIES,
        "myasthenia": MYASTHENIA_QUANTITIES,
        "myeloma": MYELOMA_QUANTITIES,
        "side effects": SAFETY_QUANTITIES,
        "cells": CELL_QUANTITIES,
        "CAR+ cells": KINETIC_QUANTITIES,
        "antibodies": ANTIBODY_QUANTITIES,
    }
)
"""Group -> its quantities: one a file that defines some."""

_NAMED: Mapping[tuple[str, str], Quantity] = MappingProxyType(
    {(one.id, disease): one for group in GROUPS.values() for one in group for disease in one.diseases}
)
"""A name may mean something else in another disease; in one disease it means one thing."""

QUANTITIES: Mapping[str, Quantity] = MappingProxyType({id: one for (id, _), one in _NAMED.items()})
"""Id -> quantity."""


def find_quantity(id: str, disease: str, *, where: str = "quantity") -> Quantity:
    """Return the quantity of a name in a disease.

    Raises StudyError, with the nearest name, when there is none, or it cannot be read in that disease.

    Examples
    --------
    >>> find_quantity("CAR_Tmax", "mm").unit
    'day'
    """
    if (id, disease) in _NAMED:
        return _NAMED[id, disease]
    known = [name for name, own in _NAMED if own == disease]
    near = nearest(id, known)
    elsewhere = [own for name, own in _NAMED if name == id]
    raise StudyError(
        f"a quantity that is not read in the model {disease}" if elsewhere else "unknown quantity",
        where=where,
        found=id,
        expected="one of: " + ", ".join(known),
        remedy=f"did you mean {near}?" if near else "see the list of quantities in the documentation",
    )
