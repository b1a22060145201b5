"""The reference that errors are measured against: SciPy at tolerances far below those of any run that is judged.

Radau, an implicit method of order 5 with the exact Jacobian, which no simulator of the benchmark uses. That it
understands the model rightly is shown by the simulators that read the SBML by themselves: their errors against it fall
with their tolerances.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from silicart.bench.problem import Problem
from silicart.bench.segments import segments_of
from silicart.bench.translation import Translation, python_functions

FloatArray = NDArray[np.float64]

REFERENCE_TOLERANCE = 1e-9
"""Gives errors below 1e-9 on the problems of the benchmark, as runs at 1e-12 show."""


@dataclass(frozen=True, eq=False)
class _Runner:
    problem: Problem
    functions: tuple[Callable[..., Any], ...]

    variants = ("default",)

    def run(self, rtol: float, patients: int, variant: str) -> FloatArray:
        """Return all states, (patients, times, states), whatever the outputs of the problem are."""
        problem = self.problem
        values = np.full((patients, len(problem.times), len(problem.states)), np.nan)
        for patient in range(patients):
            self._one(values[patient], rtol, patient)
        return values

    def _one(self, values: FloatArray, rtol: float, patient: int) -> None:
        from scipy.integrate import solve_ivp

        problem, (once, slope, jacobian) = self.problem, self.functions
        constants = once(np.ascontiguousarray(problem.table[patient]))
        state, dose = problem.initial[patient].copy(), problem.dosed[patient]
        # Before there is a scale, that of the patient's start and doses stands in for it.
        scale = np.maximum(np.abs(state), np.abs(dose))
        scale = np.where(scale > 0, scale, np.minimum(1.0, scale[scale > 0].max(initial=1.0)))
        for segment in segments_of(problem):
            state = state + dose if segment.dosed else state
            solved = solve_ivp(
                lambda time, state: slope(time, state, constants),
                (segment.grid[0], segment.grid[-1]),
                state,
                method="Radau",
                jac=lambda time, state: jacobian(time, state, constants),
                t_eval=segment.grid,
                rtol=rtol,
                atol=rtol * 1e-4 * scale,
            )
            if not solved.success:
                return
            values[segment.rows] = solved.y.T[segment.wanted]
            state = solved.y[:, -1].copy()


class _Reference:
    def version(self) -> str:
        import scipy

        return f"SciPy {scipy.__version__}"

    def prepare(self, problem: Problem) -> _Runner:
        try:
            from silicart.bench.peers.scipy_lsoda import compiled_functions

            return _Runner(problem, compiled_functions(problem))
        except ImportError:
            # Without Numba the same functions run as plain Python, some fifty times slower.
            namespace: dict[str, Any] = {"np": np}
            exec(compile(python_functions(Translation(problem)), f"<{problem.name}>", "exec"), namespace)
            return _Runner(problem, tuple(namespace[name] for name in ("once", "slope", "jacobian")))


PEER = _Reference()
