"""Exact sparse derivatives of graph nodes, by one forward pass over the graph.

Each node that varies gets a small dictionary from state index to derivative node; the entries meet the same folding
and sharing as the model itself. The derivative by time is carried under the index `TIME_INDEX`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from silicart.symbolic.graph import STATE, TIME, GraphBuilder

TIME_INDEX = -1

_Derivative = dict[int, int]


def differentiate(builder: GraphBuilder, roots: Sequence[int]) -> list[_Derivative]:
    """Return for each root its derivatives that are not identically zero.

    Examples
    --------
    >>> builder = GraphBuilder()
    >>> x, y = builder.state(0), builder.state(1)
    >>> differentiate(builder, [builder.multiply(x, y)]) == [{0: y, 1: x}]
    True
    """
    found: dict[int, _Derivative] = {}
    for number in builder.finish().reachable(roots):
        if builder.dependency[number] & (STATE | TIME) and not builder.is_boolean(number):
            found[number] = _derivative(builder, number, found)
    zero = builder.constant(0.0)
    return [{index: node for index, node in found.get(root, {}).items() if node != zero} for root in roots]


def tangents(builder: GraphBuilder, roots: Sequence[int], seeds: Mapping[int, int]) -> list[int]:
    """Return for each root its derivative along a direction.

    Parameters
    ----------
    seeds : leaf to the node by which it moves along the direction; other leaves stay where they are.

    Examples
    --------
    >>> builder = GraphBuilder()
    >>> x, k, dx = builder.state(0), builder.input(0), builder.state(1)
    >>> tangents(builder, [builder.multiply(k, x)], {x: dx}) == [builder.multiply(k, dx)]
    True
    """
    found: dict[int, _Derivative] = {leaf: {0: seed} for leaf, seed in seeds.items()}
    for number in builder.finish().reachable(roots):
        args = builder.nodes[number].args
        if number not in found and not builder.is_boolean(number) and any(found.get(argument) for argument in args):
            found[number] = _derivative(builder, number, found)
    zero = builder.constant(0.0)
    return [found.get(root, {}).get(0, zero) for root in roots]


def _derivative(builder: GraphBuilder, number: int, found: dict[int, _Derivative]) -> _Derivative:
    op, args, payload = builder.nodes[number]
    if op == "state":
        return {int(payload): builder.constant(1.0)}
    if op == "time":
        return {TIME_INDEX: builder.constant(1.0)}
    inner = [found.get(argument, {}) for argument in args]
    if op == "add":
        return _sum(builder, inner[0], inner[1])
    if op == "subtract":
        return _sum(builder, inner[0], _scaled(builder, inner[1], builder.constant(-1.0)))
    if op == "multiply":
        return _sum(builder, _scaled(builder, inner[0], args[1]), _scaled(builder, inner[1], args[0]))
    if op == "divide" and inner[0]:
        # Only quotients that a patient fixes are kept as such: d(a/b) = (a' - (a/b) b') / b.
        above = _sum(builder, inner[0], _scaled(builder, inner[1], builder.negate(number)))
        return {index: builder.divide(node, args[1]) for index, node in above.items()}
    if op == "divide":
        return {index: _divided(builder, number, node) for index, node in inner[1].items()}
    if op == "select":
        return _chosen(builder, args[0], inner[1], inner[2])
    if op in ("minimum", "maximum"):
        first, second = args if op == "minimum" else args[::-1]
        # The choice of the value itself: the first argument when it wins strictly, else the second.
        wins = builder.compare("less", first, second)
        return _chosen(builder, wins, inner[0], inner[1])
    if op == "power":
        by_base = _scaled(builder, inner[0], _power_by_base(builder, number))
        return _sum(builder, by_base, _scaled(builder, inner[1], _power_by_exponent(builder, number)))
    return _scaled(builder, inner[-1], _outer(builder, number))


def _outer(builder: GraphBuilder, number: int) -> int:
    """The derivative of a function of one varying argument by that argument."""
    op, args, _ = builder.nodes[number]
    x = args[-1]
    zero, one = builder.constant(0.0), builder.constant(1.0)
    if op == "negate":
        return builder.constant(-1.0)
    if op == "square_root":
        # At 0 the slope is infinite; 0 lets the step go on explicitly in that component, inf would freeze it.
        slope = builder.multiply(builder.constant(0.5), builder.divide(one, number))
        return builder.select(builder.compare("less", zero, x), slope, zero)
    if op == "absolute":
        return builder.select(builder.compare("less", x, zero), builder.constant(-1.0), one)
    if op in ("floor", "ceil"):
        return zero
    if op == "exp":
        return number
    if op == "log":
        return builder.divide(one, x)
    square = builder.multiply(x, x)
    if op == "sin":
        return builder.apply("cos", x)
    if op == "cos":
        return builder.negate(builder.apply("sin", x))
    if op == "tan":
        return builder.add(one, builder.multiply(number, number))
    if op in ("asin", "acos"):
        slope = builder.divide(one, builder.square_root(builder.subtract(one, square)))
        return slope if op == "asin" else builder.negate(slope)
    if op == "atan":
        return builder.divide(one, builder.add(one, square))
    if op == "sinh":
        return builder.apply("cosh", x)
    if op == "cosh":
        return builder.apply("sinh", x)
    if op == "tanh":
        return builder.subtract(one, builder.multiply(number, number))
    raise AssertionError(f"no derivative rule for {op}")


def _divided(builder: GraphBuilder, number: int, slope: int) -> int:
    """d(a/b) = -(a/b) b'/b where only b moves; quotients that vary are reciprocals: d(1/b) = -(1/b)(1/b) b'."""
    _, (above, below), _ = builder.nodes[number]
    if builder.is_constant(above, 1.0):
        return builder.multiply(builder.negate(builder.multiply(number, number)), slope)
    return builder.negate(builder.divide(builder.multiply(number, slope), below))


def _power_by_base(builder: GraphBuilder, number: int) -> int:
    _, (base, exponent), _ = builder.nodes[number]
    zero, one = builder.constant(0.0), builder.constant(1.0)
    slope = builder.multiply(builder.multiply(exponent, number), builder.divide(one, base))
    # The slope at 0 is 1 for x**1, 0 for steeper powers; where it is infinite 0 stands, as for the square root.
    at_zero = builder.select(builder.compare("equal", exponent, one), one, zero)
    return builder.select(builder.compare("equal", base, zero), at_zero, slope)


def _power_by_exponent(builder: GraphBuilder, number: int) -> int:
    _, (base, _), _ = builder.nodes[number]
    zero = builder.constant(0.0)
    positive = builder.compare("less", zero, base)
    safe = builder.maximum(builder.constant(math.ulp(0.0)), base)
    return builder.select(positive, builder.multiply(number, builder.apply("log", safe)), zero)


def _scaled(builder: GraphBuilder, derivative: _Derivative, factor: int) -> _Derivative:
    return {index: builder.multiply(factor, node) for index, node in derivative.items()}


def _sum(builder: GraphBuilder, left: _Derivative, right: _Derivative) -> _Derivative:
    total = dict(left)
    for index, node in right.items():
        total[index] = builder.add(total[index], node) if index in total else node
    return total


def _chosen(builder: GraphBuilder, condition: int, when_true: _Derivative, when_false: _Derivative) -> _Derivative:
    zero = builder.constant(0.0)
    return {
        index: builder.select(condition, when_true.get(index, zero), when_false.get(index, zero))
        for index in dict.fromkeys((*when_true, *when_false))
    }
