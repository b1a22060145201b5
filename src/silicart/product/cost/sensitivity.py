"""How sure a cost is: over the register's uncertainty as a whole, and one input at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from silicart.evidence import Register
from silicart.population.draws import draw_typical_values
from silicart.product.cost.course import CostBreakdown, CoursePlan
from silicart.product.values import centres

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Swing:
    """How far one input moves a cost.

    id, label, grade : of the input.
    low, high : cost with the input at its 5 % and at its 95 % quantile, all others at their centres; mean over lots.
    centre : cost with all at their centres.
    """

    id: str
    label: str
    grade: str
    low: float
    high: float
    centre: float

    @property
    def size(self) -> float:
        """Distance between the two costs."""
        return abs(self.high - self.low)


def tornado(
    cost: Callable[[Mapping[str, ArrayLike]], ArrayLike],
    register: Register,
    mechanisms: Sequence[str] = ("cost",),
) -> tuple[Swing, ...]:
    """Move each uncertain input by itself, and return the swings from the largest to the smallest.

    Parameters
    ----------
    cost : id -> value gives an amount, such as `lambda values: plan.cost(values).course`, or a difference of two.
    register : holds the inputs, their centres and their uncertainty.
    mechanisms : parameter files whose inputs are moved; those of the manufacture too where `cost` makes the lot anew.

    Inputs that do not move the cost at all are left out.

    Examples
    --------
    >>> from silicart.evidence import load_register
    >>> plan = CoursePlan("targeted_lnp", {"mRNA_mg": 4.0, "shipments": 1}, lots=3, infusions=3)
    >>> [swing.id for swing in tornado(lambda values: plan.cost(values).course, load_register())][:2]
    ['patients_per_year', 'targeting_price']
    """
    typical = centres(register)
    centre = _mean(cost(typical))
    swings = []
    for id in register.uncertain():
        entry = register[id]
        if entry.mechanism not in mechanisms:
            continue
        ends = entry.uncertainty.quantile(entry.value, (0.05, 0.95))
        low, high = (_mean(cost({**typical, id: float(end)})) for end in ends)
        if low != high:
            swings.append(Swing(id, entry.label, entry.grade, low, high, centre))
    return tuple(sorted(swings, key=lambda swing: swing.size, reverse=True))


def draw_costs(plan: CoursePlan, register: Register, draws: int, seed: int, currency: str = "USD") -> CostBreakdown:
    """Return the cost of a course over draws from the uncertainty of every input.

    Parameters
    ----------
    plan : the course of one typical lot; the arrays of the result are over draws.
    draws, seed : how many, and from which seed.

    Examples
    --------
    >>> from silicart.evidence import load_register
    >>> plan = CoursePlan("targeted_lnp", {"mRNA_mg": 4.0, "shipments": 1}, lots=3, infusions=3)
    >>> draw_costs(plan, load_register(), 100, seed=1).course.shape
    (100,)
    """
    typical = draw_typical_values(register, seed, np.arange(draws), np.zeros(draws, dtype=np.int64))
    return plan.cost(typical.values, currency)


def _mean(amounts: ArrayLike) -> float:
    return float(np.mean(np.asarray(amounts, dtype=np.float64)))
