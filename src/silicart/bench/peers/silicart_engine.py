"""silicart itself, through its public `simulate`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from silicart.bench.problem import Problem
from silicart.network.sbml import network_from_sbml
from silicart.simulation import Model, simulate
from silicart.simulation.compiled import QUICK_PATIENTS

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class _Runner:
    problem: Problem
    model: Model

    variants = ("default",)

    def run(self, rtol: float, patients: int, variant: str) -> FloatArray:
        problem = self.problem
        # Initial values that are the same for all are in the model; setting them again would only copy numbers.
        varied = {
            state: problem.initial[:patients, place]
            for place, state in enumerate(problem.states)
            if np.ptp(problem.initial[:, place]) > 0
        }
        settings = {id: column[:patients] for id, column in problem.parameters.items()} | varied
        times = problem.doses.times
        result = simulate(
            self.model,
            settings,
            {"TIME": times, "AMT": np.ones(len(times)), "CMT": ["dose"] * len(times)} if len(times) else None,
            problem.times,
            problem.outputs,
            rtol=rtol,
            atol=problem.absolute(rtol),
            threads=1,
            products={"dose": {state: amounts[:patients] for state, amounts in problem.doses.amounts.items()}},
        )
        return result.values


class _Silicart:
    def version(self) -> str:
        from silicart import __version__

        return f"silicart {__version__}"

    def prepare(self, problem: Problem) -> _Runner:
        runner = _Runner(problem, Model(network_from_sbml(problem.sbml), problem.name))
        # More patients than get quickly made code: what is timed is the code that a population gets.
        runner.run(1e-3, min(problem.patients, QUICK_PATIENTS + 1), runner.variants[0])
        return runner


PEER = _Silicart()
