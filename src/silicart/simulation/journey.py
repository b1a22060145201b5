"""A journey: patients go on from visit to visit, and at each of them something may change for the rest of the way.

What is checked and compiled once for all patients and the whole time stays; only the program of events and the inputs
of those who stand at a visit are changed. A journey on which nothing changes has the bits of a run that stops at the
same times.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from silicart.errors import DoseError, SimulationError, nearest
from silicart.kernel import EventProgram, LaneState
from silicart.simulation.chunks import over_chunks, read_pace
from silicart.simulation.culprits import culprits
from silicart.simulation.expansion import ADD, STOP
from silicart.simulation.model import Model
from silicart.simulation.prepared import Prepared
from silicart.simulation.preparing import Options, prepare
from silicart.simulation.switches import switch_times
from silicart.simulation.targets import Targets, parts_of, read_targets
from silicart.simulation.trajectories import Standing, Trajectories

Result = TypeVar("Result")
FloatArray = NDArray[np.float64]


def simulate_by_visits(
    model: Model,
    travel: Callable[[Journey], Result],
    parameters: Mapping[str, ArrayLike] | None = None,
    doses: object | None = None,
    times: ArrayLike = (),
    observe: Sequence[str] | None = None,
    *,
    threads: int | None = None,
    products: Targets | None = None,
    chunk: int | None = None,
    rtol: float = 1e-6,
) -> list[Result]:
    """Simulate patients who stop wherever `travel` wants, and keep what it makes of each chunk, in their order.

    `travel` is called with the journey of a chunk, in the thread that simulates it. All other arguments are those of
    `simulate`; a stop must be one of `times`.

    Raises
    ------
    SimulationError, DoseError : as `simulate`; a steady-state dose, whose course begins before any visit.

    Examples
    --------
    >>> from silicart.network import read_antimony_text
    >>> model = Model(read_antimony_text("model m; A = 8; k = 0; A' = -k*A; end", "m"), "m")
    >>> def travel(journey):
    ...     journey.go_on(1.0)
    ...     journey.set({"k": np.log(2.0) * np.ones(1)})
    ...     journey.give("A", np.array([8.0]), 2.0)
    ...     journey.go_on(3.0)
    ...     return journey.trajectories()["A"].round(3).tolist()
    >>> simulate_by_visits(model, travel, times=[0.0, 1.0, 2.0, 3.0])
    [[[8.0, 8.0, 12.0, 6.0]]]
    """
    pace = read_pace(threads, chunk, None)
    prepared = prepare(model, parameters, doses, times, observe, Options(rtol), pace, products=products)
    if np.isfinite(prepared.unsettled).any():
        raise SimulationError(
            "a course of steady-state doses does not settle, and no visit can wait for it", where="doses, column SS",
            expected="doses one by one", remedy="give the course itself with ADDL and II",
        )  # fmt: skip
    places = _Places(model, products, prepared.job.patients)
    return over_chunks(prepared.job.patients, pace, lambda first, last: travel(Journey(prepared, places, first, last)))


class _Places:
    """Where an amount of each dose target goes: (number of the state, weight) pairs."""

    def __init__(self, model: Model, products: Targets | None, patients: int) -> None:
        self._model = model
        self._targets = read_targets(products)
        self._patients = patients

    def of(self, name: str, first: int, last: int) -> list[tuple[int, FloatArray]]:
        known = {*self._targets, *self._model.states.ids}
        if name not in known:
            near = nearest(name, known)
            raise DoseError(
                "a dose at a visit goes nowhere", where="visits", found=name,
                expected="a product of the arm, or a state of the model",
                remedy=f"did you mean {near}?" if near else "name one of: " + ", ".join(self._targets),
            )  # fmt: skip
        parts = parts_of(self._model, [name], self._targets, self._patients)[name]
        return [(part.state, part.weight[first:last] if part.weight.ndim else part.weight) for part in parts]


class Journey:
    """Some patients on their way; made by `simulate_by_visits`.

    patients : (patients,) rows of the parameters that were given.
    times : (times,) all output times.
    values : (patients, times, observables); NaN after the present time. At a stop they are those after what was
        changed there, once the patients have gone on.
    """

    def __init__(self, prepared: Prepared, places: _Places, first: int, last: int) -> None:
        job = prepared.job
        self.patients = np.arange(first, last)
        self.times = job.times
        self.observables = job.kernel.observables
        self.values = np.full((last - first, len(job.times), len(self.observables)), np.nan)
        self._prepared, self._places = prepared, places
        self._inputs = job.inputs[first:last].copy()
        self._program = job.program.rows(first, last)
        self._place = -1
        self._lanes: LaneState | None = None
        self._steps = np.zeros(last - first, dtype=np.int64)
        self._failed_time = np.full(last - first, np.nan)
        self._failed_state = [""] * (last - first)

    @property
    def time(self) -> float:
        """Where they stand; the first output time before they set out."""
        return float(self.times[max(self._place, 0)])

    def go_on(self, until: float) -> None:
        """Simulate up to an output time; the first of them sets initial conditions and goes nowhere.

        Raises SimulationError when `until` is no output time, or lies behind.
        """
        place = int(np.searchsorted(self.times, until))
        if place == len(self.times) or self.times[place] != until or place <= self._place:
            raise SimulationError(
                "a visit must be one of the output times, and later than the one before", where="visits",
                found=f"{until:g}", expected="one of `times` that is still to come", remedy="add it to `times`",
            )  # fmt: skip
        first = max(self._place, 0)
        job = replace(self._prepared.job, inputs=self._inputs, times=self.times[first : place + 1],
                      program=self._program, resume=self._lanes)  # fmt: skip
        result = job.run(0, len(self._inputs))
        self.values[:, first : place + 1] = result.values
        self._steps += result.steps
        lost = (result.status != 0) & np.isnan(self._failed_time)
        if lost.any():
            names = culprits(job.kernel.system, self._inputs, result, job.atol / job.rtol)
            self._failed_time = np.where(lost, result.failed_time, self._failed_time)
            self._failed_state = [new if now else old for new, old, now in
                                  zip(names, self._failed_state, lost, strict=True)]  # fmt: skip
        self._lanes = result.state
        self._program = self._program.after(until)
        self._place = place

    def set(self, settings: Mapping[str, FloatArray]) -> None:
        """Change parameters of the model from now on: id -> (patients,), NaN where a value stays as it is.

        Raises SimulationError for an id that is no parameter, or one that only acts at the start.
        """
        system = self._prepared.job.kernel.system
        model = self._prepared.model
        for id, given in settings.items():
            if id not in system.inputs or id not in model.parameters.ids:
                near = nearest(id, model.parameters.ids)
                raise SimulationError(
                    "this cannot be changed at a visit", where="visits", found=id,
                    expected=f"a parameter of the model {model.name} without a formula",
                    remedy=f"did you mean {near}?" if near else "see model.parameters",
                )  # fmt: skip
            column = system.inputs.index(id)
            self._inputs[:, column] = np.where(np.isnan(given), self._inputs[:, column], given)
        if settings and system.switches:
            rows, times = switch_times(system, self._inputs)
            ahead = (times > self.time) & (times < self.times[-1])
            self._insert(rows[ahead], times[ahead], STOP, -1, np.zeros(int(ahead.sum())))

    def give(self, product: str, amount: FloatArray, time: float) -> None:
        """Add a dose at a time from now on: (patients,) `amount` in the unit of a product or state, 0 for nobody.

        Raises DoseError for an unknown product, a time that is past, or an amount that is no amount.
        """
        values = np.asarray(amount, dtype=np.float64)
        if time < self.time or not np.isfinite(values).all() or (values < 0).any():
            raise DoseError(
                "a dose at a visit that cannot be given", where="visits",
                found=f"{product} at time {time:g}, amounts from {values.min():g} to {values.max():g}",
                expected=f"amounts of 0 or more from time {self.time:g} on", remedy="correct the decision",
            )  # fmt: skip
        rows = np.flatnonzero(values > 0)
        for state, weight in self._places.of(product, int(self.patients[0]), int(self.patients[-1]) + 1):
            brought = (values * weight)[rows]
            self._insert(rows, np.full(len(rows), float(time)), ADD, state, brought)

    def trajectories(self) -> Trajectories:
        """Return the courses as they are so far; after the present time they are NaN."""
        lanes = self._lanes
        if lanes is None:
            raise SimulationError("nobody has set out yet", where="visits", remedy="go on first")
        prepared, first, last = self._prepared, int(self.patients[0]), int(self.patients[-1]) + 1
        return Trajectories(
            values=self.values,
            times=self.times,
            observables=self.observables,
            units=tuple(prepared.model.unit(id) for id in self.observables),
            time_unit=prepared.model.network.time_unit,
            status=lanes.status,
            steps=self._steps,
            patients=self.patients,
            failed_time=self._failed_time,
            failed_state=tuple(self._failed_state),
            state=Standing(
                self.time, lanes, prepared.job.kernel.system.states, prepared.plan.applied[first:last],
                prepared.plan.past[first:last], lanes.status,
            ),
        )  # fmt: skip

    def _insert(self, rows: NDArray[np.int64], times: FloatArray, kind: int, state: int, amount: FloatArray) -> None:
        old = self._program
        patient = np.concatenate([np.repeat(np.arange(old.patients), np.diff(old.offsets)), rows])
        time = np.concatenate([old.time, times])
        # Stable: at the same time what was planned before happens first.
        by = np.lexsort((time, patient))
        count = len(rows)
        self._program = EventProgram(
            np.searchsorted(patient[by], np.arange(old.patients + 1)).astype(np.int64),
            time[by],
            np.concatenate([old.kind, np.full(count, kind)])[by].astype(np.int64),
            np.concatenate([old.state, np.full(count, state)])[by].astype(np.int64),
            np.concatenate([old.amount, amount])[by],
        )
