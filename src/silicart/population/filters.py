"""Who is a possible patient: closures that must not be negative, and published ranges of the untreated state.

The two are kept apart because they mean different things. A negative closure is a fault of the parameterisation: no
state of health has a negative rate, so it must be rare, and a model that often produces one needs other parameters.
A filter is evidence: patients with such counts are not seen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from silicart.evidence import Filter

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
Kind = Literal["closure", "filter"]
Evaluate = Callable[[Mapping[str, FloatArray], Sequence[str]], Mapping[str, FloatArray]]
"""Maps parameters, id -> (n,), and ids to the untreated value of each id, (n,)."""


@dataclass(frozen=True)
class Check:
    """One reason to refuse a candidate: its words, its kind, the quantity it looks at, and the range it must keep.

    `structures` names the options of the category `structure` to which it applies; empty means all.
    """

    reason: str
    kind: Kind
    quantity: str
    low: float | None
    high: float | None
    structures: tuple[str, ...] = ()

    def refuses(self, values: FloatArray, structure: NDArray[np.str_]) -> BoolArray:
        """Return for each candidate whether this check refuses it; a value that is not finite is refused."""
        inside = np.isfinite(values)
        if self.low is not None:
            inside &= values >= self.low
        if self.high is not None:
            inside &= values <= self.high
        concerned = np.isin(structure, self.structures) if self.structures else np.ones(len(values), dtype=np.bool_)
        return concerned & ~inside


def checks_of(closures: Sequence[str], filters: Sequence[Filter], disease: str) -> tuple[Check, ...]:
    """Return the checks of a model: its closures in order, then the register's filters for the disease.

    A quantity that a filter looks at may be negative by design (a margin), so it is no closure.

    Examples
    --------
    >>> checks_of(["k_LPn"], [], "sle")[0].reason
    'k_LPn is negative'
    """
    wanted = [one for one in filters if not one.diseases or disease in one.diseases]
    filtered = {one.quantity for one in filters}
    return (
        *(Check(f"{id} is negative", "closure", id, 0.0, None) for id in closures if id not in filtered),
        *(Check(_range_in_words(one), "filter", one.quantity, one.low, one.high, one.structures) for one in wanted),
    )


def refusals(
    checks: Sequence[Check], evaluate: Evaluate, parameters: Mapping[str, FloatArray], structure: NDArray[np.str_]
) -> BoolArray:
    """Return (checks, candidates): True where a check refuses a candidate.

    Where a closure refuses, the filters are not asked: their quantities mean nothing there.
    """
    quantities = tuple(dict.fromkeys(check.quantity for check in checks))
    values = evaluate(parameters, quantities)
    refused = np.zeros((len(checks), len(structure)), dtype=np.bool_)
    for row, check in enumerate(checks):
        refused[row] = check.refuses(values[check.quantity], structure)
    closures = np.array([check.kind == "closure" for check in checks], dtype=np.bool_)
    refused[~closures] &= ~refused[closures].any(axis=0)
    return refused


def _range_in_words(one: Filter) -> str:
    if one.low is None:
        span = f"above {one.high:g}"
    elif one.high is None:
        span = f"below {one.low:g}"
    else:
        span = f"outside {one.low:g} to {one.high:g}"
    unit = "" if one.unit == "dimensionless" else f" {one.unit}"
    return f"{one.id} {span}{unit}"
