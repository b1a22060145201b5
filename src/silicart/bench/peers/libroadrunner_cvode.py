"""libRoadRunner: CVODE on machine code that it makes from SBML."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from silicart.bench.problem import DOSE_PARAMETER, Problem
from silicart.bench.segments import segments_of

FloatArray = NDArray[np.float64]

STOPPED, EVENTS = "stopped at doses", "doses as events"


@dataclass(frozen=True, eq=False)
class _Runner:
    problem: Problem
    engines: dict[str, Any] = field(default_factory=dict)

    @property
    def variants(self) -> tuple[str, ...]:
        return (STOPPED, EVENTS) if len(self.problem.doses.times) else (STOPPED,)

    def run(self, rtol: float, patients: int, variant: str) -> FloatArray:
        problem, events = self.problem, variant == EVENTS
        engine = self._engine(variant)
        _set_tolerances(engine, problem, rtol)
        values = np.full((patients, len(problem.times), len(problem.outputs)), np.nan)
        model = engine.model
        known = {id: place for place, id in enumerate(model.getGlobalParameterIds())}
        table, dosed = problem.table, problem.dosed
        doses = list(problem.doses.amounts) if events else []
        places = [known[id] for id in problem.parameters] + [known[DOSE_PARAMETER + state] for state in doses]
        columns = [problem.states.index(state) for state in doses]
        setter = _StateSetter(problem, model, known)
        for patient in range(patients):
            engine.reset()
            model.setGlobalParameterValues(places, np.concatenate([table[patient], dosed[patient, columns]]))
            setter.set(problem.initial[patient])
            try:
                if events:
                    values[patient] = engine.simulate(times=problem.times)
                    continue
                for segment in segments_of(problem):
                    if segment.dosed:
                        setter.set(setter.get() + dosed[patient])
                    values[patient, segment.rows] = engine.simulate(times=segment.grid)[segment.wanted]
            except RuntimeError:
                values[patient] = np.nan
        return values

    def _engine(self, variant: str) -> Any:
        if variant not in self.engines:
            import roadrunner

            problem = self.problem
            engine = roadrunner.RoadRunner(problem.sbml_with_doses if variant == EVENTS else problem.sbml)
            engine.integrator.stiff = True
            engine.integrator.maximum_num_steps = 100_000
            kinds = dict(zip(problem.states, problem.kinds, strict=True))
            engine.timeCourseSelections = [f"[{id}]" if kinds[id] == "concentration" else id for id in problem.outputs]
            self.engines[variant] = engine
        return self.engines[variant]


def _set_tolerances(engine: Any, problem: Problem, rtol: float) -> None:
    integrator = engine.integrator
    integrator.relative_tolerance = rtol
    # A tolerance is that of an amount.
    sizes = dict(zip(engine.model.getCompartmentIds(), engine.model.getCompartmentVolumes(), strict=True))
    one = float(next(iter(sizes.values()), 1.0))
    for state, kind, value in zip(problem.states, problem.kinds, problem.absolute(rtol).tolist(), strict=True):
        integrator.setIndividualTolerance(state, value * (one if kind == "concentration" else 1.0))


class _StateSetter:
    """Sets and reads the states of a patient in bulk: species by amount or concentration, parameters by value."""

    def __init__(self, problem: Problem, model: Any, known: dict[str, int]) -> None:
        floating = {id: place for place, id in enumerate(model.getFloatingSpeciesIds())}
        self.model = model
        self.rows = {kind: np.array([k for k, own in enumerate(problem.kinds) if own == kind]) for kind in _KINDS}
        self.places = {
            kind: [(known if kind == "parameter" else floating)[problem.states[row]] for row in rows]
            for kind, rows in self.rows.items()
        }

    def set(self, values: FloatArray) -> None:
        for kind, (_, setter) in _KINDS.items():
            if self.places[kind]:
                getattr(self.model, setter)(self.places[kind], values[self.rows[kind]])

    def get(self) -> FloatArray:
        values = np.empty(sum(map(len, self.places.values())))
        for kind, (getter, _) in _KINDS.items():
            if self.places[kind]:
                values[self.rows[kind]] = getattr(self.model, getter)(self.places[kind])
        return values


_KINDS = {
    "amount": ("getFloatingSpeciesAmounts", "setFloatingSpeciesAmounts"),
    "concentration": ("getFloatingSpeciesConcentrations", "setFloatingSpeciesConcentrations"),
    "parameter": ("getGlobalParameterValues", "setGlobalParameterValues"),
}


class _LibRoadRunner:
    def version(self) -> str:
        import roadrunner

        return f"libRoadRunner {roadrunner.__version__} (CVODE)"

    def prepare(self, problem: Problem) -> _Runner:
        import roadrunner

        roadrunner.Logger.setLevel(roadrunner.Logger.LOG_FATAL)
        runner = _Runner(problem)
        runner.run(1e-3, 1, STOPPED)
        return runner


PEER = _LibRoadRunner()
