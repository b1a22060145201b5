"""Which state of a failed patient is to blame: a name beside the time and the reason."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from silicart.kernel import KernelResult
from silicart.kernel.state import NON_FINITE
from silicart.symbolic import System, evaluate_at

FloatArray = NDArray[np.float64]

# How many places ahead of a failure are looked at, from the last digit of the time to the time itself.
_AHEAD = 64
_SHORTEST, _LAST_DIGIT = 1e-290, 1e-16


def culprits(system: System, inputs: FloatArray, result: KernelResult, floor: FloatArray) -> tuple[str, ...]:
    """Return for each patient the state to blame, "" for those who are well.

    It is a state that is not finite, else one whose derivative is not, here or a little further along the way, else
    the one that moves fastest for its size.

    Parameters
    ----------
    inputs : (patients, inputs).
    floor : (states,) the size below which a state counts as small.

    Examples
    --------
    >>> from silicart.kernel import compile_kernel
    >>> from silicart.network.reader import read_antimony_text
    >>> from silicart.symbolic import build_system
    >>> text = "model m; x = 1; y = 0; x' = -1; y' = ln(x); end"
    >>> system = build_system(read_antimony_text(text, "example"))
    >>> result = compile_kernel(system, ("x",)).run(np.zeros((1, 0)), [0.0, 2.0])
    >>> culprits(system, np.zeros((1, 0)), result, np.array([1e-3, 1e-3]))
    ('y',)
    """
    names = [""] * len(result.status)
    with np.errstate(all="ignore"):
        # A system without states has nothing to blame.
        for row in np.flatnonzero(result.status != 0) if system.states else ():
            names[row] = system.states[_to_blame(system, inputs[row], result, int(row), floor)]
    return tuple(names)


def _to_blame(system: System, inputs: FloatArray, result: KernelResult, row: int, floor: FloatArray) -> int:
    state, time = result.failed_state[row], float(result.failed_time[row])
    lost = ~np.isfinite(state)
    if lost.any():
        return int(np.argmax(lost))
    start, rates = float(result.state.start[row]), result.state.rates[row]
    held = result.state.memory[row][: len(system.held)]

    def slopes(states: FloatArray) -> FloatArray:
        rows = np.repeat(inputs[None, :], len(states), axis=0)
        kept = np.repeat(held[None, :], len(states), axis=0)
        found = evaluate_at(system, rows, states, system.derivatives, time=time, start=start, held=kept)
        return np.asarray(found + rates)

    slope = slopes(state[None, :])[0]
    lost = ~np.isfinite(slope)
    if not lost.any() and result.status[row] == NON_FINITE:
        first, last = (_LAST_DIGIT * abs(time), abs(time)) if time else (_SHORTEST, 1.0)
        ahead = np.geomspace(first, last, _AHEAD)[:, None]
        broken = ~np.isfinite(slopes(state + ahead * slope))
        lost = broken[int(np.argmax(broken.any(axis=1)))]
    if lost.any():
        return int(np.argmax(lost))
    # A clock moves only because a condition asks for the time; it is nobody's state.
    real = [not id.startswith("clock ") for id in system.states]
    return int(np.argmax(np.where(real, np.abs(slope) / (np.abs(state) + floor), -1.0)))
