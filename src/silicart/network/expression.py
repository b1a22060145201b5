"""Mathematical expressions of a network: numbers, symbols and operators, nothing else.

An expression is a tree of three frozen kinds. It knows no biology, no library and no numbers of the run; the room
`symbolic` turns it into a graph, and `units` walks it to check dimensions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Number:
    """A literal number, with the id of its unit when the modeller wrote one.

    Examples
    --------
    >>> to_text(Number(1.0, "cell"))
    '1 cell'
    """

    value: float
    unit: str | None = None


@dataclass(frozen=True)
class Symbol:
    """A reference by id to a species, parameter, compartment or reaction (its rate)."""

    id: str


@dataclass(frozen=True)
class Apply:
    """An operator on its arguments.

    `op` is one of `OPERATORS`. "+" and "*" take any number of arguments, "piecewise" takes
    (value, condition, value, condition, ..., otherwise), "time", "true" and "false" take none. "rateOf" takes one
    symbol and means its time derivative.

    Examples
    --------
    >>> to_text(Apply("*", (Symbol("k"), Apply("+", (Symbol("A"), Number(1.0))))))
    'k*(A + 1)'
    """

    op: str
    args: tuple[Expression, ...] = ()


Expression: TypeAlias = Number | Symbol | Apply

_NULLARY = ("time", "true", "false")
_UNARY = ("neg", "exp", "ln", "log10", "sqrt", "abs", "floor", "ceil", "factorial", "rateOf")
_TRIGONOMETRIC = ("sin", "cos", "tan", "asin", "acos", "atan")
_HYPERBOLIC = ("sinh", "cosh", "tanh", "asinh", "acosh", "atanh")
_BINARY = ("-", "/", "^")
_VARIADIC = ("+", "*", "min", "max")
_RELATIONS = ("lt", "leq", "gt", "geq", "eq", "neq")
_LOGIC = ("and", "or", "not", "xor")

#: Every operator and its number of arguments; None means any number (at least one).
OPERATORS: Mapping[str, int | None] = {
    **dict.fromkeys(_NULLARY, 0),
    **dict.fromkeys(_UNARY + _TRIGONOMETRIC + _HYPERBOLIC, 1),
    **dict.fromkeys(_BINARY + _RELATIONS, 2),
    **dict.fromkeys((*_VARIADIC, "and", "or", "xor", "piecewise"), None),
    "not": 1,
}


def symbols(expression: Expression) -> Iterator[str]:
    """Yield the id of every symbol in `expression`, in reading order, repeats included.

    Examples
    --------
    >>> list(symbols(Apply("*", (Symbol("k"), Symbol("A"), Symbol("k")))))
    ['k', 'A', 'k']
    """
    pending = [expression]
    while pending:
        node = pending.pop()
        if isinstance(node, Symbol):
            yield node.id
        elif isinstance(node, Apply):
            pending.extend(reversed(node.args))


def substitute(expression: Expression, replacements: Mapping[str, Expression]) -> Expression:
    """Return `expression` with each symbol named in `replacements` replaced.

    Examples
    --------
    >>> to_text(substitute(Apply("*", (Symbol("k"), Symbol("A"))), {"k": Number(2.0)}))
    '2*A'
    """
    if isinstance(expression, Symbol):
        return replacements.get(expression.id, expression)
    if isinstance(expression, Apply):
        return Apply(expression.op, tuple(substitute(argument, replacements) for argument in expression.args))
    return expression


def to_text(expression: Expression) -> str:
    """Return `expression` as infix text, the way Antimony writes it.

    Examples
    --------
    >>> to_text(Apply("-", (Symbol("a"), Apply("-", (Symbol("b"), Symbol("c"))))))
    'a - (b - c)'
    """
    return _text(expression, 0)


_INFIX = {"+": (" + ", 1), "-": (" - ", 1), "*": ("*", 2), "/": ("/", 2), "^": ("^", 4)}


def _text(node: Expression, outer: int) -> str:
    if isinstance(node, Number):
        number = repr(int(node.value)) if node.value.is_integer() and abs(node.value) < 1e15 else repr(node.value)
        text = number if node.unit is None else f"{number} {node.unit}"
        return f"({text})" if node.value < 0 and outer > 0 else text
    if isinstance(node, Symbol):
        return node.id
    if node.op in _INFIX and len(node.args) > 1:
        separator, strength = _INFIX[node.op]
        # The right side of - / ^ binds tighter than the left, so that a - (b - c) keeps its brackets.
        first, *rest = node.args
        inner = strength + 1 if node.op == "^" else strength
        tight = strength if node.op in ("+", "*") else strength + 1
        text = separator.join([_text(first, inner), *(_text(argument, tight) for argument in rest)])
        return f"({text})" if outer > strength else text
    if node.op == "neg":
        text = "-" + _text(node.args[0], 3)
        return f"({text})" if outer > 1 else text
    if not node.args:
        return node.op
    return f"{node.op}({', '.join(_text(argument, 0) for argument in node.args)})"
