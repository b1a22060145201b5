"""The oracle: one patient at a time with SciPy, of the same semantics, sharing only the graph with the kernel.

Slow and plain on purpose. Tests compare the kernel with it; nobody simulates with it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from silicart.errors import SimulationError
from silicart.kernel.events import ADD, RATE, RESET, EventProgram, FloatArray
from silicart.kernel.scalar_code import ScalarFunction, scalar_function
from silicart.symbolic.evaluate import evaluate_at, initial_state
from silicart.symbolic.system import System


@dataclass(frozen=True, eq=False)
class ReferenceRun:
    """States, shape (times, states), and observables, shape (times, observables), of one patient."""

    states: FloatArray
    values: FloatArray


def reference_run(
    system: System,
    inputs_row: npt.ArrayLike,
    times: npt.ArrayLike,
    events: EventProgram | None = None,
    rtol: float = 1e-10,
    atol: npt.ArrayLike = 1e-9,
    *,
    observables: Sequence[str] = (),
    method: str = "Radau",
) -> ReferenceRun:
    """Return the trajectory of one patient.

    Parameters
    ----------
    inputs_row : shape (inputs,).
    times : rising output times; initial conditions hold at the first.
    events : the program of this one patient.
    method : "Radau", "BDF" or "LSODA" of SciPy; Radau and BDF get the exact Jacobian.

    Raises
    ------
    SimulationError : SciPy gives up.

    Examples
    --------
    >>> from silicart.network.reader import read_antimony_text
    >>> from silicart.symbolic import build_system
    >>> system = build_system(read_antimony_text("model m; k = 0.5; x = 2; x' = -k*x; end", "example"))
    >>> reference_run(system, [0.5], [0.0, 2.0]).states.round(4).tolist()
    [[2.0], [0.7358]]
    """
    from scipy.integrate import solve_ivp

    row = np.asarray(inputs_row, dtype=np.float64)[None, :]
    grid = np.asarray(times, dtype=np.float64)
    start, end = float(grid[0]), float(grid[-1])
    program = EventProgram.none(1) if events is None else events
    program.check(1, len(system.states), start)
    initial = initial_state(system, row, start=start)[0]
    patient = _Patient(system, row, start)
    state, rates = initial.copy(), np.zeros_like(initial)
    found = np.full((len(grid), len(initial)), np.nan)
    stops = sorted({start, end, *(float(time) for time in program.time if time <= end)})
    for here, there in zip(stops, [*stops[1:], end], strict=True):
        for index in np.flatnonzero(program.time == here):
            _apply(program, int(index), state, rates, initial)
        found[grid == here] = state
        if there == here:
            break
        inside = grid[(grid > here) & (grid < there)]
        options: dict[str, Any] = {} if method == "LSODA" else {"jac": patient.jacobian}
        solved = solve_ivp(
            patient.slope(rates),
            (here, there),
            state,
            method=method,
            t_eval=np.append(inside, there),
            rtol=rtol,
            atol=atol,
            **options,
        )
        if not solved.success:
            raise SimulationError(
                "the reference solver gave up",
                where=f"between {here:g} and {there:g}",
                found=solved.message,
                expected="a solvable patient",
                remedy="another method, or looser tolerances",
            )
        found[(grid > here) & (grid < there)] = solved.y[:, :-1].T
        state = solved.y[:, -1].copy()
    nodes = [system.outputs[name] for name in observables]
    rows = np.repeat(row, len(grid), axis=0)
    values = np.empty((len(grid), len(nodes)))
    for place, time in enumerate(grid):
        one = slice(place, place + 1)
        values[one] = evaluate_at(system, rows[one], found[one], nodes, time=float(time), start=start)
    return ReferenceRun(found, values)


class _Patient:
    """Right-hand side and Jacobian of one patient as plain functions of time and state."""

    def __init__(self, system: System, row: FloatArray, start: float) -> None:
        self.size = len(system.states)
        self.inputs = row[0].tolist()
        self.start = start
        self.derivatives = scalar_function(system.graph, system.derivatives)
        self.places = np.array(list(system.jacobian), dtype=np.intp).reshape(-1, 2)
        self.entries = scalar_function(system.graph, list(system.jacobian.values()))

    def slope(self, rates: FloatArray) -> Callable[[float, FloatArray], FloatArray]:
        infused = rates.copy()
        return lambda time, state: np.array(self._at(self.derivatives, time, state)) + infused

    def jacobian(self, time: float, state: FloatArray) -> FloatArray:
        matrix = np.zeros((self.size, self.size))
        matrix[self.places[:, 0], self.places[:, 1]] = self._at(self.entries, time, state)
        return matrix

    def _at(self, function: ScalarFunction, time: float, state: FloatArray) -> list[float]:
        return function(self.inputs, state.tolist(), time, self.start)


def _apply(program: EventProgram, index: int, state: FloatArray, rates: FloatArray, initial: FloatArray) -> None:
    kind, target, amount = int(program.kind[index]), int(program.state[index]), float(program.amount[index])
    if kind == ADD:
        state[target] += amount
    elif kind == RATE:
        rates[target] += amount
    elif kind == RESET:
        state[:] = initial
        rates[:] = 0.0
