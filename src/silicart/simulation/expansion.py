"""From dose records to the events of each patient: courses unrolled, infusions started and ended, resets in place.

The rules are those of the field (PREDPP): ADDL further doses follow every II; a reset, and a steady-state dose,
cancels infusions that run and additional doses that are still to come. Events at the same time happen in this
order: infusions end, then the records in the order of their rows. A reset-and-dose resets first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from silicart.errors import DoseError
from silicart.simulation.doses import (
    DOSE,
    EVERYONE,
    OBSERVATION,
    OTHER,
    RESET,
    RESET_AND_DOSE,
    BoolArray,
    DoseRecords,
    FloatArray,
    IntArray,
)

ADD, RATE, RESTART, STOP, STEADY = range(5)
"""Kinds of scheduled events; the first four are those of the kernel, STEADY is resolved before the kernel sees it."""


@dataclass(frozen=True)
class Part:
    """A share of a dose: `weight` of AMT goes to state number `state`; a weight for each patient, or one for all."""

    state: int
    weight: FloatArray


@dataclass(frozen=True)
class Schedule:
    """Every event of every patient, sorted by patient and time.

    `kind` ADD adds `amount` to `state`; RATE adds it to the state's infusion rate; RESTART brings the patient back to
    the initial state with no infusion; STOP does nothing but stop there; STEADY puts the patient into the periodic
    steady state of the course that record number `record` describes.
    """

    patient: IntArray
    time: FloatArray
    kind: IntArray
    state: IntArray
    amount: FloatArray
    record: IntArray

    def __len__(self) -> int:
        return len(self.time)

    def offsets(self, patients: int) -> IntArray:
        """Return where each patient's events begin, and the end: shape (patients + 1,)."""
        return np.searchsorted(self.patient, np.arange(patients + 1)).astype(np.int64)

    def select(self, keep: BoolArray) -> Schedule:
        """Return the events where `keep` holds."""
        return Schedule(
            self.patient[keep], self.time[keep], self.kind[keep], self.state[keep], self.amount[keep], self.record[keep]
        )

    def fingerprints(self, patients: int) -> NDArray[np.uint64]:
        """Return a hash of each patient's events in their order, shape (patients,); patients with one past share it."""
        place = np.arange(len(self)) - self.offsets(patients)[self.patient]
        mixed = np.zeros(len(self), dtype=np.uint64)
        for column in (place, self.time, self.kind, self.state, self.amount):
            mixed = _scrambled(mixed + np.ascontiguousarray(column).view(np.uint64))
        found = np.zeros(patients, dtype=np.uint64)
        np.add.at(found, self.patient, mixed)
        return found


def expand(
    records: DoseRecords, parts: Mapping[str, Sequence[Part]], *, patients: int, start: float, end: float
) -> Schedule:
    """Return the events of `records` from `start` to `end`, both included.

    Parameters
    ----------
    records : the checked table.
    parts : for each name in `records.targets`, where its amount goes.
    patients : how many patients there are.

    Raises
    ------
    DoseError : when a record lies before `start`.

    Examples
    --------
    >>> from silicart.simulation.doses import read_dose_table
    >>> table = {"TIME": [1.0], "AMT": [4.0], "CMT": ["blood"], "II": [7.0], "ADDL": [2]}
    >>> records = read_dose_table(table, patients=1, targets=["blood"])
    >>> events = expand(records, {"blood": [Part(3, np.array(0.5))]}, patients=1, start=0.0, end=10.0)
    >>> events.time.tolist(), events.amount.tolist()
    ([1.0, 8.0], [2.0, 2.0])
    """
    early = np.flatnonzero(records.time < start)
    if len(early):
        raise DoseError(
            "a record lies before the start of the run",
            where=f"doses, row {early[0]}, column TIME",
            found=f"{records.time[early[0]]:g}",
            expected=f"{start:g} or later, the first of `times`",
            remedy="start `times` earlier, or remove the row",
        )
    every = _for_each_patient(records, patients)
    doses = _occasions(records, every, end)
    blocks = [_restarts(records, every), _stops(records, every)]
    for target, name in enumerate(records.targets):
        given = doses.take(records.target[doses.row] == target)
        for part in parts[name]:
            blocks += _at_once(records, given, part)
            blocks += _infusions(records, given, part)
            blocks += _steady_infusions(records, given, part)
    return _sorted(blocks, end)


@dataclass(frozen=True)
class _Entries:
    """Records, one entry a patient and occasion; what an entry has under way at `cancelled` is cancelled then."""

    row: IntArray
    patient: IntArray
    time: FloatArray
    cancelled: FloatArray
    first: BoolArray

    def take(self, chosen: BoolArray | IntArray) -> _Entries:
        return _Entries(
            self.row[chosen], self.patient[chosen], self.time[chosen], self.cancelled[chosen], self.first[chosen]
        )

    def weights(self, part: Part) -> FloatArray:
        return part.weight[self.patient] if part.weight.ndim else np.full(len(self.row), part.weight)


# One block of events: patient, time, order among events of one time, row, kind, state, amount.
_Block = tuple[IntArray, FloatArray, IntArray, IntArray, IntArray, IntArray, FloatArray]
_ENDS, _BEFORE_DOSE, _DOSES = range(3)


def _for_each_patient(records: DoseRecords, patients: int) -> _Entries:
    """Every (record, patient) pair, by patient and then by row; observations are left out."""
    kept = np.flatnonzero(records.event != OBSERVATION)
    row, copy = _unrolled(kept, np.where(records.patient[kept] == EVERYONE, patients, 1))
    patient = np.where(records.patient[row] == EVERYONE, copy, records.patient[row])
    order = np.lexsort((row, patient))
    row, patient = row[order], patient[order]
    cancelled = _next_restart(records, row, patient)
    return _Entries(row, patient, records.time[row], cancelled, np.ones(len(row), dtype=bool))


