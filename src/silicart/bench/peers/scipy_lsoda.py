"""SciPy's LSODA with right-hand side and Jacobian compiled by Numba, stopped at each dose."""

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


def compiled_functions(problem: Problem) -> tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any]]:
    """Return `once(p)`, `slope(time, y, c)` and `jacobian(time, y, c)`, compiled where Numba is installed.

    Raises
    ------
    ImportError : Numba is not installed.
    """
    import numba

    namespace: dict[str, Any] = {"np": np}
    exec(compile(python_functions(Translation(problem)), f"<{problem.name}>", "exec"), namespace)
    compiled = []
    vector, scalar, matrix = numba.float64[::1], numba.float64, numba.float64[:, ::1]
    for name, kind in (
        ("once", vector(vector)),
        ("slope", vector(scalar, vector, vector)),
        ("jacobian", matrix(scalar, vector, vector)),
    ):
        compiled.append(numba.njit(kind, error_model="numpy")(namespace[name]))
    return compiled[0], compiled[1], compiled[2]


@dataclass(frozen=True, eq=False)
class _Runner:
    problem: Problem
    once: Callable[..., Any]
    slope: Callable[..., Any]
    jacobian: Callable[..., Any]

    variants = ("analytic Jacobian", "differenced Jacobian")

    def run(self, rtol: float, patients: int, variant: str) -> FloatArray:
        analytic = self.jacobian if variant == self.variants[0] else None
        problem, places = self.problem, self.problem.places
        table, dosed = problem.table, problem.dosed
        values = np.full((patients, len(problem.times), len(places)), np.nan)
        for patient in range(patients):
            found = self._one(rtol, table[patient], problem.initial[patient], dosed[patient], analytic)
            if found is not None:
                values[patient] = found[:, places]
        return values

    def _one(
        self,
        rtol: float,
        row: FloatArray,
        initial: FloatArray,
        dose: FloatArray,
        jacobian: Callable[..., Any] | None,
    ) -> FloatArray | None:
        from scipy.integrate import odeint

        constants = self.once(np.ascontiguousarray(row))
        found = np.empty((len(self.problem.times), len(initial)))
        state, absolute = initial.copy(), self.problem.absolute(rtol)
        for segment in segments_of(self.problem):
            state = state + dose if segment.dosed else state
            courses, report = odeint(
                self.slope,
                state,
                segment.grid,
                args=(constants,),
                Dfun=jacobian,
                rtol=rtol,
                atol=absolute,
                mxstep=100_000,
                full_output=True,
                tfirst=True,
            )
            if report["message"] != "Integration successful.":
                return None
            found[segment.rows] = courses[segment.wanted]
            state = courses[-1]
        return found


class _Scipy:
    def version(self) -> str:
        import numba
        import scipy

        return f"SciPy {scipy.__version__} odeint (LSODA), compiled by Numba {numba.__version__}"

    def prepare(self, problem: Problem) -> _Runner:
        runner = _Runner(problem, *compiled_functions(problem))
        runner.run(1e-3, 1, runner.variants[0])
        return runner


PEER = _Scipy()
