"""A run that is ready: checked, planned and compiled, so that any chunk of it can be simulated by itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from silicart.kernel import LaneState
from silicart.simulation.chunks import Job, Pace
from silicart.simulation.culprits import culprits
from silicart.simulation.expansion import STEADY
from silicart.simulation.model import Model
from silicart.simulation.plan import Plan, program_of
from silicart.simulation.reductions import Key
from silicart.simulation.steady import resolve
from silicart.simulation.switches import switch_times
from silicart.simulation.trajectories import UNSETTLED, Standing, Trajectories

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Prepared:
    """A job with its events in place.

    unsettled : (patients,) the time of a steady-state dose whose course does not settle, infinite for all others.
    gathered : what the lanes' accumulators hold.
    """

    model: Model
    job: Job
    plan: Plan
    unsettled: FloatArray
    gathered: tuple[Key, ...] = ()

    @classmethod
    def of(
        cls, model: Model, job: Job, plan: Plan, stops: FloatArray, pace: Pace, gathered: tuple[Key, ...] = ()
    ) -> Prepared:
        """Resolve the steady-state doses of the plan and give the job its program."""
        patient, time = switch_times(job.kernel.system, job.inputs)
        inside = (time > job.times[0]) & (time < job.times[-1])
        switches = patient[inside], time[inside]
        schedule = plan.pending
        unsettled = np.full(job.patients, np.inf)
        if plan.records is not None:
            steady = schedule.kind == STEADY
            patient, time = schedule.patient[steady], schedule.time[steady]
            schedule, settled = resolve(schedule, plan.records, plan.parts, replace(job, resume=None), pace)
            np.minimum.at(unsettled, patient[~settled], time[~settled])
        job = replace(job, program=program_of(schedule, stops, job.patients, switches))
        return cls(model, job, plan, unsettled, gathered)

    def trajectories(self, first: int, last: int, into: NDArray[Any] | None = None) -> Trajectories:
        """Simulate patients first ... last - 1, writing their values into an array if one is given."""
        system = self.job.kernel.system
        result = self.job.run(first, last, into)
        unsettled = self.unsettled[first:last]
        lost = (unsettled < np.inf) & ~(result.failed_time <= unsettled)
        status = np.where(lost, UNSETTLED, result.status)
        values = result.values
        values[lost] = np.where((self.job.times >= unsettled[lost, None])[:, :, None], np.nan, values[lost])
        lanes = replace(result.state, status=status)
        return Trajectories(
            values=values,
            times=self.job.times,
            observables=self.job.kernel.observables,
            units=tuple(self.model.unit(id) for id in self.job.kernel.observables),
            time_unit=self.model.network.time_unit,
            status=status,
            steps=result.steps,
            patients=np.arange(first, last),
            failed_time=np.where(lost, unsettled, result.failed_time),
            failed_state=culprits(system, self.job.inputs[first:last], result, self.job.atol / self.job.rtol),
            state=self._standing(lanes, first, last),
        )

    def _standing(self, lanes: LaneState, first: int, last: int) -> Standing:
        return Standing(
            time=float(self.job.times[-1]),
            lanes=lanes,
            states=self.job.kernel.system.states,
            applied=self.plan.applied[first:last],
            past=self.plan.past[first:last],
            status=lanes.status,
            gathered=self.gathered,
        )
