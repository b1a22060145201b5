"""Values of graph nodes for many rows at once, in NumPy, with the bits of the compiled kernel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from silicart.symbolic import elementary, trigonometry
from silicart.symbolic.graph import Graph

FloatArray: TypeAlias = npt.NDArray[np.float64]
_Array: TypeAlias = npt.NDArray[Any]

# Rows evaluated together: every intermediate of a block stays in memory, and a block should fit the cache.
_BLOCK = 2048


def evaluate_nodes(
    graph: Graph,
    roots: Sequence[int],
    *,
    inputs: FloatArray,
    states: FloatArray | None = None,
    held: FloatArray | None = None,
    time: float | FloatArray = 0.0,
    start: float = 0.0,
) -> FloatArray:
    """Return the values of `roots` for each row of `inputs`, shape (rows, roots); `time` may be one a row.

    Examples
    --------
    >>> from silicart.symbolic.graph import GraphBuilder
    >>> builder = GraphBuilder()
    >>> node = builder.multiply(builder.input(0), builder.constant(2.0))
    >>> evaluate_nodes(builder.finish(), [node], inputs=np.array([[1.5], [4.0]]))
    array([[3.],
           [8.]])
    """
    order = graph.reachable(roots)
    times = np.asarray(time, dtype=np.float64)
    result = np.empty((len(inputs), len(roots)))
    for first in range(0, len(inputs), _BLOCK):
        block = slice(first, first + _BLOCK)
        leaves: dict[str, Any] = {"time": times[block] if times.ndim else times[()], "start": np.float64(start)}
        values: dict[int, Any] = {}
        with np.errstate(all="ignore"):
            for number in order:
                op, args, payload = graph.nodes[number]
                if op == "input":
                    values[number] = inputs[block, int(payload)]
                elif op == "state":
                    assert states is not None, "a node that depends on states needs them"
                    values[number] = states[block, int(payload)]
                elif op == "held":
                    assert held is not None, "a node that depends on held variables needs them"
                    values[number] = held[block, int(payload)]
                elif op == "constant":
                    values[number] = np.float64(payload)
                elif op in leaves:
                    values[number] = leaves[op]
                else:
                    values[number] = _OPERATIONS[op](*(values[argument] for argument in args))
        for column, root in enumerate(roots):
            result[block, column] = values[root]
    return result


class NumpyArithmetic:
    """The operations of `elementary.Arithmetic` on NumPy arrays."""

    def constant(self, value: float) -> _Array:
        return np.asarray(value)

    def add(self, left: _Array, right: _Array) -> _Array:
        return left + right

    def subtract(self, left: _Array, right: _Array) -> _Array:
        return left - right

    def multiply(self, left: _Array, right: _Array) -> _Array:
        return left * right

    def divide(self, left: _Array, right: _Array) -> _Array:
        return np.asarray(np.divide(left, right))

    def square_root(self, argument: _Array) -> _Array:
        return np.asarray(np.sqrt(argument))

    def absolute(self, argument: _Array) -> _Array:
        return np.asarray(np.abs(argument))

    def negate(self, argument: _Array) -> _Array:
        return -argument

    def floor(self, argument: _Array) -> _Array:
        return np.asarray(np.floor(argument))

    def less(self, left: _Array, right: _Array) -> _Array:
        return np.asarray(left < right)

    def less_equal(self, left: _Array, right: _Array) -> _Array:
        return np.asarray(left <= right)

    def equal(self, left: _Array, right: _Array) -> _Array:
        return np.asarray(left == right)

    def both(self, left: _Array, right: _Array) -> _Array:
        return left & right

    def select(self, condition: _Array, when_true: _Array, when_false: _Array) -> _Array:
        return np.where(condition, when_true, when_false)

    def bits(self, argument: _Array) -> _Array:
        return np.asarray(argument).view(np.int64)

    def from_bits(self, argument: _Array) -> _Array:
        return np.asarray(argument).view(np.float64)

    def integer(self, value: int) -> _Array:
        return np.asarray(value, dtype=np.int64)

    def integer_add(self, left: _Array, right: _Array) -> _Array:
        return np.asarray(left + right)

    def integer_subtract(self, left: _Array, right: _Array) -> _Array:
        return np.asarray(left - right)

    def shift_left(self, argument: _Array, places: int) -> _Array:
        return np.asarray(np.left_shift(argument, places))

    def shift_right(self, argument: _Array, places: int) -> _Array:
        return np.asarray(np.right_shift(argument, places))


def _function(function: Callable[..., Any]) -> Callable[..., Any]:
    arithmetic = NumpyArithmetic()
    return lambda *args: function(arithmetic, *args)


_OPERATIONS: dict[str, Callable[..., Any]] = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": np.divide,
    "negate": lambda a: -a,
    "square_root": np.sqrt,
    "absolute": np.abs,
    "floor": np.floor,
    "ceil": np.ceil,
    # The same choice as in the kernel, NaN and ties included.
    "minimum": lambda a, b: np.where((a < b) | (a != a), a, b),
    "maximum": lambda a, b: np.where((b < a) | (a != a), a, b),
    "less": np.less,
    "less_equal": np.less_equal,
    "equal": np.equal,
    "not_equal": np.not_equal,
    "and": np.logical_and,
    "or": np.logical_or,
    "xor": np.logical_xor,
    "not": np.logical_not,
    "select": np.where,
    "power": _function(elementary.power),
    "exp": _function(elementary.exponential),
    "log": _function(elementary.logarithm),
    "sin": _function(trigonometry.sine),
    "cos": _function(trigonometry.cosine),
    "tan": _function(trigonometry.tangent),
    "asin": _function(trigonometry.arcsine),
    "acos": _function(trigonometry.arccosine),
    "atan": _function(trigonometry.arctangent),
    "sinh": _function(trigonometry.hyperbolic_sine),
    "cosh": _function(trigonometry.hyperbolic_cosine),
    "tanh": _function(trigonometry.hyperbolic_tangent),
}
