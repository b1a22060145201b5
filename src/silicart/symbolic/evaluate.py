"""Values of graph nodes for many patients at once, in NumPy, with the bits of the compiled kernel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from silicart.errors import ModelError, nearest
from silicart.symbolic import elementary, trigonometry
from silicart.symbolic.graph import Graph

if TYPE_CHECKING:
    from silicart.symbolic.system import System

FloatArray: TypeAlias = npt.NDArray[np.float64]
_Array: TypeAlias = npt.NDArray[Any]

# Rows evaluated together: every intermediate of a block stays in memory, and a block should fit the cache.
_BLOCK = 2048


def evaluate(
    system: System,
    inputs: npt.ArrayLike,
    ids: Sequence[str],
    at: Literal["initial"] | FloatArray = "initial",
    *,
    time: float = 0.0,
) -> FloatArray:
    """Return the outputs `ids` for each patient, shape (patients, ids).

    Parameters
    ----------
    inputs : shape (patients, inputs), columns as `system.inputs`.
    ids : keys of `system.outputs`.
    at : "initial" for the initial state, or states of shape (patients, states).
    time : when; with "initial" the start of the run.

    Raises
    ------
    ModelError : an id that the model does not have, or an array of the wrong shape.

    Examples
    --------
    >>> from silicart.network.reader import read_antimony_text
    >>> from silicart.symbolic import build_system
    >>> system = build_system(read_antimony_text("model m; k = 0.5; x = 2/k; x' = -k*x; end", "example"))
    >>> evaluate(system, [[0.5], [0.25]], ["x"])
    array([[4.],
           [8.]])
    """
    rows = _checked(inputs, len(system.inputs), "inputs")
    for name in ids:
        if name not in system.outputs:
            guess = nearest(name, system.outputs)
            raise ModelError(
                "an output that the model does not have",
                found=name,
                expected=f"an id of the model, such as {guess}" if guess else "an id of the model",
                remedy="correct the name",
            )
    states = initial_state(system, rows, start=time) if isinstance(at, str) else at
    return evaluate_at(system, rows, states, [system.outputs[name] for name in ids], time=time)


def initial_state(system: System, inputs: npt.ArrayLike, *, start: float = 0.0) -> FloatArray:
    """Return the initial states, shape (patients, states), of patients whose run starts at `start`."""
    rows = _checked(inputs, len(system.inputs), "inputs")
    return evaluate_nodes(system.graph, system.initial, inputs=rows, start=start)


def evaluate_at(
    system: System,
    inputs: npt.ArrayLike,
    states: npt.ArrayLike,
    nodes: Sequence[int],
    *,
    time: float = 0.0,
    start: float = 0.0,
) -> FloatArray:
    """Return any nodes of the system at given states, shape (patients, nodes); derivatives, for example."""
    rows = _checked(inputs, len(system.inputs), "inputs")
    at = _checked(states, len(system.states), "states")
    return evaluate_nodes(system.graph, nodes, inputs=rows, states=at, time=time, start=start)


def evaluate_nodes(
    graph: Graph,
    roots: Sequence[int],
    *,
    inputs: FloatArray,
    states: FloatArray | None = None,
    time: float = 0.0,
    start: float = 0.0,
) -> FloatArray:
    """Return the values of `roots` for each row of `inputs`, shape (rows, roots).

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
    result = np.empty((len(inputs), len(roots)))
    for first in range(0, len(inputs), _BLOCK):
        block = slice(first, first + _BLOCK)
        leaves = {"time": np.float64(time), "start": np.float64(start)}
        values: dict[int, Any] = {}
        with np.errstate(all="ignore"):
            for number in order:
                op, args, payload = graph.nodes[number]
                if op == "input":
                    values[number] = inputs[block, int(payload)]
                elif op == "state":
                    assert states is not None, "a node that depends on states needs them"
                    values[number] = states[block, int(payload)]
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


def _checked(array: npt.ArrayLike, columns: int, what: str) -> FloatArray:
    rows = np.asarray(array, dtype=np.float64)
    if rows.ndim != 2 or rows.shape[1] != columns:
        raise ModelError(
            f"an array of {what} of the wrong shape",
            found=rows.shape,
            expected=f"(patients, {columns})",
            remedy=f"give one row a patient and one column for each of the system's {what}",
        )
    return rows


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
    "minimum": lambda a, b: np.where(a < b, a, b),
    "maximum": lambda a, b: np.where(b < a, a, b),
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
