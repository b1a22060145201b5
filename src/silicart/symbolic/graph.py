"""The expression graph: every distinct subexpression of a model exactly once.

Nodes are added through a `GraphBuilder`, which returns the same number for the same expression (hash-consing) and
folds what algebra makes trivial. Numbers rise from arguments to results, so the order of the nodes is an order of
evaluation. Only operations that IEEE 754 rounds correctly are folded to constants at build time: exp and its kin
are left to the one implementation in `elementary`, so that a model has the same bits on every machine.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

#: What a node's value depends on, as bits that add up over arguments.
CONSTANT, INPUT, TIME, STATE, HELD = 0, 1, 2, 4, 8

COMPARISONS = ("less", "less_equal", "equal", "not_equal")
LOGIC = ("and", "or", "xor", "not")
FUNCTIONS = ("exp", "log", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh")
ROUNDING = ("floor", "ceil")

_LEAF_DEPENDENCY = {
    "constant": CONSTANT,
    "input": INPUT,
    "start": INPUT,
    "time": TIME,
    "state": STATE,
    "held": HELD,
    "kept": HELD,
    "lag": HELD,
}


class Node(NamedTuple):
    """One operation: its name, the numbers of its arguments, and a leaf's value or index."""

    op: str
    args: tuple[int, ...] = ()
    payload: float = 0.0


@dataclass(frozen=True)
class Graph:
    """A finished graph: `nodes` in an order of evaluation and, for each, the sum of its dependency bits.

    "start" is the time at which the initial conditions hold; "time" is the running time. "held" are variables that
    events alone change; "kept" are the values that an executing event brings along; "lag" is
    by how much its time moves along the direction of a sensitivity.
    """

    nodes: tuple[Node, ...]
    dependency: tuple[int, ...]

    def reachable(self, roots: Iterable[int]) -> list[int]:
        """Return the numbers of all nodes that `roots` need, themselves included, in an order of evaluation."""
        seen: set[int] = set()
        pending = list(roots)
        while pending:
            number = pending.pop()
            if number not in seen:
                seen.add(number)
                pending.extend(self.nodes[number].args)
        return sorted(seen)

    def is_boolean(self, number: int) -> bool:
        """Return whether the node is a truth value rather than a number."""
        return self.nodes[number].op in COMPARISONS + LOGIC


