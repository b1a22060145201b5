"""What MathML can say beyond the operators of a network, written in terms of those.

`sec(x)` becomes `1/cos(x)`, `a < b < c` becomes `a < b and b < c`, and so on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import TypeAlias

from silicart.network.expression import Apply, Expression, Number

Arguments: TypeAlias = tuple[Expression, ...]

_ONE = Number(1.0)


def quotient(dividend: Expression, divisor: Expression) -> Expression:
    """Return the whole part of a quotient, rounded towards zero."""
    ratio = Apply("/", (dividend, divisor))
    return Apply("piecewise", (Apply("floor", (ratio,)), Apply("geq", (ratio, Number(0.0))), Apply("ceil", (ratio,))))


def remainder(dividend: Expression, divisor: Expression) -> Expression:
    """Return what the division leaves; it has the sign of the dividend."""
    return Apply("-", (dividend, Apply("*", (divisor, quotient(dividend, divisor)))))


def logarithm(arguments: Arguments) -> Expression:
    """Return the logarithm of (base, number), or to base 10 of (number,)."""
    if len(arguments) == 1 or _is_number(arguments[0], 10.0):
        return Apply("log10", (arguments[-1],))
    return Apply("/", (Apply("ln", (arguments[1],)), Apply("ln", (arguments[0],))))


def root(arguments: Arguments) -> Expression:
    """Return the root of (degree, number), or the square root of (number,)."""
    if len(arguments) == 1 or _is_number(arguments[0], 2.0):
        return Apply("sqrt", (arguments[-1],))
    return Apply("^", (arguments[1], Apply("/", (_ONE, arguments[0]))))


def chain(relation: str, arguments: Arguments) -> Expression:
    """Return a comparison; one of many arguments holds when each neighbouring pair does."""
    pairs = [Apply(relation, pair) for pair in pairwise(arguments)]
    return pairs[0] if len(pairs) == 1 else Apply("and", tuple(pairs))


def implication(premise: Expression, conclusion: Expression) -> Expression:
    """Return whether `conclusion` holds or `premise` does not."""
    return Apply("or", (Apply("not", (premise,)), conclusion))


def _is_number(expression: Expression, value: float) -> bool:
    # libSBML gives the base that a file leaves out the unit "dimensionless".
    return isinstance(expression, Number) and expression.value == value


def _inverse_of(operator: str) -> Callable[[Expression], Expression]:
    return lambda argument: Apply("/", (_ONE, Apply(operator, (argument,))))


def _of_inverse(operator: str) -> Callable[[Expression], Expression]:
    return lambda argument: Apply(operator, (Apply("/", (_ONE, argument)),))


#: Functions of one argument that are written in terms of others.
DERIVED: Mapping[str, Callable[[Expression], Expression]] = {
    "sec": _inverse_of("cos"),
    "csc": _inverse_of("sin"),
    "cot": _inverse_of("tan"),
    "sech": _inverse_of("cosh"),
    "csch": _inverse_of("sinh"),
    "coth": _inverse_of("tanh"),
    "arcsec": _of_inverse("acos"),
    "arccsc": _of_inverse("asin"),
    "arccot": _of_inverse("atan"),
    "arcsech": _of_inverse("acosh"),
    "arccsch": _of_inverse("asinh"),
    "arccoth": _of_inverse("atanh"),
}
