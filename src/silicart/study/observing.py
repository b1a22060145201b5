"""What is observed in every arm of a disease, whatever is read from it."""

from __future__ import annotations

from functools import cache

from silicart.endpoints.grid import required_observables
from silicart.endpoints.registry import select
from silicart.trial import clinic_of


@cache
def usual_observables(disease: str) -> tuple[str, ...]:
    """Return what the endpoints of a disease and its clinic read, in one order.

    Examples
    --------
    >>> usual = usual_observables("sle")
    >>> "activity" in usual, "M_protein" in usual, len(usual) == len(set(usual))
    (True, False, True)
    """
    read = required_observables(one for one in select(["all"], disease=disease) if one.reads != "product")
    return tuple(dict.fromkeys((*read, *(name for one in clinic_of(disease) for name in one.needs))))
