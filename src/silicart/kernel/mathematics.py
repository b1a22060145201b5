"""Elementary functions as LLVM functions: the sequences of `symbolic.elementary`, emitted once a module."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from silicart.kernel.ir import FunctionBuilder, Value
from silicart.symbolic import elementary, trigonometry

_UNARY: dict[str, Callable[..., Value]] = {
    "exp": elementary.exponential,
    "log": elementary.logarithm,
    "sin": trigonometry.sine,
    "cos": trigonometry.cosine,
    "tan": trigonometry.tangent,
    "asin": trigonometry.arcsine,
    "acos": trigonometry.arccosine,
    "atan": trigonometry.arctangent,
    "sinh": trigonometry.hyperbolic_sine,
    "cosh": trigonometry.hyperbolic_cosine,
    "tanh": trigonometry.hyperbolic_tangent,
}
_BINARY: dict[str, Callable[..., Value]] = {"power": elementary.power}

#: Graph operations that are calls of these functions.
FUNCTIONS = (*_UNARY, *_BINARY)


def function_name(op: str) -> str:
    """Return the name of the LLVM function of a graph operation."""
    return f"lanes_{op}"


def mathematics(ops: Iterable[str], width: int) -> str:
    """Return the definitions of the functions `ops`, sorted by name."""
    return "\n".join(_definition(op, width) for op in sorted(set(ops)))


def _definition(op: str, width: int) -> str:
    vector = f"<{width} x double>"
    names = ["x"] if op in _UNARY else ["x", "y"]
    f = FunctionBuilder(function_name(op), [(vector, name) for name in names], width, vector)
    body = _UNARY.get(op) or _BINARY[op]
    f.give(body(f, *(f.parameters[name] for name in names)))
    return f.text(linkage="internal")
