"""What the doses of a table mean for one run: which of their events are past, and which are still to happen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from silicart.errors import DoseError, SimulationError
from silicart.kernel import EventProgram
from silicart.simulation.doses import DoseRecords, read_dose_table
from silicart.simulation.expansion import STOP, Part, Schedule, expand
from silicart.simulation.model import Model
from silicart.simulation.targets import DoseTarget, parts_of
from silicart.simulation.trajectories import Standing

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_EMPTY = np.zeros(0, dtype=np.int64)
NOTHING = Schedule(_EMPTY, np.zeros(0), _EMPTY, _EMPTY, np.zeros(0), _EMPTY)


@dataclass(frozen=True, eq=False)
class Plan:
    """The events of one run.

    pending : the events of this run.
    records, parts : the table they come from, and where its amounts go; None without a table.
    applied, past : what a `Standing` at the end of the run says of the table.
    """

    pending: Schedule
    records: DoseRecords | None
    parts: Mapping[str, Sequence[Part]] = field(default_factory=dict)
    applied: IntArray = field(default_factory=lambda: _EMPTY)
    past: NDArray[np.uint64] = field(default_factory=lambda: np.zeros(0, dtype=np.uint64))


def read_plan(
    model: Model,
    doses: object | None,
    targets: Mapping[str, DoseTarget],
    patients: int,
    times: FloatArray,
    resume: Standing | None = None,
    sizes: Mapping[str, FloatArray] | None = None,
) -> Plan:
    """Check a dose table and return what it means for a run over `times`.

    `sizes` holds the sizes of compartments that the user sets, (patients,) each.

    With `resume` the table is the whole one: its past must be what has happened, and rows may have been added from
    the present time on.

    Raises
    ------
    DoseError : the table is not valid, or its past is not what has happened.
    """
    start, end = float(times[0]), float(times[-1])
    if doses is None:
        schedule, records, parts = NOTHING, None, {}
    else:
        records = read_dose_table(doses, patients=patients, targets={*model.states.ids, *targets})
        parts = parts_of(model, records.targets, targets, patients, sizes)
        begin = start if resume is None else float(resume.lanes.start.min())
        schedule = expand(records, parts, patients=patients, start=begin, end=end)
    offsets = schedule.offsets(patients)
    applied = np.diff(offsets)
    past = schedule.fingerprints(patients)
    if resume is None:
        return Plan(schedule, records, parts, applied, past)
    place = np.arange(len(schedule)) - offsets[schedule.patient]
    happened = place < resume.applied[schedule.patient]
    changed = np.flatnonzero(schedule.select(happened).fingerprints(patients) != resume.past)
    if len(changed):
        first = int(changed[0])
        raise DoseError(
            "the past of the dose table is not what has happened",
            where=f"doses, with resume, patient row {first}",
            found=f"{int(np.sum(schedule.time[schedule.patient == first] <= start))} events up to time {start:g}",
            expected=f"the {resume.applied[first]} events of the run that is resumed, unchanged",
            remedy="pass the whole table of the run before; rows may be added from its last time on",
        )
    return Plan(schedule.select(~happened), records, parts, applied, past)


def read_stops(stops: ArrayLike, times: FloatArray) -> FloatArray:
    """Return the times at which everyone stops, within the run.

    Raises
    ------
    SimulationError : a stop that is not a finite number.
    """
    found = np.unique(np.atleast_1d(np.asarray(stops, dtype=np.float64)))
    if not np.isfinite(found).all():
        raise SimulationError(
            "a stop is not a time", where="stops", found=found[~np.isfinite(found)][0], expected="finite times",
            remedy="give times of the model",
        )  # fmt: skip
    inside: FloatArray = found[(found > times[0]) & (found < times[-1])]
    return inside


def program_of(
    schedule: Schedule, stops: FloatArray, patients: int, switches: tuple[IntArray, FloatArray] = (_EMPTY, np.zeros(0))
) -> EventProgram:
    """Return the kernel's program: the events of a schedule, stops of everyone at `stops` and of some at `switches`."""
    count = len(stops) * patients + len(switches[0])
    patient = np.concatenate([schedule.patient, np.repeat(np.arange(patients), len(stops)), switches[0]])
    time = np.concatenate([schedule.time, np.tile(stops, patients), switches[1]])
    # Stable, so a stop comes after the doses of its time and everything else keeps its order.
    by = np.lexsort((time, patient))
    return EventProgram(
        np.searchsorted(patient[by], np.arange(patients + 1)).astype(np.int64),
        time[by],
        np.concatenate([schedule.kind, np.full(count, STOP)])[by].astype(np.int64),
        np.concatenate([schedule.state, np.full(count, -1)])[by].astype(np.int64),
        np.concatenate([schedule.amount, np.zeros(count)])[by],
    )
