"""Graph nodes as one plain Python function on floats: slow beside the kernel, fast beside walking the graph.

It uses the mathematics of Python's library and not that of `symbolic.elementary`, so that the reference is
independent of what it checks.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from silicart.symbolic.graph import Graph

#: (inputs, states, time, start) to the values of the nodes asked for.
ScalarFunction = Callable[[Sequence[float], Sequence[float], float, float], list[float]]


def scalar_function(graph: Graph, roots: Sequence[int]) -> ScalarFunction:
    """Return a function that computes `roots`.

    Examples
    --------
    >>> from silicart.symbolic.graph import GraphBuilder
    >>> builder = GraphBuilder()
    >>> node = builder.power(builder.state(0), builder.input(0))
    >>> scalar_function(builder.finish(), [node])([3.0], [2.0], 0.0, 0.0)
    [8.0]
    """
    lines = ["def compute(p, y, time, start):"]
    for number in graph.reachable(roots):
        op, args, payload = graph.nodes[number]
        names = [f"n{argument}" for argument in args]
        lines.append(f"    n{number} = {_expression(op, names, payload)}")
    lines.append(f"    return [{', '.join(f'n{root}' for root in roots)}]")
    namespace: dict[str, Any] = {"math": math, "inf": math.inf, "nan": math.nan, **_FUNCTIONS}
    exec(compile("\n".join(lines), "<graph>", "exec"), namespace)
    function: ScalarFunction = namespace["compute"]
    return function


def _expression(op: str, names: list[str], payload: float) -> str:
    if op == "constant":
        return repr(payload)
    if op in ("input", "state"):
        return f"{'p' if op == 'input' else 'y'}[{int(payload)}]"
    if op in ("time", "start"):
        return op
    if op in _TEMPLATES:
        return _TEMPLATES[op].format(*names)
    return f"{op}_({', '.join(names)})"


_TEMPLATES = {
    "add": "{0} + {1}",
    "subtract": "{0} - {1}",
    "multiply": "{0} * {1}",
    "negate": "-{0}",
    "absolute": "abs({0})",
    "minimum": "{0} if {0} < {1} or {0} != {0} else {1}",
    "maximum": "{0} if {1} < {0} or {0} != {0} else {1}",
    "less": "{0} < {1}",
    "less_equal": "{0} <= {1}",
    "equal": "{0} == {1}",
    "not_equal": "{0} != {1}",
    "and": "{0} and {1}",
    "or": "{0} or {1}",
    "xor": "bool({0}) != bool({1})",
    "not": "not {0}",
    "select": "{1} if {0} else {2}",
}


def _divide(left: float, right: float) -> float:
    if right != 0.0:
        return left / right
    return math.nan if left == 0.0 or math.isnan(left) else math.copysign(math.inf, left)


def _power(base: float, exponent: float) -> float:
    if base == 0.0 or (base < 0.0 and not float(exponent).is_integer()):
        return 0.0 if exponent > 0.0 else (1.0 if exponent == 0.0 else math.inf)
    try:
        return math.pow(base, exponent)
    except OverflowError:
        return math.inf


def _exponential(argument: float) -> float:
    try:
        return math.exp(argument)
    except OverflowError:
        return math.inf


def _logarithm(argument: float) -> float:
    if argument > 0.0:
        return math.log(argument)
    return -math.inf if argument == 0.0 else math.nan


_FUNCTIONS: dict[str, Callable[..., float]] = {
    "divide_": _divide,
    "power_": _power,
    "exp_": _exponential,
    "log_": _logarithm,
    "square_root_": lambda x: math.sqrt(x) if x >= 0.0 else math.nan,
    "floor_": lambda x: float(math.floor(x)),
    "ceil_": lambda x: float(math.ceil(x)),
    **{f"{name}_": getattr(math, name) for name in ("sin", "cos", "tan", "asin", "acos", "atan")},
    **{f"{name}_": getattr(math, name) for name in ("sinh", "cosh", "tanh")},
}
