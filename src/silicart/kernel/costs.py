"""What a step of each method costs, estimated from the code that it runs, so that a model gets the methods that pay.

Counted in processor cycles of a wide vector, as measured on one server processor. The choice is the same on every
machine, because it changes values within the tolerance.
"""

from __future__ import annotations

from silicart.kernel import dop853, rodas5p
from silicart.kernel.mathematics import FUNCTIONS
from silicart.kernel.schedule import Schedule
from silicart.symbolic.elimination import Elimination
from silicart.symbolic.graph import Graph

_OPERATION = 1.0
_SLOW = {"divide": 9.0, "square_root": 16.0}
_FUNCTION = 40.0
# A factor is fetched from the second cache: two cycles for each of the two triangular solves' entries.
_FACTOR = 2.2
# Sums over stages, for each state: products and fetches of the vectors.
_EXPLICIT_SUMS, _IMPLICIT_SUMS = 140.0, 90.0
# The explicit method stays out unless its step costs less than this share of an implicit one.
_WORTH = 0.9


def pays_to_be_explicit(graph: Graph, slope: Schedule, jacobian: Schedule, elimination: Elimination) -> bool:
    """Return whether explicit steps are so much cheaper that lanes should be able to take them.

    Parameters
    ----------
    slope, jacobian : what the right-hand side alone, and with the Jacobian, computes.
    """
    states = len(elimination.order)
    one = _cost(graph, slope)
    # One evaluation more follows the steepest mode.
    explicit = (dop853.STAGES + 1) * one + _EXPLICIT_SUMS * states
    implicit = (rodas5p.STAGES - 1) * one + _cost(graph, jacobian) + _IMPLICIT_SUMS * states
    implicit += elimination.multiplications() + rodas5p.STAGES * _FACTOR * elimination.entries
    return explicit < _WORTH * implicit


def _cost(graph: Graph, plan: Schedule) -> float:
    operations = [graph.nodes[number].op for piece in plan.pieces for number in piece]
    return sum(_FUNCTION if op in FUNCTIONS else _SLOW.get(op, _OPERATION) for op in operations)
