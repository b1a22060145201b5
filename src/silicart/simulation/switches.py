"""Times at which a model's own formulas switch: found before the run, so that every patient stops exactly there.

An integrator that is at rest takes steps of months and would step over an input that is on for a day. A condition on
time alone (`time >= 100`, `time - lag < 30`), and a kink in `min` or `max` of such terms, therefore become stops, in
each patient at his own time. The system knows which conditions those are; the kernel looks for all others while it
runs.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from silicart.symbolic.node_values import evaluate_nodes
from silicart.symbolic.system import System

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_KINKS = ("minimum", "maximum")
_SAMPLES = (0.0, 0.739085133215)
_REACH = 1e-9


def switch_times(system: System, inputs: FloatArray) -> tuple[IntArray, FloatArray]:
    """Return patient rows and times at which formulas that drive the states switch, sorted by patient and time.

    Parameters
    ----------
    inputs : shape (patients, inputs).

    Examples
    --------
    >>> from silicart.network import read_antimony_text
    >>> from silicart.symbolic import build_system
    >>> text = "model m; on = 5; x = 0; x' = piecewise(1, time >= on, 0); end"
    >>> switch_times(build_system(read_antimony_text(text, "m")), np.array([[5.0], [8.0]]))[1].tolist()
    [5.0, 8.0]
    """
    graph = system.graph
    rows, times = [np.zeros(0, dtype=np.int64)], [np.zeros(0)]
    for number in system.switches:
        # Most patients share what a condition hangs on, such as the day of a dose: each case is looked at once.
        one_of, case = _cases(system, number, inputs)
        of_case = inputs[one_of]
        sides = [evaluate_nodes(graph, graph.nodes[number].args, inputs=of_case, time=sample) for sample in _SAMPLES]
        gaps = np.stack([side[:, 0] - side[:, 1] for side in sides])
        slopes = (gaps[1] - gaps[0]) / (_SAMPLES[1] - _SAMPLES[0])
        driven = (slopes != 0.0) & np.isfinite(slopes)
        at = np.full(len(one_of), np.nan)
        at[driven] = _first_after(system, number, of_case[driven], -gaps[0, driven] / slopes[driven])
        mine = np.flatnonzero(driven[case])
        rows.append(mine)
        times.append(at[case[mine]])
    patient, time = np.concatenate(rows), np.concatenate(times)
    order = np.lexsort((time, patient))
    return patient[order], time[order]


def _cases(system: System, number: int, inputs: FloatArray) -> tuple[IntArray, IntArray]:
    """Return one patient for each case of the inputs that a condition hangs on, and the case of every patient."""
    nodes = system.graph.nodes
    used = [int(nodes[one].payload) for one in system.graph.reachable([number]) if nodes[one].op == "input"]
    hangs_on = np.ascontiguousarray(inputs[:, used])
    _, one_of, case = np.unique(hangs_on, axis=0, return_index=True, return_inverse=True)
    return one_of, case.reshape(-1)


def _first_after(system: System, number: int, inputs: FloatArray, root: FloatArray) -> FloatArray:
    """Return the first time at which a condition has its later value; a root is only known up to rounding."""
    if system.graph.nodes[number].op in _KINKS or not len(root):
        return root

    def value(time: FloatArray) -> FloatArray:
        return evaluate_nodes(system.graph, [number], inputs=inputs, time=time)[:, 0]

    reach = _REACH * (1.0 + np.abs(root))
    before, after = root - reach, root + reach
    later = value(after)
    # An equality is true at one point alone, which no course feels.
    switches = value(before) != later
    while True:
        middle = before + 0.5 * (after - before)
        inside = switches & (before < middle) & (middle < after)
        if not inside.any():
            return np.where(switches, after, root)
        reached = inside & (value(middle) == later)
        after = np.where(reached, middle, after)
        before = np.where(inside & ~reached, middle, before)
