"""libSBML syntax trees to expressions."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from silicart.errors import ModelError, UnsupportedError
from silicart.network.expression import Apply, Expression, Number, Symbol, substitute


@dataclass(frozen=True)
class FunctionDefinition:
    """A function of the model file, inlined wherever it is called."""

    arguments: tuple[str, ...]
    body: Expression


def expression_from_ast(node: Any, functions: Mapping[str, FunctionDefinition], owner: str) -> Expression:
    """Return the Expression of a libSBML syntax tree.

    Parameters
    ----------
    node : libsbml.ASTNode.
    functions : the model's own functions by id.
    owner : id of the variable or reaction that the formula belongs to, for messages.

    Raises
    ------
    ModelError : a function, constant or form that silicart does not support, by its name; `where` is `owner`.
    """
    import libsbml

    kind = node.getType()
    if node.isNumber():
        return _number(node, owner)
    if kind == libsbml.AST_NAME:
        return Symbol(node.getName())
    if kind in (libsbml.AST_CONSTANT_PI, libsbml.AST_CONSTANT_E):
        return Number(math.pi if kind == libsbml.AST_CONSTANT_PI else math.e)
    arguments = tuple(
        expression_from_ast(node.getChild(index), functions, owner) for index in range(node.getNumChildren())
    )
    if kind == libsbml.AST_FUNCTION:
        return _call(node.getName(), arguments, functions, owner)
    if kind == libsbml.AST_MINUS:
        return Apply("neg" if len(arguments) == 1 else "-", arguments)
    if kind in (libsbml.AST_PLUS, libsbml.AST_TIMES):
        return _sum_or_product("+" if kind == libsbml.AST_PLUS else "*", arguments)
    if kind == libsbml.AST_FUNCTION_LOG:
        return _logarithm(arguments)
    if kind == libsbml.AST_FUNCTION_ROOT:
        return _root(arguments)
    operator = _operators().get(kind)
    if operator is None:
        raise refused(_name_of(node), owner)
    if operator == "piecewise" and len(arguments) % 2 == 0:
        raise refused("piecewise without an otherwise value", owner)
    if operator in ("lt", "leq", "gt", "geq", "eq", "neq") and len(arguments) != 2:
        raise refused("a chain of comparisons", owner)
    return Apply(operator, arguments)


def refused(feature: str, owner: str | None = None) -> UnsupportedError:
    """Return the error for a feature that is refused by name."""
    return UnsupportedError(
        f"not supported: {feature}",
        where=owner,
        expected="reactions, rate rules, assignment rules, initial assignments and constants",
        remedy="rewrite the model without it",
    )


def _number(node: Any, owner: str) -> Number:
    import libsbml

    value = node.getInteger() if node.getType() == libsbml.AST_INTEGER else node.getReal()
    if not math.isfinite(value):
        raise refused(f"the number {value}", owner)
    return Number(float(value), node.getUnits() or None)


def _call(
    name: str, arguments: tuple[Expression, ...], functions: Mapping[str, FunctionDefinition], owner: str
) -> Expression:
    function = functions.get(name)
    if function is None:
        raise refused(f"the function {name}", owner)
    if len(arguments) != len(function.arguments):
        raise ModelError(
            f"function {name} is called with the wrong number of arguments",
            where=owner,
            found=len(arguments),
            expected=f"{len(function.arguments)} ({', '.join(function.arguments)})",
        )
    return substitute(function.body, dict(zip(function.arguments, arguments, strict=True)))


def _sum_or_product(operator: str, arguments: tuple[Expression, ...]) -> Expression:
    if not arguments:
        return Number(0.0 if operator == "+" else 1.0)
    return arguments[0] if len(arguments) == 1 else Apply(operator, arguments)


def _logarithm(arguments: tuple[Expression, ...]) -> Expression:
    if len(arguments) == 1:
        return Apply("log10", arguments)
    base, argument = arguments
    if base == Number(10.0):
        return Apply("log10", (argument,))
    return Apply("/", (Apply("ln", (argument,)), Apply("ln", (base,))))


def _root(arguments: tuple[Expression, ...]) -> Expression:
    if len(arguments) == 1 or arguments[0] == Number(2.0):
        return Apply("sqrt", (arguments[-1],))
    return Apply("^", (arguments[1], Apply("/", (Number(1.0), arguments[0]))))


def _name_of(node: Any) -> str:
    return str(node.getName() or node.getOperatorName() or f"syntax element {node.getType()}")


@cache
def _operators() -> Mapping[int, str]:
    import libsbml

    return {
        libsbml.AST_DIVIDE: "/",
        libsbml.AST_POWER: "^",
        libsbml.AST_FUNCTION_POWER: "^",
        libsbml.AST_FUNCTION_EXP: "exp",
        libsbml.AST_FUNCTION_LN: "ln",
        libsbml.AST_FUNCTION_ABS: "abs",
        libsbml.AST_FUNCTION_MIN: "min",
        libsbml.AST_FUNCTION_MAX: "max",
        libsbml.AST_FUNCTION_FLOOR: "floor",
        libsbml.AST_FUNCTION_CEILING: "ceil",
        libsbml.AST_FUNCTION_SIN: "sin",
        libsbml.AST_FUNCTION_COS: "cos",
        libsbml.AST_FUNCTION_TAN: "tan",
        libsbml.AST_FUNCTION_ARCSIN: "asin",
        libsbml.AST_FUNCTION_ARCCOS: "acos",
        libsbml.AST_FUNCTION_ARCTAN: "atan",
        libsbml.AST_FUNCTION_SINH: "sinh",
        libsbml.AST_FUNCTION_COSH: "cosh",
        libsbml.AST_FUNCTION_TANH: "tanh",
        libsbml.AST_FUNCTION_PIECEWISE: "piecewise",
        libsbml.AST_RELATIONAL_LT: "lt",
        libsbml.AST_RELATIONAL_LEQ: "leq",
        libsbml.AST_RELATIONAL_GT: "gt",
        libsbml.AST_RELATIONAL_GEQ: "geq",
        libsbml.AST_RELATIONAL_EQ: "eq",
        libsbml.AST_RELATIONAL_NEQ: "neq",
        libsbml.AST_LOGICAL_AND: "and",
        libsbml.AST_LOGICAL_OR: "or",
        libsbml.AST_LOGICAL_NOT: "not",
        libsbml.AST_LOGICAL_XOR: "xor",
        libsbml.AST_CONSTANT_TRUE: "true",
        libsbml.AST_CONSTANT_FALSE: "false",
        libsbml.AST_NAME_TIME: "time",
    }
