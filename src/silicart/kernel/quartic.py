"""The course of an observable within a step as a polynomial of degree four, and where it turns.

The dense output is of degree four in time. So is an observable that is linear in the states, and five values of it
say everything; of any other observable the polynomial through five values is as close as the dense output is to the
solution. The five points are those of Gauss and Lobatto, both ends included: their quadrature is the integral of the
polynomial, and exact up to degree seven.
"""

from __future__ import annotations

import math

from silicart.kernel.ir import FunctionBuilder, Value
from silicart.kernel.layout import Layout, Workspace

#: Where the values stand, as shares of the way, and their weights in the integral.
_SPREAD = 0.5 * math.sqrt(3.0 / 7.0)
POINTS = (0.0, 0.5 - _SPREAD, 0.5, 0.5 + _SPREAD, 1.0)
WEIGHTS = (1.0 / 20.0, 49.0 / 180.0, 16.0 / 45.0, 49.0 / 180.0, 1.0 / 20.0)
#: Halvings that find a turning point, and therefore how closely: far closer than an extremum needs, which is flat.
_HALVINGS = 32


def _coefficients() -> tuple[tuple[float, ...], ...]:
    """Rows for the powers 1 to 4: the weights of the values at points 1 to 4, less the value at point 0."""
    columns = []
    for point in range(1, 5):
        product = [1.0]
        scale = 1.0
        for other in range(5):
            if other != point:
                product = [
                    (product[power - 1] if power else 0.0)
                    - POINTS[other] * (product[power] if power < len(product) else 0.0)
                    for power in range(len(product) + 1)
                ]
                scale *= POINTS[point] - POINTS[other]
        columns.append([entry / scale for entry in product])
    return tuple(tuple(column[power] for column in columns) for power in range(1, 5))


COEFFICIENTS = _coefficients()


def curve_function(layout: Layout) -> str:
    """Return `curve(workspace, observable)`.

    It puts the coefficients of the powers 1 to 4 into "curve" and into "hull" five numbers between whose smallest and
    largest the polynomial stays (its Bernstein coefficients).
    """
    f = FunctionBuilder("curve", [("ptr", "workspace"), ("i64", "observable")], layout.width)
    workspace = Workspace(f, layout)
    first, *others = node_values(f, workspace, f.parameters["observable"])
    # Of what rests not even rounding is left.
    rises = [f.subtract(value, first) for value in others]
    coefficients = []
    for power, row in enumerate(COEFFICIENTS):
        total = f.multiply(f.splat(row[0]), rises[0])
        for weight, rise in zip(row[1:], rises[1:], strict=True):
            total = f.fused(f.splat(weight), rise, total)
        workspace.store(total, "curve", power)
        coefficients.append(total)
    workspace.store(first, "hull", 0)
    for place in range(1, 4):
        total = first
        for power in range(1, place + 1):
            share = math.comb(place, power) / math.comb(4, power)
            total = f.fused(f.splat(share), coefficients[power - 1], total)
        workspace.store(total, "hull", place)
    workspace.store(others[-1], "hull", 4)
    f.give()
    return f.text(linkage="internal")


def breaks_function(layout: Layout) -> str:
    """Return `find_breaks(workspace)`: 0, up to three turning points of "curve" in their order, and 1 into "breaks".

    Between two zeros of its second derivative the slope only rises or only falls, so it has one zero there or none,
    which halving cannot miss. Where there is none, the end of the interval is listed: a point as good as any.
    """
    f = FunctionBuilder("find_breaks", [("ptr", "workspace")], layout.width)
    workspace = Workspace(f, layout)
    c1, c2, c3, c4 = (workspace.load("curve", power) for power in range(4))
    zero, one = f.splat(0.0), f.splat(1.0)
    # 2 c2 + 6 c3 x + 12 c4 x^2 = 0, halved
    square, linear = f.multiply(f.splat(6.0), c4), f.multiply(f.splat(3.0), c3)
    discriminant = f.fused(f.multiply(f.splat(-4.0), square), c2, f.multiply(linear, linear))
    root = f.square_root(f.larger(zero, discriminant))
    q = f.multiply(f.splat(-0.5), f.add(linear, f.select(f.less(linear, zero), f.negate(root), root)))
    bends = [f.divide(q, square), f.divide(c2, q)]
    kept = []
    for bend in bends:
        inside = f.both(f.both(f.less(zero, bend), f.less(bend, one)), f.less(zero, discriminant))
        kept.append(f.select(inside, bend, one))
    lower, upper = f.smaller(kept[0], kept[1]), f.larger(kept[0], kept[1])
    workspace.store(zero, "breaks", 0)
    workspace.store(one, "breaks", 4)
    slopes = (c1, f.multiply(f.splat(2.0), c2), f.multiply(f.splat(3.0), c3), f.multiply(f.splat(4.0), c4))
    for place, (left, right) in enumerate(((zero, lower), (lower, upper), (upper, one)), start=1):
        workspace.store(_turn(f, slopes, left, right), "breaks", place)
    f.give()
    return f.text(linkage="internal")


def _turn(f: FunctionBuilder, slopes: tuple[Value, ...], left: Value, right: Value) -> Value:
    zero = f.splat(0.0)
    rising = f.less(zero, _horner(f, slopes, left))
    turning = f.differ(rising, f.less(zero, _horner(f, slopes, right)))
    with f.loop(_HALVINGS, [left, right]) as loop:
        low, high = loop.carried
        middle = f.multiply(f.splat(0.5), f.add(low, high))
        before = f.opposite(f.differ(rising, f.less(zero, _horner(f, slopes, middle))))
        loop.carry(f.select(before, middle, low), f.select(before, high, middle))
    low, high = loop.carried
    return f.select(turning, f.multiply(f.splat(0.5), f.add(low, high)), right)


def _horner(f: FunctionBuilder, coefficients: tuple[Value, ...], x: Value) -> Value:
    total = coefficients[-1]
    for coefficient in reversed(coefficients[:-1]):
        total = f.fused(total, x, coefficient)
    return total


def node_values(f: FunctionBuilder, workspace: Workspace, observable: Value) -> list[Value]:
    """The five values of an observable in the window of the step at hand."""
    count = len(workspace.layout.accumulation.observables)
    values = []
    for point in range(len(POINTS)):
        index = f.integer_add(observable, f.i64(point * count))
        values.append(workspace.load_at("nodes", index))
    return values
