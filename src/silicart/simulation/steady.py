"""Steady-state doses: the course is simulated until it repeats itself, and the patient is put there.

The kernel has no event that sets a state, and needs none: a restart followed by the difference to the initial state
does the same. The system must not depend on time, or no course would ever repeat.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from silicart.errors import DoseError
from silicart.kernel import EventProgram, LaneState
from silicart.simulation.chunks import Job, Pace, over_chunks
from silicart.simulation.doses import DoseRecords
from silicart.simulation.expansion import ADD, RATE, RESTART, STEADY, Part, Schedule
from silicart.symbolic import System, initial_state

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

BLOCK = 16
"""Cycles between two looks at whether the course repeats itself."""
CYCLES = 4096
"""Cycles after which a course counts as one that does not settle."""


@dataclass(frozen=True)
class _Course:
    """One repeated dose a lane: amount (or rate and duration) into each part, every `interval`."""

    interval: float
    parts: tuple[tuple[int, FloatArray], ...]
    duration: FloatArray

    def take(self, lanes: IntArray) -> _Course:
        return _Course(self.interval, tuple((state, flow[lanes]) for state, flow in self.parts), self.duration[lanes])


def resolve(
    schedule: Schedule, records: DoseRecords, parts: Mapping[str, Sequence[Part]], job: Job, pace: Pace
) -> tuple[Schedule, BoolArray]:
    """Replace every STEADY event of `schedule` by events the kernel knows.

    Parameters
    ----------
    job : inputs, kernel and tolerances of the run; its times and events do not matter.

    Returns
    -------
    The schedule, and for each of its STEADY events, in order, whether the course settled.

    Raises
    ------
    DoseError : the model depends on time.
    """
    steady = schedule.kind == STEADY
    if not steady.any():
        return schedule, np.zeros(0, dtype=bool)
    system = job.kernel.system
    _check_autonomous(system, int(schedule.record[steady][0]))
    patient, record = schedule.patient[steady], schedule.record[steady]
    target = np.full((len(patient), len(system.states)), np.nan)
    settled = np.zeros(len(patient), dtype=bool)
    # Lanes of one kernel call share their output times, so courses are taken interval by interval.
    for target_place, name in enumerate(records.targets):
        for interval in np.unique(records.interval[record]):
            lanes = np.flatnonzero((records.interval[record] == interval) & (records.target[record] == target_place))
            if len(lanes):
                course = _course(records, parts[name], patient[lanes], record[lanes])
                target[lanes], settled[lanes] = _settle(replace(job, inputs=job.inputs[patient[lanes]]), course, pace)
    initial = initial_state(system, job.inputs, start=float(job.times[0]))[patient]
    moves = np.where(settled[:, None], target - initial, 0.0)
    return _replaced(schedule, steady, moves), settled


def _check_autonomous(system: System, row: int) -> None:
    if system.events or system.timed:
        raise DoseError(
            "a steady-state dose in a model that has events or depends on time",
            where=f"doses, row {row}, column SS",
            found="1",
            expected="0, because such a course never repeats itself",
            remedy="give the course itself with ADDL and II",
        )


def _course(records: DoseRecords, parts: Sequence[Part], patient: IntArray, record: IntArray) -> _Course:
    rate, amount = records.rate[record], records.amount[record]
    slow = rate > 0
    duration = np.divide(amount, rate, out=np.zeros(len(record)), where=slow)
    given = np.where(slow, rate, amount)
    weights = [part.weight[patient] if part.weight.ndim else part.weight for part in parts]
    flows = tuple((part.state, given * weight) for part, weight in zip(parts, weights, strict=True))
    return _Course(float(records.interval[record[0]]), flows, duration)


def _settle(job: Job, course: _Course, pace: Pace) -> tuple[FloatArray, BoolArray]:
    """States just before a dose of the course, and which lanes have come to repeat themselves."""
    lanes, states = len(job.inputs), len(job.kernel.system.states)
    running = int(np.ceil(course.duration / course.interval).max())
    cycles = max(BLOCK, running + 1)
    found = np.full((lanes, states), np.nan)
    settled = np.zeros(lanes, dtype=bool)
    active = np.arange(lanes)
    state: LaneState | None = None
    initial = initial_state(job.kernel.system, job.inputs, start=0.0)
    before = initial
    change = np.full(lanes, np.inf)
    counted = _counted(job.kernel.system)
    for block in range(-(-CYCLES // cycles)):
        now = course.take(active)
        block_job = replace(
            job,
            inputs=job.inputs[active],
            times=np.array([0.0, cycles * course.interval]),
            program=_block_program(now, cycles, first=block == 0),
            rtol=max(job.rtol * 0.01, 1e-12),
            atol=job.atol * 0.01,
            resume=state,
        )
        results = over_chunks(len(active), replace(pace, listener=None), block_job.run)
        state = LaneState.joined([result.state for result in results])
        after = state.states
        scale = np.abs(after) + job.atol / job.rtol
        moved = np.max(np.where(counted, np.abs(after - before) / scale, 0.0), axis=1)
        # What is left to go is a geometric series in the change from block to block; one block alone says nothing.
        factor = np.divide(moved, change, out=np.ones(len(moved)), where=(change > 0) & np.isfinite(change))
        factor = np.minimum(factor, 0.999)
        done = (moved * factor / (1 - factor) <= 0.1 * job.rtol) | (moved <= 0.03 * job.rtol)
        good = state.status == 0
        finished = done & good
        found[active[finished]] = np.where(counted, after[finished], initial[active[finished]])
        settled[active[finished]] = True
        kept = good & ~done
        if not kept.any():
            break
        active, before, change = active[kept], after[kept], moved[kept]
        state = _rows(state, kept)
    return found, settled


def _counted(system: System) -> BoolArray:
    """States that something depends on; a mere integral (an exposure, a counted sink) never settles and stays out."""
    counted = np.zeros(len(system.states), dtype=bool)
    counted[[column for _, column in system.jacobian]] = True
    return counted


def _block_program(course: _Course, cycles: int, *, first: bool) -> EventProgram:
    """Doses of `cycles` intervals from time 0, without those at the end; infusions of earlier blocks end in it."""
    # Counted in whole intervals, so that no end falls between two blocks by rounding.
    lasting, rest = np.divmod(course.duration, course.interval)
    begun = np.arange(0 if first else -cycles, cycles)
    slow = course.duration > 0
    blocks = []
    for state, flow in course.parts:
        for which, kind, sign, shift, delay in (
            (~slow, ADD, 1.0, np.zeros(len(flow)), np.zeros(len(flow))),
            (slow, RATE, 1.0, np.zeros(len(flow)), np.zeros(len(flow))),
            (slow, RATE, -1.0, lasting, rest),
        ):
            cycle = begun[None, :] + shift[:, None]
            lane, column = np.nonzero((cycle >= 0) & (cycle < cycles) & which[:, None])
            time = cycle[lane, column] * course.interval + delay[lane]
            blocks.append((lane, time, np.full(len(lane), kind), np.full(len(lane), state), sign * flow[lane]))
    lane, kinds, states = (np.concatenate([block[place] for block in blocks]).astype(np.int64) for place in (0, 2, 3))
    times, amounts = (np.concatenate([block[place] for block in blocks]) for place in (1, 4))
    by = np.lexsort((amounts, times, lane))
    offsets = np.searchsorted(lane[by], np.arange(len(course.duration) + 1)).astype(np.int64)
    return EventProgram(offsets, times[by], kinds[by], states[by], amounts[by])


def _rows(state: LaneState, kept: BoolArray) -> LaneState:
    """The states of the lanes that go on, with their clocks set back to the start of a block."""
    chosen = LaneState(**{entry.name: getattr(state, entry.name)[kept] for entry in fields(state)})
    return replace(chosen, time=np.zeros(int(kept.sum())), start=np.zeros(int(kept.sum())))


def _replaced(schedule: Schedule, steady: BoolArray, moves: FloatArray) -> Schedule:
    kind = np.where(steady, RESTART, schedule.kind)
    marker, state = np.nonzero(moves)
    after = np.flatnonzero(steady)[marker]
    place = np.concatenate([np.arange(len(schedule)), after])
    by = np.argsort(place, kind="stable")

    return Schedule(
        patient=np.concatenate([schedule.patient, schedule.patient[after]])[by],
        time=np.concatenate([schedule.time, schedule.time[after]])[by],
        kind=np.concatenate([kind, np.full(len(after), ADD)])[by],
        state=np.concatenate([schedule.state, state])[by],
        amount=np.concatenate([schedule.amount, moves[marker, state]])[by],
        record=np.concatenate([schedule.record, schedule.record[after]])[by],
    )
