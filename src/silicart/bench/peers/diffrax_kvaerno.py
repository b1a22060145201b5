"""diffrax: an implicit Runge-Kutta method in JAX, patients side by side by vmap, stopped at each dose."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from silicart.bench.problem import FLOOR, Problem
from silicart.bench.segments import Segment, segments_of
from silicart.bench.translation import Translation, python_functions

FloatArray = NDArray[np.float64]

BATCH = 8
"""Patients in one call: a call takes as long as its slowest patient."""


@dataclass(frozen=True, eq=False)
class _Runner:
    problem: Problem
    solvers: dict[str, Any] = field(default_factory=dict)

    variants = ("Kvaerno5", "Kvaerno3")

    def run(self, rtol: float, patients: int, variant: str) -> FloatArray:
        if variant not in self.solvers:
            self.solvers[variant] = _solver(self.problem, variant)
        problem = self.problem
        table, dosed, places = problem.table, problem.dosed, problem.places
        values = np.full((patients, len(problem.times), len(places)), np.nan)
        for first in range(0, patients, BATCH):
            # Always the same shape: another one would be compiled anew.
            rows = np.minimum(np.arange(first, first + BATCH), patients - 1)
            courses, good = self.solvers[variant](rtol, table[rows], problem.initial[rows], dosed[rows])
            courses = np.where(np.asarray(good)[:, None, None], np.asarray(courses), np.nan)
            last = min(first + BATCH, patients)
            values[first:last] = courses[: last - first][:, :, places]
        return values


def _solver(problem: Problem, method: str) -> Any:
    import diffrax
    import jax
    import jax.numpy as jnp

    namespace: dict[str, Any] = {"jnp": jnp}
    exec(compile(python_functions(Translation(problem), "jnp"), f"<{problem.name}>", "exec"), namespace)
    slope, once = namespace["slope"], namespace["once"]
    term, solver = diffrax.ODETerm(slope), getattr(diffrax, method)()
    *early, last = segments_of(problem)
    stops = _padded(early)
    floor = FLOOR * jnp.asarray(problem.scale)

    def solve(rtol: Any, start: Any, end: Any, grid: Any, state: Any, constants: Any) -> tuple[Any, Any]:
        solved = diffrax.diffeqsolve(
            term,
            solver,
            start,
            end,
            None,
            state,
            constants,
            saveat=diffrax.SaveAt(ts=grid),
            stepsize_controller=diffrax.PIDController(rtol=rtol, atol=rtol * floor),
            max_steps=100_000,
            throw=False,
        )
        return solved.ys, solved.result == diffrax.RESULTS.successful

    def patient(rtol: Any, row: Any, initial: Any, dose: Any) -> tuple[Any, Any]:
        constants = once(row)
        found = jnp.zeros((len(problem.times), len(problem.states)))
        state, good = initial, jnp.asarray(True)
        if early:

            def step(carried: Any, segment: Any) -> tuple[Any, Any]:
                state, good = carried
                courses, fine = solve(rtol, segment[0], segment[-1], segment, state, constants)
                return (courses[-1] + dose, good & fine), courses

            (state, good), courses = jax.lax.scan(step, (state, good), jnp.asarray(stops))
            for place, segment in enumerate(early):
                found = found.at[segment.rows].set(courses[place, segment.wanted])
        courses, fine = solve(rtol, last.grid[0], last.grid[-1], jnp.asarray(last.grid), state, constants)
        return found.at[last.rows].set(courses[last.wanted]), good & fine

    return jax.jit(jax.vmap(patient, in_axes=(None, 0, 0, 0)))


def _padded(segments: list[Segment]) -> FloatArray:
    """(segments, times) their grids at one length, the last time repeated."""
    longest = max((len(segment.grid) for segment in segments), default=0)
    rows = [np.pad(segment.grid, (0, longest - len(segment.grid)), mode="edge") for segment in segments]
    return np.array(rows).reshape(len(rows), longest)


class _Diffrax:
    def version(self) -> str:
        import diffrax
        import jax

        return f"diffrax {diffrax.__version__} on JAX {jax.__version__}"

    def prepare(self, problem: Problem) -> _Runner:
        import jax

        jax.config.update("jax_enable_x64", True)
        runner = _Runner(problem)
        runner.run(1e-3, 1, runner.variants[0])
        return runner


PEER = _Diffrax()
