"""A problem of the benchmark: what every simulator gets, as plain SBML and plain tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from silicart.errors import SimulationError
from silicart.network.plain_sbml import SbmlDose, plain_sbml
from silicart.network.sbml import network_from_sbml
from silicart.simulation import Model, baseline

FloatArray = NDArray[np.float64]

DOSE_PARAMETER = "bench_dose_"
"""What stands before the id of a state in the id of the parameter that holds its dose in `sbml_with_doses`."""


@dataclass(frozen=True, eq=False)
class Doses:
    """The same dose at each of `times` (rising): `amounts` is state -> (patients,), added to the state's symbol."""

    times: FloatArray
    amounts: Mapping[str, FloatArray]


@dataclass(frozen=True, eq=False)
class Problem:
    """One model, one table of patients, one dose schedule and one output grid; the same for all simulators. Picklable.

    sbml : the model with numbers for initial values and no doses.
    sbml_with_doses : the same with the doses as events, amounts in parameters `DOSE_PARAMETER + state`; equal to `sbml`
        without doses.
    states : ids of all states. kinds : for each "concentration" or "amount" (a species) or "parameter".
    parameters : id -> (patients,) what differs between patients; all other values stand in the SBML.
    initial : (patients, states) initial values, in the unit of each symbol.
    times : (times,) rising, from 0; no dose falls on one of them.
    outputs : ids of the states that are wanted.
    scale : (states,) largest value of each state in the reference; ones before there is a reference.
    """

    name: str
    title: str
    sbml: str
    sbml_with_doses: str
    states: tuple[str, ...]
    kinds: tuple[str, ...]
    parameters: Mapping[str, FloatArray]
    initial: FloatArray
    doses: Doses
    times: FloatArray
    outputs: tuple[str, ...]
    scale: FloatArray = field(default_factory=lambda: np.ones(0))

    @property
    def patients(self) -> int:
        """How many patients the table has."""
        return len(self.initial)

    @property
    def places(self) -> NDArray[np.intp]:
        """Columns of the outputs among the states."""
        return np.array([self.states.index(id) for id in self.outputs], dtype=np.intp)

    @property
    def table(self) -> FloatArray:
        """(patients, parameters) what differs between patients, columns as `parameters`."""
        columns = list(self.parameters.values())
        return np.column_stack(columns) if columns else np.empty((self.patients, 0))

    @property
    def dosed(self) -> FloatArray:
        """(patients, states) what one dose adds."""
        added = np.zeros_like(self.initial)
        for state, amount in self.doses.amounts.items():
            added[:, self.states.index(state)] = amount
        return added

    def rows(self, rows: slice) -> Problem:
        """Return the problem with some of its patients."""
        return replace(
            self,
            parameters={id: column[rows] for id, column in self.parameters.items()},
            initial=self.initial[rows],
            doses=Doses(self.doses.times, {state: amount[rows] for state, amount in self.doses.amounts.items()}),
        )

    def absolute(self, rtol: float) -> FloatArray:
        """(states,) the absolute tolerance that goes with a relative one: the floor of the error times the scale."""
        return rtol * FLOOR * self.scale

    def with_scale(self, states: FloatArray) -> Problem:
        """Return the problem with the scale of its reference, (patients, times, states).

        A state that stays empty has the scale 1. An implicit method leaves rounding in it, which is no scale: taken
        for one, it would make every simulator chase noise.
        """
        scale = np.abs(states).max(axis=(0, 1))
        largest = max(float(np.abs(self.initial).max()), float(np.abs(self.dosed).max()))
        return replace(self, scale=np.where(scale > ROUNDING * min(1.0, largest), scale, 1.0))


FLOOR = 1e-3
"""The share of a state's largest value below which only its absolute error counts, in errors and in tolerances."""

ROUNDING = 1e-10
"""Share of one unit, or of the largest start or dose where that is less, below which a state counts as empty."""

NO_DOSES = Doses(np.zeros(0), {})


def build_problem(
    name: str,
    title: str,
    sbml: str,
    varied: Mapping[str, ArrayLike],
    times: ArrayLike,
    doses: Doses = NO_DOSES,
    outputs: Sequence[str] | None = None,
) -> Problem:
    """Return a problem from an SBML text and the parameters that differ between patients.

    Initial values that the model computes from parameters are computed here, once, so that no simulator has to.

    Parameters
    ----------
    varied : id of a parameter -> (patients,).
    outputs : ids of states; all when absent.

    Raises
    ------
    SimulationError : a dose falls on an output time, where simulators differ in what they show.

    Examples
    --------
    >>> from silicart.network.plain_sbml import sbml_of_antimony
    >>> text = sbml_of_antimony("model m; k = 1; A = 2*k; A' = -k*A; end")
    >>> problem = build_problem("decay", "Decay", text, {"k": [1.0, 2.0]}, [0.0, 1.0])
    >>> problem.initial.ravel().tolist(), sorted(problem.parameters)
    ([2.0, 4.0], ['k'])
    """
    grid = np.asarray(times, dtype=np.float64)
    if np.isin(doses.times, grid).any():
        raise SimulationError(
            "a dose falls on an output time", where=f"problem {name}", expected="doses between output times",
            remedy="move the grid or the doses",
        )  # fmt: skip
    model = Model(network_from_sbml(sbml), name)
    given = {id: np.asarray(values, dtype=np.float64) for id, values in varied.items()}
    patients = len(next(iter(given.values())))
    states = model.states.ids
    computed = sorted({entry.variable for entry in model.network.initial_assignments} - set(given))
    values = baseline(model, given, [*states, *(id for id in computed if id not in states)])
    values |= given
    first = {id: float(column[0]) for id, column in values.items()}
    known = set(model.parameters.ids)
    table = {id: column for id, column in values.items() if id in known and id not in states and np.ptp(column) > 0}
    dose = SbmlDose(doses.times.tolist(), {state: DOSE_PARAMETER + state for state in doses.amounts})
    plain = plain_sbml(sbml, first)
    needed = {entry.id for entry in network_from_sbml(plain).parameters}
    return Problem(
        name=name,
        title=title,
        sbml=plain,
        sbml_with_doses=plain_sbml(sbml, first, (), dose) if len(doses.times) else plain,
        states=states,
        kinds=tuple(_kind(model, state) for state in states),
        parameters={id: column for id, column in table.items() if id in needed},
        initial=np.column_stack([np.broadcast_to(values[state], (patients,)) for state in states]),
        doses=doses,
        times=grid,
        outputs=tuple(states if outputs is None else outputs),
        scale=np.ones(len(states)),
    )


def _kind(model: Model, state: str) -> str:
    for species in model.network.species:
        if species.id == state:
            return "amount" if species.amount else "concentration"
    return "parameter"
