"""In which order and in how many functions a set of graph nodes is computed.

LLVM takes far more than twice the time for a function twice as long, so a long list of nodes is cut into pieces;
a value that a later piece needs is passed on through the workspace.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from silicart.symbolic.graph import Graph

#: Nodes a function computes at most.
PIECE = 1200


@dataclass(frozen=True)
class Schedule:
    """Pieces of nodes in an order of evaluation.

    products : for a sum or difference, which of its arguments is a product that is fused with it and not computed.
    passed : nodes that a later piece needs, with their slot in the workspace.
    roots : the nodes asked for, in their order, repeats included.
    """

    pieces: tuple[tuple[int, ...], ...]
    products: dict[int, int]
    passed: dict[int, int]
    roots: tuple[int, ...]


def schedule(graph: Graph, roots: Sequence[int], known: set[int], *, fuse: bool, piece: int = PIECE) -> Schedule:
    """Return how to compute `roots`, the nodes `known` and leaves being at hand.

    Products that only one sum uses are fused with it when `fuse` is true.
    """
    products = _fused_products(graph, roots, known) if fuse else {}
    order = _depth_first(graph, roots, known, products)
    pieces = [tuple(order[first : first + piece]) for first in range(0, len(order), piece)] or [()]
    return Schedule(tuple(pieces), products, _passed(graph, pieces, products), tuple(roots))


def needs(graph: Graph, number: int, products: dict[int, int]) -> list[int]:
    """Return the nodes that computing `number` reads, seeing through a product fused with it."""
    args = graph.nodes[number].args
    if number not in products:
        return list(args)
    fused = products[number]
    return [*graph.nodes[fused].args, *(argument for argument in args if argument != fused)]


def _at_hand(graph: Graph, number: int, known: set[int]) -> bool:
    return number in known or not graph.nodes[number].args


def _depth_first(graph: Graph, roots: Sequence[int], known: set[int], products: dict[int, int]) -> list[int]:
    # Depth first keeps a value near its use, which the register allocator rewards.
    order: list[int] = []
    done: set[int] = set()
    pending: list[tuple[int, bool]] = [(root, False) for root in reversed(roots)]
    while pending:
        number, ready = pending.pop()
        if number in done or _at_hand(graph, number, known):
            continue
        if ready:
            done.add(number)
            order.append(number)
        else:
            pending.append((number, True))
            pending.extend((needed, False) for needed in reversed(needs(graph, number, products)))
    return order


def _fused_products(graph: Graph, roots: Sequence[int], known: set[int]) -> dict[int, int]:
    live = _live(graph, roots, known)
    uses = Counter(argument for number in live for argument in graph.nodes[number].args)
    kept = set(roots) | known
    products: dict[int, int] = {}
    for number in live:
        node = graph.nodes[number]
        if node.op not in ("add", "subtract"):
            continue
        for argument in reversed(node.args):
            if graph.nodes[argument].op == "multiply" and uses[argument] == 1 and argument not in kept:
                products[number] = argument
                break
    return products


def _live(graph: Graph, roots: Sequence[int], known: set[int]) -> list[int]:
    seen: set[int] = set()
    pending = list(roots)
    while pending:
        number = pending.pop()
        if number not in seen and not _at_hand(graph, number, known):
            seen.add(number)
            pending.extend(graph.nodes[number].args)
    return sorted(seen)


def _passed(graph: Graph, pieces: Sequence[Sequence[int]], products: dict[int, int]) -> dict[int, int]:
    home = {number: index for index, numbers in enumerate(pieces) for number in numbers}
    passed: dict[int, int] = {}
    for index, numbers in enumerate(pieces):
        for number in numbers:
            for needed in needs(graph, number, products):
                if home.get(needed, index) != index:
                    passed.setdefault(needed, len(passed))
    return passed