class GraphBuilder:
    """Grows a graph; equal expressions get equal numbers.

    Examples
    --------
    >>> builder = GraphBuilder()
    >>> x = builder.state(0)
    >>> builder.add(x, builder.constant(0.0)) == x
    True
    >>> builder.multiply(x, builder.input(3)) == builder.multiply(builder.input(3), x)
    True
    """

    def __init__(self, graph: Graph | None = None) -> None:
        self.nodes: list[Node] = list(graph.nodes) if graph else []
        self.dependency: list[int] = list(graph.dependency) if graph else []
        self._numbers: dict[Node, int] = {node: number for number, node in enumerate(self.nodes)}

    def finish(self) -> Graph:
        """Return the graph as it stands."""
        return Graph(tuple(self.nodes), tuple(self.dependency))

    # Leaves

    def constant(self, value: float) -> int:
        # -0.0 equals 0.0 as a key, so it would take the other's place; one of them is kept on purpose.
        # A NaN differs from itself, so one of them stands for all.
        value = 0.0 if value == 0.0 else math.nan if math.isnan(value) else float(value)
        return self._node("constant", payload=value)

    def input(self, index: int) -> int:
        return self._node("input", payload=index)

    def state(self, index: int) -> int:
        return self._node("state", payload=index)

    def held(self, index: int) -> int:
        return self._node("held", payload=index)

    def kept(self, index: int) -> int:
        return self._node("kept", payload=index)

    def lag(self) -> int:
        return self._node("lag")

    def time(self) -> int:
        return self._node("time")

    def start(self) -> int:
        return self._node("start")

    # Arithmetic

    def add(self, left: int, right: int) -> int:
        if self.is_constant(left) and self.is_constant(right):
            return self.constant(self.value(left) + self.value(right))
        if self.is_constant(left, 0.0):
            return right
        if self.is_constant(right, 0.0):
            return left
        if self.nodes[right].op == "negate":
            return self.subtract(left, self.nodes[right].args[0])
        if self.nodes[left].op == "negate":
            return self.subtract(right, self.nodes[left].args[0])
        return self._node("add", (min(left, right), max(left, right)))

    def subtract(self, left: int, right: int) -> int:
        if self.is_constant(left) and self.is_constant(right):
            return self.constant(self.value(left) - self.value(right))
        if self.is_constant(right, 0.0):
            return left
        if self.is_constant(left, 0.0):
            return self.negate(right)
        if left == right:
            return self.constant(0.0)
        if self.nodes[right].op == "negate":
            return self.add(left, self.nodes[right].args[0])
        return self._node("subtract", (left, right))

    def negate(self, argument: int) -> int:
        node = self.nodes[argument]
        if node.op == "constant":
            return self.constant(-node.payload)
        if node.op == "negate":
            return node.args[0]
        if node.op == "subtract":
            return self._node("subtract", (node.args[1], node.args[0]))
        return self._node("negate", (argument,))

    def multiply(self, left: int, right: int) -> int:
        if self.is_constant(left) and self.is_constant(right):
            return self.constant(self.value(left) * self.value(right))
        for one, other in ((left, right), (right, left)):
            if self.is_constant(one, 0.0):
                return one
            if self.is_constant(one, 1.0):
                return other
            if self.is_constant(one, -1.0):
                return self.negate(other)
            if self.nodes[one].op == "negate":
                return self.negate(self.multiply(self.nodes[one].args[0], other))
        return self._node("multiply", (min(left, right), max(left, right)))

    def divide(self, left: int, right: int) -> int:
        if self.is_constant(right, 1.0) or self.is_constant(left, 0.0):
            return left
        if self.is_constant(left) and self.is_constant(right) and self.value(right) != 0.0:
            return self.constant(self.value(left) / self.value(right))
        if left == right:
            return self.constant(1.0)
        if self.nodes[left].op == "negate":
            return self.negate(self.divide(self.nodes[left].args[0], right))
        if max(self.dependency[left], self.dependency[right]) <= INPUT:
            return self._node("divide", (left, right))
        # While time runs, reciprocals are shared: by quotients of one denominator, and by their derivatives.
        if self.is_constant(left, 1.0):
            return self._node("divide", (left, right))
        return self.multiply(left, self.divide(self.constant(1.0), right))

    def power(self, base: int, exponent: int) -> int:
        """Return base**exponent; whole and half constant exponents become products and square roots."""
        if self.is_constant(exponent):
            doubled = 2.0 * self.value(exponent)
            if doubled.is_integer() and abs(doubled) <= 128.0:
                return self._half_integer_power(base, int(doubled))
        if self.is_constant(base, 1.0):
            return base
        return self._node("power", (base, exponent))

    def square_root(self, argument: int) -> int:
        if self.is_constant(argument) and self.value(argument) >= 0.0:
            return self.constant(math.sqrt(self.value(argument)))
        return self._node("square_root", (argument,))

    def absolute(self, argument: int) -> int:
        if self.is_constant(argument):
            return self.constant(abs(self.value(argument)))
        return self._node("absolute", (argument,))

    def minimum(self, left: int, right: int) -> int:
        return self._extremum("minimum", left, right)

    def maximum(self, left: int, right: int) -> int:
        return self._extremum("maximum", left, right)

    def apply(self, function: str, argument: int) -> int:
        """Return one of `FUNCTIONS` or `ROUNDING` of the argument."""
        if self.is_constant(argument):
            if function in ROUNDING and math.isfinite(self.value(argument)):
                return self.constant(float({"floor": math.floor, "ceil": math.ceil}[function](self.value(argument))))
            if (function, self.value(argument)) in (("exp", 0.0), ("log", 1.0)):
                return self.constant(1.0 if function == "exp" else 0.0)
        return self._node(function, (argument,))

    # Truth values and choice

    def compare(self, relation: str, left: int, right: int) -> int:
        """Return one of `COMPARISONS`; constant truth values are the constants 0 and 1."""
        if self.is_constant(left) and self.is_constant(right):
            one, other = self.value(left), self.value(right)
            truth = {
                "less": one < other,
                "less_equal": one <= other,
                "equal": one == other,
                "not_equal": one != other,
            }[relation]
            return self.constant(float(truth))
        if relation in ("equal", "not_equal"):
            left, right = min(left, right), max(left, right)
        return self._node(relation, (left, right))

    def logic(self, op: str, *args: int) -> int:
        """Return "and", "or", "xor" of two truth values, or "not" of one."""
        if op == "not":
            (argument,) = args
            if self.is_constant(argument):
                return self.constant(1.0 - self.value(argument))
            return self.nodes[argument].args[0] if self.nodes[argument].op == "not" else self._node("not", args)
        left, right = min(args), max(args)
        for one, other in ((left, right), (right, left)):
            if self.is_constant(one):
                truth = self.value(one) != 0.0
                if op == "and":
                    return other if truth else one
                if op == "or":
                    return one if truth else other
                return self.logic("not", other) if truth else other
        if left == right:
            return left if op in ("and", "or") else self.constant(0.0)
        return self._node(op, (left, right))

    def select(self, condition: int, when_true: int, when_false: int) -> int:
        if self.is_constant(condition):
            return when_true if self.value(condition) != 0.0 else when_false
        if when_true == when_false:
            return when_true
        return self._node("select", (condition, when_true, when_false))

    # Reading

    def is_constant(self, number: int, value: float | None = None) -> bool:
        node = self.nodes[number]
        return node.op == "constant" and (value is None or node.payload == value)

    def value(self, number: int) -> float:
        return self.nodes[number].payload

    def varies(self, number: int) -> bool:
        """Return whether the node changes while time runs."""
        return self.dependency[number] > INPUT

    def is_boolean(self, number: int) -> bool:
        return self.nodes[number].op in COMPARISONS + LOGIC

    # Truth values and numbers stand for each other: true is 1, and whatever is not 0 is true.

    def as_truth(self, number: int) -> int:
        return number if self.is_boolean(number) else self.compare("not_equal", number, self.constant(0.0))

    def as_number(self, number: int) -> int:
        return self.select(number, self.constant(1.0), self.constant(0.0)) if self.is_boolean(number) else number

    # Building blocks

    def _node(self, op: str, args: tuple[int, ...] = (), payload: float = 0.0) -> int:
        node = Node(op, args, payload)
        number = self._numbers.get(node)
        if number is None:
            number = len(self.nodes)
            self._numbers[node] = number
            self.nodes.append(node)
            self.dependency.append(
                _LEAF_DEPENDENCY[op] if not args else _union(self.dependency[argument] for argument in args)
            )
        return number

    def _extremum(self, op: str, left: int, right: int) -> int:
        if left == right:
            return left
        if self.is_constant(left) and self.is_constant(right):
            choose = min if op == "minimum" else max
            one, other = self.value(left), self.value(right)
            return self.constant(math.nan if math.isnan(one) or math.isnan(other) else choose(one, other))
        first, second = sorted((left, right), key=lambda number: (self.dependency[number], number))
        return self._node(op, (first, second))

    def _half_integer_power(self, base: int, doubled: int) -> int:
        if doubled < 0:
            return self.divide(self.constant(1.0), self._half_integer_power(base, -doubled))
        result = self.constant(1.0)
        square = base
        whole = doubled // 2
        while whole:
            if whole % 2:
                result = self.multiply(result, square)
            whole //= 2
            if whole:
                square = self.multiply(square, square)
        return self.multiply(result, self.square_root(base)) if doubled % 2 else result


def sum_of(builder: GraphBuilder, terms: Sequence[int]) -> int:
    """Return the sum of `terms`, those that never change during a run first, so that their sum is hoisted."""
    total = builder.constant(0.0)
    for term in sorted(terms, key=lambda number: (builder.dependency[number], number)):
        total = builder.add(total, term)
    return total


def product_of(builder: GraphBuilder, factors: Sequence[int]) -> int:
    """Return the product of `factors`, those that never change during a run first, so that it is hoisted."""
    product = builder.constant(1.0)
    for factor in sorted(factors, key=lambda number: (builder.dependency[number], number)):
        product = builder.multiply(product, factor)
    return product


def _union(bits: Iterable[int]) -> int:
    total = 0
    for bit in bits:
        total |= bit
    return total
