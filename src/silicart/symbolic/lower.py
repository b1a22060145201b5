"""Network expressions into graph nodes.

Chains of products and of sums are flattened and their never-changing parts put first, so that the kernel computes
those once a patient. Nothing here recurses: a rule may stand on a thousand others.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

from silicart.errors import ModelError, nearest
from silicart.network.expression import Apply, Expression, Number, Symbol, symbols, to_text
from silicart.symbolic.graph import LOGIC, GraphBuilder, product_of, sum_of

_FUNCTIONS = {
    "exp": "exp",
    "ln": "log",
    "floor": "floor",
    "ceil": "ceil",
    **{name: name for name in ("sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh")},
}
_RELATIONS = {"lt": "less", "leq": "less_equal", "eq": "equal", "neq": "not_equal"}
_LOG10_E = 0.4342944819032518
_LARGEST_FACTORIAL = 170


class Scope:
    """What the symbols of a network mean in one place: at the start, or while time runs.

    `values` holds the nodes known so far, `formulas` the expressions of the rest, lowered when first asked for.
    """

    def __init__(
        self, builder: GraphBuilder, values: Mapping[str, int], formulas: Mapping[str, Expression], time: int
    ) -> None:
        self.builder = builder
        self.values = dict(values)
        self.formulas = formulas
        self.time = time

    def resolve(self, symbol: str) -> int:
        """Return the node of `symbol`, lowering first whatever its formula stands on."""
        pending = [symbol]
        waiting: dict[str, None] = {}
        while pending:
            name = pending[-1]
            if name in self.values:
                pending.pop()
                continue
            formula = self.formulas.get(name)
            if formula is None and (node := self.unknown(name)) is not None:
                self.values[name] = node
                continue
            if formula is None:
                raise _unknown(name, waiting, [*self.values, *self.formulas])
            missing = [used for used in dict.fromkeys(symbols(formula)) if used not in self.values]
            if not missing:
                self.values[name] = lower(self.builder, formula, self.values.__getitem__, self.time)
                waiting.pop(name, None)
                pending.pop()
                continue
            waiting[name] = None
            circle = next((used for used in missing if used in waiting), None)
            if circle is not None:
                raise ModelError(
                    "formulas define each other in a circle",
                    where=" -> ".join([*list(waiting)[list(waiting).index(circle) :], circle]),
                    found=f"{name} = {to_text(formula)}",
                    expected="formulas that can be put in an order",
                    remedy="give one of them a value or a rate rule",
                )
            pending.extend(missing)
        return self.values[symbol]

    def unknown(self, name: str) -> int | None:
        """Return the node of a name that has neither value nor formula, None if it means nothing here."""
        return None

    def lower(self, expression: Expression) -> int:
        """Return the node of an expression in this scope."""
        for symbol in dict.fromkeys(symbols(expression)):
            self.resolve(symbol)
        return lower(self.builder, expression, self.values.__getitem__, self.time)


def lower(builder: GraphBuilder, expression: Expression, lookup: Callable[[str], int], time: int) -> int:
    """Return the node of `expression`, `lookup` giving the node of each symbol.

    Examples
    --------
    >>> builder = GraphBuilder()
    >>> k, x = builder.input(0), builder.state(0)
    >>> rate = Apply("*", (Symbol("k"), Apply("^", (Symbol("x"), Number(2.0)))))
    >>> node = lower(builder, rate, {"k": k, "x": x}.__getitem__, builder.time())
    >>> node == builder.multiply(k, builder.multiply(x, x))
    True
    """
    done: dict[int, int] = {}
    pending: list[tuple[Expression, _Parts | None]] = [(expression, None)]
    while pending:
        current, parts = pending.pop()
        if id(current) in done:
            continue
        if isinstance(current, Number):
            done[id(current)] = builder.constant(current.value)
        elif isinstance(current, Symbol):
            done[id(current)] = lookup(current.id)
        elif parts is None:
            parts = _parts(current)
            pending.append((current, parts))
            pending.extend((part, None) for part in parts.plus + parts.minus)
        else:
            plus = [done[id(part)] for part in parts.plus]
            minus = [done[id(part)] for part in parts.minus]
            done[id(current)] = _combine(builder, current, parts, plus, minus, time)
    return done[id(expression)]


class _Parts(NamedTuple):
    """A flattened chain: summands added and subtracted, or factors above and below the bar, and a sign."""

    kind: str
    plus: list[Expression]
    minus: list[Expression]
    negative: bool = False


def _parts(expression: Apply) -> _Parts:
    if expression.op in ("+", "-"):
        return _terms(expression)
    if expression.op in ("*", "/", "neg"):
        return _factors(expression)
    return _Parts("call", list(expression.args), [])


def _terms(expression: Apply) -> _Parts:
    plus: list[Expression] = []
    minus: list[Expression] = []
    pending: list[tuple[Expression, bool]] = [(expression, False)]
    while pending:
        term, negative = pending.pop()
        if isinstance(term, Apply) and term.op == "+":
            pending.extend((argument, negative) for argument in reversed(term.args))
        elif isinstance(term, Apply) and term.op == "-":
            pending.append((term.args[1], not negative))
            pending.append((term.args[0], negative))
        else:
            (minus if negative else plus).append(term)
    return _Parts("sum", plus, minus)


def _factors(expression: Apply) -> _Parts:
    above: list[Expression] = []
    below: list[Expression] = []
    negative = False
    pending: list[tuple[Expression, bool]] = [(expression, False)]
    while pending:
        factor, inverted = pending.pop()
        if isinstance(factor, Apply) and factor.op == "*":
            pending.extend((argument, inverted) for argument in reversed(factor.args))
        elif isinstance(factor, Apply) and factor.op == "/":
            pending.append((factor.args[1], not inverted))
            pending.append((factor.args[0], inverted))
        elif isinstance(factor, Apply) and factor.op == "neg":
            negative = not negative
            pending.append((factor.args[0], inverted))
        else:
            (below if inverted else above).append(factor)
    return _Parts("product", above, below, negative)


def _combine(
    builder: GraphBuilder, expression: Apply, parts: _Parts, plus: list[int], minus: list[int], time: int
) -> int:
    if parts.kind == "call":
        return _call(builder, expression, plus, time)
    plus, minus = ([builder.as_number(term) for term in terms] for terms in (plus, minus))
    if parts.kind == "sum":
        return sum_of(builder, plus + [builder.negate(term) for term in minus])
    product = _quotient(builder, plus, minus)
    return builder.negate(product) if parts.negative else product


def _quotient(builder: GraphBuilder, above: list[int], below: list[int]) -> int:
    fixed_below = [factor for factor in below if not builder.varies(factor)]
    fixed = product_of(builder, [factor for factor in above if not builder.varies(factor)])
    if fixed_below:
        fixed = builder.divide(fixed, product_of(builder, fixed_below))
    one = builder.constant(1.0)
    running = [factor for factor in above if builder.varies(factor)]
    running += [builder.divide(one, factor) for factor in below if builder.varies(factor)]
    return product_of(builder, [fixed, *running])


def _call(builder: GraphBuilder, expression: Apply, args: list[int], time: int) -> int:
    op = expression.op
    if op == "time":
        return time
    if op in ("true", "false"):
        return builder.constant(float(op == "true"))
    if op in LOGIC:
        truths = [builder.as_truth(argument) for argument in args]
        if op == "not":
            return builder.logic("not", *truths)
        truth = truths[0]
        for other in truths[1:]:
            truth = builder.logic(op, truth, other)
        return truth
    if op == "piecewise":
        if len(args) % 2 == 0:
            raise ModelError(
                "piecewise without a value for the remaining cases",
                found=to_text(expression),
                expected="piecewise(value, condition, ..., otherwise)",
                remedy="add the value that holds when no condition does",
            )
        value = builder.as_number(args[-1])
        for index in range(len(args) - 3, -1, -2):
            value = builder.select(builder.as_truth(args[index + 1]), builder.as_number(args[index]), value)
        return value
    args = [builder.as_number(argument) for argument in args]
    if op in _RELATIONS:
        return builder.compare(_RELATIONS[op], *args)
    if op in ("gt", "geq"):
        return builder.compare("less" if op == "gt" else "less_equal", args[1], args[0])
    if op == "^":
        return builder.power(*args)
    if op == "sqrt":
        return builder.square_root(*args)
    if op == "abs":
        return builder.absolute(*args)
    if op in ("min", "max"):
        value = args[0]
        for argument in args[1:]:
            value = builder.minimum(value, argument) if op == "min" else builder.maximum(value, argument)
        return value
    if op == "log10":
        return builder.multiply(builder.apply("log", args[0]), builder.constant(_LOG10_E))
    if op in ("asinh", "acosh", "atanh"):
        return _inverse_hyperbolic(builder, op, *args)
    if op == "factorial":
        return _factorial(builder, *args)
    if op in _FUNCTIONS:
        return builder.apply(_FUNCTIONS[op], *args)
    raise ModelError(
        "an operator that is not supported",
        where=to_text(expression),
        found=op,
        expected="an operator of silicart.network.expression.OPERATORS",
        remedy="write the expression with supported operators",
    )


def _inverse_hyperbolic(builder: GraphBuilder, op: str, x: int) -> int:
    one, half = builder.constant(1.0), builder.constant(0.5)
    if op == "atanh":
        ratio = builder.divide(builder.add(one, x), builder.subtract(one, x))
        return builder.multiply(half, builder.apply("log", ratio))
    square = builder.multiply(x, x)
    if op == "acosh":
        return builder.apply("log", builder.add(x, builder.square_root(builder.subtract(square, one))))
    # Of the absolute value, so that nothing cancels on the negative side.
    size = builder.absolute(x)
    value = builder.apply("log", builder.add(size, builder.square_root(builder.add(square, one))))
    return builder.select(builder.compare("less", x, builder.constant(0.0)), builder.negate(value), value)


def _factorial(builder: GraphBuilder, x: int) -> int:
    """n! of a whole number up to 170, the largest that a double holds; NaN of anything else."""
    if builder.is_constant(x):
        value = builder.value(x)
        return builder.constant(math.factorial(int(value)) if value in range(_LARGEST_FACTORIAL + 1) else math.nan)
    result = builder.constant(math.nan)
    for whole in range(_LARGEST_FACTORIAL, -1, -1):
        here = builder.compare("equal", x, builder.constant(whole))
        result = builder.select(here, builder.constant(math.factorial(whole)), result)
    return result


def _unknown(name: str, waiting: Mapping[str, None], known: list[str]) -> ModelError:
    guess = nearest(name, known)
    return ModelError(
        "a symbol that nothing defines",
        where=list(waiting)[-1] if waiting else None,
        found=name,
        expected=f"a symbol of the model, such as {guess}" if guess else "a symbol of the model",
        remedy="define it, or give it a value",
    )
