"""libSBML syntax trees to expressions, with the model's own functions written out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from silicart.errors import ModelError
from silicart.network import mathml_forms
from silicart.network.expression import OPERATORS, Apply, Expression, Number, Symbol, substitute, symbols
from silicart.network.refusals import refused

#: The value that SBML Level 3 gives its symbol avogadro.
AVOGADRO = 6.02214179e23

# Later rooms, pickling and printing walk an expression by recursion.
_DEEPEST = 200
# Functions that call functions can make a short file mean a formula that fills the memory.
_MOST_NODES = 1_000_000
# Chains up to this length stay as they were written.
_SHORT_CHAIN = 8

NO_LOCALS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class _Function:
    """A function of the model: its arguments and its body, which is written out wherever it is called."""

    arguments: tuple[str, ...]
    body: Expression
    size: int
    depth: int


class MathReader:
    """Reads the formulas of one document.

    It keeps the functions written out so far, and how many nodes of expressions the document may still become.
    """

    def __init__(self, functions: Iterable[Any] = ()) -> None:
        self._definitions = {entry.getId(): entry for entry in functions}
        self._functions: dict[str, _Function | None] = {}
        self._left = _MOST_NODES
        self._types = _types()

    def read(self, node: Any, owner: str, local: Mapping[str, str] = NO_LOCALS) -> Expression | None:
        """Return the Expression of a libSBML syntax tree, or None where the formula is missing.

        Parameters
        ----------
        node : libsbml.ASTNode, or None.
        owner : id of the variable or reaction that the formula belongs to, for messages.
        local : what a name means here, where that is not the name itself.

        Raises
        ------
        ModelError : a function, constant or form that silicart does not support, by its name; `where` is `owner`.
        """
        # An empty math element comes back as a node of an unknown type without children.
        if node is None or (self._types.get(node.getType()) == "missing" and not node.getNumChildren()):
            return None
        return self._read(node, owner, local, 0)

    def _read(self, node: Any, owner: str, local: Mapping[str, str], depth: int) -> Expression:
        kind = self._types.get(node.getType())
        if kind is None or kind == "missing":
            raise refused(_name_of(node), owner)
        self._spend(1, owner)
        if kind == "name":
            name = node.getName()
            if not name:
                raise ModelError("a name in a formula is empty", where=owner, expected="the id of something")
            return Symbol(local.get(name, name))
        if kind.startswith("number "):
            return _number(node, kind, owner)
        if depth >= _DEEPEST:
            raise _too_deep(owner)
        written = self._chain(node, kind, owner, local, depth)
        if written is not None:
            return written
        arguments = tuple(self._read(child, owner, local, depth + 1) for child in _children(node))
        if kind == "call":
            return self._call(node.getName(), arguments, owner, depth)
        return _apply(kind, arguments, owner)

    def _spend(self, nodes: int, owner: str) -> None:
        self._left -= nodes
        if self._left < 0:
            raise ModelError(
                "the formulas are too large once the functions in them are written out",
                where=owner,
                found=f"more than {_MOST_NODES} operators, numbers and names",
                expected="functions that do not call each other over and over",
                remedy="give parts of the formula their own assignment rules",
            )

    def _chain(self, node: Any, kind: str, owner: str, local: Mapping[str, str], depth: int) -> Expression | None:
        """Return a long chain such as a + b - c + ..., which files nest as ((a + b) - c) + ..., as one operation."""
        levels: list[tuple[str, list[Any]]] = []
        while (found := self._types.get(node.getType())) is not None and _continues(kind, found, node):
            children = _children(node)
            # A chain of cases goes on in its last part, all others in their first.
            node = children.pop(-1 if kind == "piecewise" else 0)
            levels.append((found, children))
        if len(levels) < _SHORT_CHAIN:
            return None
        first = self._read(node, owner, local, depth + 1)
        if kind == "piecewise":
            parts = [self._read(child, owner, local, depth + 1) for _, level in levels for child in level]
            return Apply(kind, (*parts, first))
        terms = [first]
        for found, level in reversed(levels):
            for child in level:
                term = self._read(child, owner, local, depth + 1)
                terms.append(Apply("neg", (term,)) if found == "-" else term)
        return Apply("+" if kind == "-" else kind, tuple(terms))

    def _call(self, name: str, arguments: tuple[Expression, ...], owner: str, depth: int) -> Expression:
        function = self._function(name, owner)
        if len(arguments) != len(function.arguments):
            raise ModelError(
                f"function {name} is called with the wrong number of arguments",
                where=owner,
                found=len(arguments),
                expected=f"{len(function.arguments)} ({', '.join(function.arguments)})",
            )
        measures = [_measure(argument) for argument in arguments]
        if depth + function.depth + max([inner for _, inner in measures], default=0) > _DEEPEST:
            raise _too_deep(owner)
        sizes = dict(zip(function.arguments, [size for size, _ in measures], strict=True))
        uses = sum(sizes.get(name, 1) for name in symbols(function.body))
        self._spend(function.size + uses, owner)
        written = substitute(function.body, dict(zip(function.arguments, arguments, strict=True)))
        _check_rates(written, owner)
        return written

    def _function(self, name: str, owner: str) -> _Function:
        if name in self._functions:
            known = self._functions[name]
            if known is None:
                raise ModelError(
                    f"function {name} calls itself", where=owner, expected="functions that do not call themselves"
                )
            return known
        definition = self._definitions.get(name)
        if definition is None:
            raise refused(f"the function {name}", owner)
        self._functions[name] = None
        arguments = tuple(definition.getArgument(index).getName() for index in range(definition.getNumArguments()))
        if not all(arguments):
            raise ModelError(f"an argument of function {name} has no name", where=owner, expected="names")
        body = self.read(definition.getBody(), name)
        if body is None:
            raise ModelError(f"function {name} is called but has no formula", where=owner, expected="a formula")
        size, depth = _measure(body)
        function = _Function(arguments, body, size, depth)
        self._functions[name] = function
        return function


def _continues(chain: str, kind: str, node: Any) -> bool:
    """Return whether `node`, an operation of `kind`, goes on with a chain that began with an operation of `chain`."""
    count = node.getNumChildren()
    if chain in ("+", "-"):
        return (kind == "+" and count > 0) or (kind == "-" and count == 2)
    if chain == "piecewise":
        return kind == chain and count % 2 == 1
    return kind == chain and chain in ("*", "and", "or") and count > 0


def _children(node: Any) -> list[Any]:
    return [node.getChild(index) for index in range(node.getNumChildren())]


def _number(node: Any, kind: str, owner: str) -> Number:
    if kind == "number integer":
        value = float(node.getInteger())
    elif kind == "number e":
        # As Python reads decimal text: libSBML multiplies by a power of ten, which rounds twice.
        mantissa = node.getMantissa()
        digits, _, places = repr(mantissa).partition("e")
        exponent = int(places or 0) + node.getExponent()
        value = float(f"{digits}e{exponent}") if math.isfinite(mantissa) else mantissa
    elif kind == "number real":
        value = node.getReal()
    elif kind == "number rational":
        if node.getDenominator() == 0:
            raise ModelError("a fraction has the denominator 0", where=owner, found=f"{node.getNumerator()}/0")
        value = node.getNumerator() / node.getDenominator()
    elif kind == "number avogadro":
        return Number(AVOGADRO)
    else:
        return Number(math.pi if kind == "number pi" else math.e)
    return Number(value, node.getUnits() or None)


def _apply(kind: str, arguments: tuple[Expression, ...], owner: str) -> Expression:
    """Return operator `kind` on `arguments`; what no operator of a network says is written in terms of those."""
    count = len(arguments)
    if kind in _RELATIONS:
        _require(count == 2 if kind == "neq" else count >= 2, kind, count, "two or more", owner)
        return mathml_forms.chain(kind, arguments)
    if kind in ("+", "*", "and", "or", "xor"):
        if not arguments:
            return _OF_NOTHING[kind]
        return arguments[0] if count == 1 and kind in ("+", "*") else Apply(kind, arguments)
    if kind == "-":
        _require(count in (1, 2), "minus", count, "one or two", owner)
        return Apply("neg" if count == 1 else "-", arguments)
    if kind in ("log", "root"):
        _require(count in (1, 2), kind, count, "one or two", owner)
        return mathml_forms.logarithm(arguments) if kind == "log" else mathml_forms.root(arguments)
    if kind == "piecewise":
        closed = arguments if count % 2 else (*arguments, Number(math.nan))
        return closed[0] if len(closed) == 1 else Apply("piecewise", closed)
    if kind in _TWO:
        _require(count == 2, kind, count, "two", owner)
        return _TWO[kind](*arguments)
    if kind in mathml_forms.DERIVED:
        _require(count == 1, kind, count, "one", owner)
        return mathml_forms.DERIVED[kind](arguments[0])
    expected = OPERATORS[kind]
    _require(count == expected if expected is not None else count > 0, kind, count, str(expected or "some"), owner)
    written = Apply(kind, arguments)
    if kind == "rateOf":
        _check_rates(written, owner)
    return written


def _require(holds: bool, operator: str, found: int, expected: str, owner: str) -> None:
    if not holds:
        raise ModelError(
            f"{operator} has the wrong number of arguments", where=owner, found=found, expected=f"{expected} of them"
        )


def _check_rates(expression: Expression, owner: str) -> None:
    pending = [expression]
    while pending:
        node = pending.pop()
        if isinstance(node, Apply):
            if node.op == "rateOf" and not isinstance(node.args[0], Symbol):
                raise refused("rateOf of something that is not a name", owner)
            pending.extend(node.args)


def _measure(expression: Expression) -> tuple[int, int]:
    """Return the number of nodes and the greatest depth."""
    size, deepest = 0, 0
    pending = [(expression, 1)]
    while pending:
        node, depth = pending.pop()
        size += 1
        deepest = max(deepest, depth)
        if isinstance(node, Apply):
            pending.extend((argument, depth + 1) for argument in node.args)
    return size, deepest


def _too_deep(owner: str) -> ModelError:
    return ModelError(
        "a formula is nested too deeply",
        where=owner,
        found=f"more than {_DEEPEST} operations inside each other",
        expected="formulas that are split up",
        remedy="give parts of the formula their own assignment rules",
    )


def _name_of(node: Any) -> str:
    import libsbml

    if node.getType() == libsbml.AST_FUNCTION_DELAY:
        return "the delay symbol"
    return str(node.getName() or node.getOperatorName() or f"syntax element {node.getType()}")


_RELATIONS = ("lt", "leq", "gt", "geq", "eq", "neq")
_OF_NOTHING: Mapping[str, Expression] = {
    "+": Number(0.0),
    "*": Number(1.0),
    "and": Apply("true"),
    "or": Apply("false"),
    "xor": Apply("false"),
}
_TWO = {
    "quotient": mathml_forms.quotient,
    "rem": mathml_forms.remainder,
    "implies": mathml_forms.implication,
}


@cache
def _types() -> Mapping[int, str]:
    """What each libSBML node type is: a name, a number, a call, or an operator. The delay symbol is not among them."""
    import libsbml

    named = {
        "UNKNOWN": "missing",
        "NAME": "name",
        "INTEGER": "number integer",
        "REAL": "number real",
        "RATIONAL": "number rational",
        "REAL_E": "number e",
        "NAME_AVOGADRO": "number avogadro",
        "CONSTANT_PI": "number pi",
        "CONSTANT_E": "number exponential",
        "FUNCTION": "call",
        "NAME_TIME": "time",
        "CONSTANT_TRUE": "true",
        "CONSTANT_FALSE": "false",
        "PLUS": "+",
        "TIMES": "*",
        "MINUS": "-",
        "DIVIDE": "/",
        "POWER": "^",
        "FUNCTION_POWER": "^",
        "FUNCTION_LN": "ln",
        "FUNCTION_LOG": "log",
        "FUNCTION_ROOT": "root",
        "FUNCTION_CEILING": "ceil",
        "FUNCTION_RATE_OF": "rateOf",
        "LOGICAL_IMPLIES": "implies",
    }
    same = ("exp", "abs", "floor", "factorial", "min", "max", "quotient", "rem", "piecewise")
    circular = ("sin", "cos", "tan", "sinh", "cosh", "tanh")
    reciprocal = ("sec", "csc", "cot", "sech", "csch", "coth")
    named |= {f"FUNCTION_{name.upper()}": name for name in (*same, *circular, *reciprocal)}
    named |= {f"FUNCTION_ARC{name.upper()}": f"a{name}" for name in circular}
    named |= {f"FUNCTION_ARC{name.upper()}": f"arc{name}" for name in reciprocal}
    named |= {f"RELATIONAL_{name.upper()}": name for name in _RELATIONS}
    named |= {f"LOGICAL_{name.upper()}": name for name in ("and", "or", "not", "xor")}
    return {getattr(libsbml, f"AST_{name}"): kind for name, kind in named.items()}
