"""What a run reduces while it goes: which numbers each patient accumulates, and where they lie.

The structure (observables, kinds, how many windows) is compiled in. Where a window begins and ends and how high a
threshold lies are arguments of a run, so that changing them compiles nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from silicart.errors import SimulationError
from silicart.kernel.events import FloatArray

Kind: TypeAlias = Literal["maximum", "minimum", "above", "area"]

#: What each kind accumulates, with its value before anything was seen. Of a minimum the negative is kept: one code
#: then serves both extrema.
BLANK: dict[str, tuple[float, ...]] = {
    "maximum": (-np.inf, np.nan),  # value, when
    "minimum": (-np.inf, np.nan),
    "above": (0.0,),
    "area": (0.0,),
}


@dataclass(frozen=True)
class Task:
    """One thing to accumulate: of which observable, in which window, above which threshold ("above" alone)."""

    kind: Kind
    observable: int
    window: int
    threshold: int = -1


@dataclass(frozen=True)
class Accumulation:
    """What one kernel accumulates.

    observables : keys of `system.outputs`.
    tasks : in the order of their accumulators.
    windows, thresholds : how many of them a run is given.
    """

    observables: tuple[str, ...] = ()
    tasks: tuple[Task, ...] = ()
    windows: int = 0
    thresholds: int = 0

    @property
    def size(self) -> int:
        """How many numbers each patient accumulates."""
        return sum(len(BLANK[task.kind]) for task in self.tasks)

    @property
    def slots(self) -> tuple[int, ...]:
        """The first number of each task."""
        sizes = [len(BLANK[task.kind]) for task in self.tasks]
        return tuple(sum(sizes[:place]) for place in range(len(sizes)))

    def blank(self, patients: int) -> FloatArray:
        """Return the accumulators before anything was seen, shape (patients, size)."""
        row = [value for task in self.tasks for value in BLANK[task.kind]]
        return np.tile(np.array(row, np.float64), (patients, 1))

    def arguments(self, windows: FloatArray, thresholds: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return both as the compiled code reads them.

        Raises
        ------
        SimulationError : there are not as many as were compiled for, or they are not numbers in order.
        """
        bounds = np.ascontiguousarray(windows, np.float64).reshape(-1, 2)
        levels = np.ascontiguousarray(thresholds, np.float64).reshape(-1)
        if len(bounds) != self.windows or len(levels) != self.thresholds:
            raise SimulationError(
                "windows or thresholds that do not fit the reductions",
                found=f"{len(bounds)} windows, {len(levels)} thresholds",
                expected=f"{self.windows} windows and {self.thresholds} thresholds",
                remedy="give one for each that the kernel was compiled for",
            )
        if not (bounds[:, 0] < bounds[:, 1]).all() or not np.isfinite(levels).all():
            raise SimulationError(
                "a window that does not end after its beginning, or a threshold that is not finite",
                found=f"windows {bounds.tolist()}, thresholds {levels.tolist()}",
                expected="beginning before end, finite thresholds",
                remedy="correct them",
            )
        return bounds, levels


#: Nothing is reduced.
NO_ACCUMULATION = Accumulation()
