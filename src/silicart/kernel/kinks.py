"""Where an observable may jump or bend: the conditions in its own formula.

Conditions that drive the states end a step where they change. Those that only an observable has do not, so that
asking for it changes no step; a reduction must cut the step at them by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from silicart.symbolic.graph import ROUNDING, STATE, TIME, Graph

_ORDERINGS = ("less", "less_equal")
_CHOICES = ("minimum", "maximum", "absolute")


@dataclass(frozen=True)
class Kink:
    """One condition.

    watched : the node whose value says on which side it is: a comparison, or a rounded number; None for the sign of
        left less right.
    left, right : the nodes that are compared; None for a rounded number, and a right None is 0.
    """

    watched: int | None
    left: int | None
    right: int | None

    @property
    def roots(self) -> tuple[int, ...]:
        """The nodes that it takes, in their order."""
        return tuple(node for node in (self.watched, self.left, self.right) if node is not None)


def find_kinks(graph: Graph, observables: Sequence[int]) -> tuple[Kink, ...]:
    """Return the conditions that change within steps; an equality, true at single points, is none.

    Examples
    --------
    >>> from silicart.network.reader import read_antimony_text
    >>> from silicart.symbolic import build_system
    >>> text = "model m; x = 1; x' = -x; a := 2*x; b := max(x, 0.5); end"
    >>> system = build_system(read_antimony_text(text, "m"))
    >>> [len(find_kinks(system.graph, [system.outputs[id]])) for id in ("a", "b")]
    [0, 1]
    """
    found = []
    for number in graph.reachable(observables):
        if not graph.dependency[number] & (TIME | STATE):
            continue
        op, args, _ = graph.nodes[number]
        if op in _ORDERINGS:
            found.append(Kink(number, *args))
        elif op in _CHOICES:
            found.append(Kink(None, args[0], args[1] if len(args) > 1 else None))
        elif op in ROUNDING:
            found.append(Kink(number, None, None))
    return tuple(found)