def _unrolled(values: IntArray, repeats: IntArray) -> tuple[IntArray, IntArray]:
    """Repeat each value, and number the copies of each from 0."""
    copies = np.arange(repeats.sum()) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    return np.repeat(values, repeats), copies


def _next_restart(records: DoseRecords, row: IntArray, patient: IntArray) -> FloatArray:
    """Time of the patient's next record that cancels what this one has under way, infinite when there is none."""
    count = len(row)
    restarts = np.isin(records.event[row], (RESET, RESET_AND_DOSE)) | records.steady[row]
    here = np.where(restarts, np.arange(count), count)
    following = np.append(np.minimum.accumulate(here[::-1])[::-1], count)[1:]
    found = following < count
    found[found] &= patient[following[found]] == patient[found]
    times = np.full(count, np.inf)
    times[found] = records.time[row[following[found]]]
    return times


def _restarts(records: DoseRecords, every: _Entries) -> _Block:
    steady = records.steady[every.row]
    chosen = np.isin(records.event[every.row], (RESET, RESET_AND_DOSE)) | steady
    # A steady-state dose replaces the state in any case, so its own reset (EVID 4) adds nothing.
    kind = np.where(steady, STEADY, RESTART)[chosen]
    return _block(every.take(chosen), _BEFORE_DOSE, kind, -1, 0.0)


def _stops(records: DoseRecords, every: _Entries) -> _Block:
    return _block(every.take(records.event[every.row] == OTHER), _DOSES, STOP, -1, 0.0)


def _occasions(records: DoseRecords, every: _Entries, end: float) -> _Entries:
    """Unroll ADDL and II: one entry a dose given, up to `end`."""
    once = every.take(np.isin(records.event[every.row], (DOSE, RESET_AND_DOSE)))
    interval = records.interval[once.row]
    # A course that outlasts the run is cut here, so that ADDL may be as large as the user likes.
    room = np.divide(end - once.time, interval, out=np.zeros(len(interval)), where=interval > 0)
    further = np.minimum(records.additional[once.row], np.maximum(np.floor(room) + 1, 0)).astype(np.int64)
    entry, occasion = _unrolled(np.arange(len(further)), further + 1)
    doses = once.take(entry)
    time = doses.time + occasion * records.interval[doses.row]
    doses = _Entries(doses.row, doses.patient, time, doses.cancelled, occasion == 0)
    return doses.take(doses.first | (time <= doses.cancelled))


def _at_once(records: DoseRecords, given: _Entries, part: Part) -> list[_Block]:
    given = given.take(records.rate[given.row] == 0)
    amount = records.amount[given.row] * given.weights(part)
    some = amount != 0
    return [_block(given.take(some), _DOSES, ADD, part.state, amount[some])]


def _infusions(records: DoseRecords, given: _Entries, part: Part) -> list[_Block]:
    given = given.take(records.rate[given.row] > 0)
    if not len(given.row):
        return []
    flow = records.rate[given.row] * given.weights(part)
    ends = given.time + records.amount[given.row] / records.rate[given.row]
    start = _block(given, _DOSES, RATE, part.state, flow)
    return [start, _ending(given, ends, part, flow)]


def _steady_infusions(records: DoseRecords, given: _Entries, part: Part) -> list[_Block]:
    """Infusions of earlier doses that still run at a steady-state dose, when each lasts longer than II."""
    given = given.take(records.steady[given.row] & given.first & (records.rate[given.row] > 0))
    if not len(given.row):
        return []
    duration = records.amount[given.row] / records.rate[given.row]
    running = np.maximum(np.ceil(duration / records.interval[given.row]) - 1, 0).astype(np.int64)
    entry, earlier = _unrolled(np.arange(len(running)), running)
    given, duration = given.take(entry), duration[entry]
    flow = records.rate[given.row] * given.weights(part)
    ends = given.time + duration - (earlier + 1) * records.interval[given.row]
    return [_block(given, _BEFORE_DOSE, RATE, part.state, flow), _ending(given, ends, part, flow)]


def _ending(given: _Entries, ends: FloatArray, part: Part, flow: FloatArray) -> _Block:
    """The ends of infusions, without those that a reset cuts short: the reset itself stops them."""
    natural = ends <= given.cancelled
    ended = _Entries(given.row, given.patient, ends, given.cancelled, given.first).take(natural)
    return _block(ended, _ENDS, RATE, part.state, -flow[natural])


def _scrambled(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The finalizer of SplitMix64: every bit of the input moves about half of the bits of the output."""
    values = values + np.uint64(0x9E3779B97F4A7C15)
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def _block(entries: _Entries, order: int, kind: IntArray | int, state: int, amount: FloatArray | float) -> _Block:
    count = len(entries.row)
    return (
        entries.patient,
        entries.time,
        np.full(count, order, dtype=np.int64),
        entries.row,
        np.broadcast_to(np.asarray(kind, dtype=np.int64), (count,)),
        np.full(count, state, dtype=np.int64),
        np.broadcast_to(np.asarray(amount, dtype=np.float64), (count,)),
    )


def _sorted(blocks: list[_Block], end: float) -> Schedule:
    patient, time, order, row, kind, state, amount = (
        np.concatenate([block[column] for block in blocks]) for column in range(7)
    )
    # Last key first. Ends of infusions come before all records of the same time; a restart before its own doses, but
    # after the doses of earlier rows. The sort is stable, so the parts of a dose keep their order.
    by = np.lexsort((order, row, order != _ENDS, time, patient))
    by = by[time[by] <= end]
    return Schedule(patient[by], time[by], kind[by], state[by], amount[by], row[by])
