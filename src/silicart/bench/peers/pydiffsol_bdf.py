"""pydiffsol: BDF on code that LLVM makes of DiffSL, stopped at each dose.

Its TR-BDF2 was five times slower at equal error on the 34-state problem and is not tried.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from silicart.bench.problem import FLOOR, Problem
from silicart.bench.segments import segments_of
from silicart.bench.translation import Translation
from silicart.symbolic.graph import Node

FloatArray = NDArray[np.float64]

FRESH = "BDF, dense, new Jacobian at each step"

_TEMPLATES = {
    "add": "{0} + {1}", "subtract": "{0} - {1}", "multiply": "{0} * {1}", "divide": "{0} / {1}", "negate": "-{0}",
    "power": "pow({0}, {1})", "minimum": "min({0}, {1})", "maximum": "max({0}, {1})", "square_root": "sqrt({0})",
    "absolute": "abs({0})", "less": "heaviside({1} - {0})", "less_equal": "heaviside({1} - {0})",
    "and": "{0} * {1}", "or": "max({0}, {1})", "not": "1.0 - {0}", "select": "{0} * {1} + (1.0 - {0}) * {2}",
    "exp": "exp({0})", "log": "log({0})", "sin": "sin({0})", "cos": "cos({0})", "tan": "tan({0})", "tanh": "tanh({0})",
}  # fmt: skip


def diffsl_text(problem: Problem) -> str:
    """Return the problem in DiffSL: inputs are the table's columns, then the initial states.

    Each state is divided by its scale, since DiffSL takes one absolute tolerance for all states.
    """
    translation = Translation(problem)
    scale = problem.scale.tolist()

    def write(node: Node, names: list[str]) -> str:
        if node.op == "input":
            return f"p{translation.column(node)}"
        if node.op == "state":
            place = translation.state(node)
            return f"x{place} * {scale[place]!r}"
        if node.op == "time":
            return "t"
        return _TEMPLATES[node.op].format(*names)

    derivatives = translation.derivatives
    first, _, later = translation.lines(derivatives, write)
    inputs = [f"p{k} = {value!r}" for k, value in enumerate(problem.table[0].tolist())]
    inputs += [f"y{k} = {value!r}" for k, value in enumerate((problem.initial[0] / problem.scale).tolist())]
    states = [f"x{k} = y{k}" for k in range(len(scale))]
    slopes = [f"{translation.name(node)} / {size!r}" for node, size in zip(derivatives, scale, strict=True)]
    tensors = [line.replace(" = ", " { ", 1) + " }" for line in (*first, *later)]
    parts = ["in_i {\n" + ",\n".join(inputs) + "\n}", *tensors[: len(first)]]
    parts += ["u_i {\n" + ",\n".join(states) + "\n}", *tensors[len(first) :]]
    parts.append("F_i {\n" + ",\n".join(slopes) + "\n}")
    return "\n".join(parts)


@dataclass(frozen=True, eq=False)
class _Runner:
    problem: Problem
    text: str
    engines: dict[str, Any] = field(default_factory=dict)

    @property
    def variants(self) -> tuple[str, ...]:
        return tuple(_variants())

    def run(self, rtol: float, patients: int, variant: str) -> FloatArray:
        problem, engine = self.problem, self._engine(variant)
        engine.rtol, engine.atol = rtol, rtol * FLOOR
        segments, places = segments_of(problem), problem.places
        values = np.full((patients, len(problem.times), len(places)), np.nan)
        table, dosed = problem.table, problem.dosed / problem.scale
        initial, scale = problem.initial / problem.scale, problem.scale[places]
        for patient in range(patients):
            state = initial[patient]
            try:
                for segment in segments:
                    state = state + dosed[patient] if segment.dosed else state
                    engine.t0 = float(segment.grid[0])
                    courses = engine.solve_dense(np.concatenate([table[patient], state]), segment.grid[1:]).ys
                    # The start is known; the solver gives what comes after it.
                    whole = np.column_stack([state, courses])
                    values[patient, segment.rows] = whole[np.ix_(places, segment.wanted)].T * scale
                    state = whole[:, -1]
            except Exception:  # pydiffsol raises plain exceptions of several kinds
                values[patient] = np.nan
        return values

    def _engine(self, variant: str) -> Any:
        import pydiffsol

        if variant not in self.engines:
            engine = pydiffsol.Ode(self.text, **_variants()[variant])
            if variant == FRESH:
                # A run ends after 50 failed iterations in all, which badly scaled models reach with an old Jacobian.
                engine.options.update_jacobian_after_steps = 1
                engine.options.update_rhs_jacobian_after_steps = 1
            self.engines[variant] = engine
        return self.engines[variant]


def _variants() -> Mapping[str, Mapping[str, Any]]:
    import pydiffsol as ds

    # KLU is left out: with sparse matrices it ends the whole process in 0.6.2.
    return {
        "BDF, dense": {"matrix_type": ds.nalgebra_dense, "linear_solver": ds.lu, "ode_solver": ds.bdf},
        "BDF, sparse": {"matrix_type": ds.faer_sparse, "linear_solver": ds.lu, "ode_solver": ds.bdf},
        FRESH: {"matrix_type": ds.nalgebra_dense, "linear_solver": ds.lu, "ode_solver": ds.bdf},
    }


class _Pydiffsol:
    def version(self) -> str:
        import pydiffsol

        return f"pydiffsol {pydiffsol.version()}"

    def prepare(self, problem: Problem) -> _Runner:
        runner = _Runner(problem, diffsl_text(problem))
        runner.run(1e-3, 1, runner.variants[0])
        return runner


PEER = _Pydiffsol()
