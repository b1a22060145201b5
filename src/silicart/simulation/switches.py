"""Times at which a model's own formulas switch: found before the run, so that every patient stops exactly there.

An integrator that is at rest takes steps of months and would step over an input that is on for a day. A condition on
time alone (`time >= 100`, `time - lag < 30`), and a kink in `min` or `max` of such terms, therefore become stops, in
each patient at his own time. A condition on time that is no straight line in it (`sin(time) > 0`, `floor(time)`) has
any number of switches; it is refused by name rather than solved wrongly.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from silicart.errors import UnsupportedError
from silicart.symbolic.graph import COMPARISONS, ROUNDING, STATE, TIME
from silicart.symbolic.node_values import evaluate_nodes
from silicart.symbolic.system import System

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_KINKS = ("minimum", "maximum")
# No two differences have a common period that a formula is likely to have.
_SAMPLES = (0.0, 0.739085133215, 2.506184145588, 4.669201609103)
_STRAIGHT = 1e-9
_REACH = 1e-9


def switch_times(system: System, inputs: FloatArray, name: str) -> tuple[IntArray, FloatArray]:
    """Return patient rows and times at which formulas that drive the states switch, sorted by patient and time.

    Parameters
    ----------
    inputs : shape (patients, inputs).
    name : the model's, for messages.

    Raises
    ------
    UnsupportedError : a condition on time that is no straight line in it, or time rounded to whole numbers.

    Examples
    --------
    >>> from silicart.network import read_antimony_text
    >>> from silicart.symbolic import build_system
    >>> text = "model m; on = 5; x = 0; x' = piecewise(1, time >= on, 0); end"
    >>> switch_times(build_system(read_antimony_text(text, "m")), np.array([[5.0], [8.0]]), "m")[1].tolist()
    [5.0, 8.0]
    """
    graph = system.graph
    driven_by_time = [
        number
        for number in graph.reachable([*system.derivatives])
        if graph.dependency[number] & TIME and not graph.dependency[number] & STATE
    ]
    rows, times = [np.zeros(0, dtype=np.int64)], [np.zeros(0)]
    for number in driven_by_time:
        op, args, _ = graph.nodes[number]
        if op in ROUNDING:
            raise _refused("time rounded to whole numbers", op, name)
        if op not in COMPARISONS and op not in _KINKS:
            continue
        sides = [evaluate_nodes(graph, list(args), inputs=inputs, time=sample) for sample in _SAMPLES]
        gaps = np.stack([side[:, 0] - side[:, 1] for side in sides])
        slopes = np.diff(gaps, axis=0) / np.diff(_SAMPLES)[:, None]
        straight = np.ptp(slopes, axis=0) <= _STRAIGHT * (np.abs(slopes).max(axis=0) + np.abs(gaps).max(axis=0))
        if not straight.all():
            if op in COMPARISONS:
                raise _refused("a condition on time that is not a straight line in it", op, name)
            continue
        for row in np.flatnonzero(slopes[0] != 0.0):
            rows.append(np.array([row]))
            root = -gaps[0, row] / slopes[0, row]
            times.append(np.array([_first_after(system, number, inputs[row : row + 1], root)]))
    patient, time = np.concatenate(rows), np.concatenate(times)
    order = np.lexsort((time, patient))
    return patient[order], time[order]


def _first_after(system: System, number: int, inputs: FloatArray, root: float) -> float:
    """Return the first time at which a condition has its later value; a root is only known up to rounding."""
    if system.graph.nodes[number].op in _KINKS:
        return root

    def value(time: float) -> float:
        return float(evaluate_nodes(system.graph, [number], inputs=inputs, time=time)[0, 0])

    reach = _REACH * (1.0 + abs(root))
    before, after = root - reach, root + reach
    if value(before) == value(after):
        # An equality is true at one point alone, which no course feels.
        return root
    later = value(after)
    while True:
        middle = before + 0.5 * (after - before)
        if not before < middle < after:
            return after
        before, after = (before, middle) if value(middle) == later else (middle, after)


def _refused(what: str, op: str, name: str) -> UnsupportedError:
    return UnsupportedError(
        f"{what} is not supported",
        where=f"model {name}",
        found=op,
        expected="conditions such as time >= t1, whose one switch can be found before the run",
        remedy="write out the switches as conditions on time, or give the input as doses with RATE, II and ADDL",
    )
