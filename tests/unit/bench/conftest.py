"""A small problem, and simulators that are made up: they know the solution and err and cost by rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from silicart.bench.measuring import Effort, measure
from silicart.bench.peers import REFERENCE
from silicart.bench.problem import Doses, Problem, build_problem
from silicart.bench.results import ProblemResult
from silicart.bench.worker import Ran, Ready, WorkerFailed
from silicart.network.plain_sbml import sbml_of_antimony

DECAY = "model decay; A = 2*k; k = 1; A' = -k*A; unused := 3*A; end"


@pytest.fixture
def decay() -> Problem:
    """Four patients, A' = -k A from 2 k, one dose of 1 at 1.5, output at 0, 1, 2, 3."""
    dose = Doses(np.array([1.5]), {"A": np.ones(4)})
    return build_problem("decay", "Decay", sbml_of_antimony(DECAY), {"k": [0.5, 1.0, 1.5, 2.0]}, [0, 1, 2, 3], dose)


def _solution(problem: Problem) -> NDArray[np.float64]:
    """The exact courses, (patients, times, 1)."""
    rate, times = problem.parameters["k"][:, None], problem.times[None, :]
    dosed = np.where(times > 1.5, problem.dosed * np.exp(-rate * (times - 1.5)), 0.0)
    courses: NDArray[np.float64] = (problem.initial * np.exp(-rate * times) + dosed)[:, :, None]
    return courses


@dataclass
class Invented:
    """Errs by `error(rtol)`, costs `cost(rtol)` seconds a patient, fails the patients in `failing`."""

    name: str
    calls: list[tuple[str, float]]
    error: Callable[[float], float] = lambda rtol: rtol
    cost: Callable[[float], float] = lambda rtol: 0.01
    failing: tuple[int, ...] = ()
    refuses: str = ""
    dies_below: float = 0.0
    variants: tuple[str, ...] = ("default",)
    problem: Problem | None = None
    closed: bool = False

    def prepare(self, problem: Problem, limit: float) -> Ready:
        if self.refuses:
            raise WorkerFailed(self.refuses)
        self.problem = problem
        return Ready(f"{self.name} 1.0", 0.5, self.variants)

    def run(self, rtol: float, patients: int, variant: str, limit: float, *, values: bool = False) -> Ran:
        assert self.problem is not None
        if rtol < self.dies_below:
            raise WorkerFailed("the process ended by itself (exit code -11)")
        self.calls.append((self.name, rtol))
        # A variant that is called slow costs ten times as much.
        seconds = self.cost(rtol) * patients * (10 if variant == "slow" else 1)
        exact = _solution(self.problem)[:patients]
        courses = exact * (1 + (0.0 if self.name == REFERENCE else self.error(rtol)))
        failed = [one for one in self.failing if one < patients]
        courses[failed] = np.nan
        return Ran(seconds, patients, len(failed), courses if values else None)

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def effort() -> Effort:
    return Effort(patients=4, compared=4, rounds=3, target=0.02, tolerances=(1e-3, 1e-5, 1e-7))


@dataclass
class Measured:
    """A result, the simulators that were made up for it, and their runs in order as (peer, rtol)."""

    result: ProblemResult
    invented: dict[str, Invented]
    calls: list[tuple[str, float]]


@pytest.fixture
def measured(decay: Problem, effort: Effort) -> Callable[..., Measured]:
    """Measure simulators that are made up, given as peer -> arguments of `Invented`."""

    def run(**arguments: dict[str, Any]) -> Measured:
        calls: list[tuple[str, float]] = []
        made = {peer: Invented(peer, calls, **given) for peer, given in arguments.items()}

        def opened(peer: str) -> Invented:
            return Invented(REFERENCE, []) if peer == REFERENCE else made[peer]

        return Measured(measure(decay, list(made), effort, opened, lambda text: None), made, calls)

    return run
