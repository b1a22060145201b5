"""Values of a system for many patients at once: closures, baselines, filters, and derivatives for tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from silicart.errors import ModelError, nearest
from silicart.symbolic.node_values import evaluate_nodes
from silicart.symbolic.system import System

FloatArray: TypeAlias = npt.NDArray[np.float64]


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
    nodes = [system.outputs[name] for name in ids]
    start = time if isinstance(at, str) else 0.0
    return evaluate_at(system, rows, states, nodes, time=time, start=start)


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
    held: npt.ArrayLike | None = None,
) -> FloatArray:
    """Return any nodes of the system at given states, shape (patients, nodes); derivatives, for example.

    `held`, shape (patients, held), is what events have left there; without it what held at the start.
    """
    rows = _checked(inputs, len(system.inputs), "inputs")
    at = _checked(states, len(system.states), "states")
    if held is None:
        kept = evaluate_nodes(system.graph, system.held_initial, inputs=rows, start=start)
    else:
        kept = _checked(held, len(system.held), "held variables")
    return evaluate_nodes(system.graph, nodes, inputs=rows, states=at, held=kept, time=time, start=start)


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
