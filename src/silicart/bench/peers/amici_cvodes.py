"""AMICI: CVODES on C++ that it generates and compiles, doses as events at times that it knows."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from silicart.bench.problem import DOSE_PARAMETER, FLOOR, Problem
from silicart.network.sbml import network_from_sbml

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class _Runner:
    problem: Problem
    model: Any
    solver: Any

    # AMICI takes one absolute tolerance for all states; its linear algebra is sparse (KLU) or dense.
    variants = (
        "sparse, tolerance of the smallest state",
        "sparse, tolerance of the middle state",
        "dense, tolerance of the smallest state",
    )

    def run(self, rtol: float, patients: int, variant: str) -> FloatArray:
        from amici.sim import sundials

        problem, model, solver = self.problem, self.model, self.solver
        dense = variant.startswith("dense")
        solver.set_linear_solver(sundials.LinearSolver_dense if dense else sundials.LinearSolver_KLU)
        size = float(problem.scale.min() if variant.endswith("smallest state") else np.median(problem.scale))
        solver.set_relative_tolerance(rtol)
        solver.set_absolute_tolerance(rtol * FLOOR * size)
        known = {id: place for place, id in enumerate(model.get_free_parameter_ids())}
        values = np.array(model.get_free_parameters())
        dosed = problem.dosed
        table = np.column_stack(
            [problem.table, *(dosed[:, [problem.states.index(id)]] for id in problem.doses.amounts)]
        )
        ids = [*problem.parameters, *(DOSE_PARAMETER + state for state in problem.doses.amounts)]
        places = [known[id] for id in ids]
        ordered = [problem.states.index(id) for id in model.get_state_ids()]
        initial = problem.initial[:, ordered]
        wanted = [ordered.index(place) for place in problem.places.tolist()]
        courses = np.full((patients, len(problem.times), len(problem.outputs)), np.nan)
        for patient in range(patients):
            values[places] = table[patient]
            model.set_free_parameters(values)
            model.set_initial_state(initial[patient])
            result = sundials.run_simulation(model, solver)
            if result.status == sundials.AMICI_SUCCESS:
                # The view of the result would convert number by number.
                states = sundials.stdVec2ndarray(result._swigptr.x, len(problem.times), len(ordered))
                courses[patient] = states[:, wanted]
        return courses


class _Amici:
    def version(self) -> str:
        import amici

        return f"AMICI {amici.__version__} (CVODES)"

    def prepare(self, problem: Problem) -> _Runner:
        from amici.importers.sbml import SbmlImporter
        from amici.sim import sundials

        folder = tempfile.mkdtemp(prefix="bench-amici-")
        name = "bench_" + problem.name.replace("-", "_")
        importer = SbmlImporter(problem.sbml_with_doses, from_file=False)
        network = network_from_sbml(problem.sbml)
        ruled = {rule.variable for rule in network.assignment_rules + network.rate_rules}
        fixed = [
            entry.id for entry in network.parameters if entry.id not in ruled and entry.id not in problem.parameters
        ]
        # Its symbolic simplification takes many minutes and brings nothing at run time.
        importer.sbml2amici(
            name,
            folder,
            observation_model=[],
            hardcode_symbols=fixed,
            generate_sensitivity_code=False,
            simplify=None,
            compute_conservation_laws=False,
        )
        model = sundials.import_model_module(name, Path(folder)).get_model()
        model.set_timepoints(problem.times)
        solver = model.create_solver()
        solver.set_max_steps(1_000_000)
        runner = _Runner(problem, model, solver)
        runner.run(1e-3, 1, runner.variants[0])
        return runner


PEER = _Amici()
