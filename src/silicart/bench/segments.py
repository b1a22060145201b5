"""A run between doses: for simulators that are at their best when stopped at each dose and started again."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from silicart.bench.problem import Problem

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Segment:
    """From one dose, or the start, to the next, or the end.

    grid : times from the segment's start to its end, both included.
    wanted : which of them are output times. rows : where those stand in the problem's grid.
    dosed : whether a dose is given at the start.
    """

    grid: FloatArray
    wanted: NDArray[np.intp]
    rows: NDArray[np.intp]
    dosed: bool


def segments_of(problem: Problem) -> list[Segment]:
    """Return the segments of a problem's run, in order.

    Examples
    --------
    >>> from silicart.bench.problem import Doses, build_problem
    >>> from silicart.network.plain_sbml import sbml_of_antimony
    >>> text = sbml_of_antimony("model m; k = 1; A = 2; A' = -k*A; end")
    >>> dose = Doses(np.array([1.5]), {"A": np.ones(2)})
    >>> problem = build_problem("decay", "Decay", text, {"k": [1.0, 2.0]}, [0, 1, 2, 3], dose)
    >>> [(part.grid.tolist(), part.rows.tolist(), part.dosed) for part in segments_of(problem)]
    [([0.0, 1.0, 1.5], [0, 1], False), ([1.5, 2.0, 3.0], [2, 3], True)]
    """
    times = problem.times
    stops = [float(times[0]), *(time for time in problem.doses.times.tolist() if time < times[-1]), float(times[-1])]
    segments = []
    for place, (start, end) in enumerate(pairwise(stops)):
        rows = np.flatnonzero((times >= start) & (times <= end))
        grid = np.unique(np.concatenate([[start], times[rows], [end]]))
        segments.append(Segment(grid, np.searchsorted(grid, times[rows]), rows, place > 0))
    return segments
