"""Where a run stands: all that is needed to go on with the same bits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from silicart.kernel.events import FloatArray, IntArray

GOOD, STEP_UNDERFLOW, NON_FINITE, STEP_LIMIT = 0, 1, 2, 3
#: Memory of the step control before any step was accepted.
FIRST_ERROR = 1e-4
# 4 belongs to the room that resolves steady-state doses.
ENDLESS_EVENTS, TOO_MANY_WAITING = 5, 6

#: What each status means, in words.
STATUS_TEXT = {
    GOOD: "good",
    STEP_UNDERFLOW: "the step became too small for the patient's own time scale",
    NON_FINITE: "a state or its derivative is not finite",
    STEP_LIMIT: "the limit of steps was reached",
    ENDLESS_EVENTS: "events or conditions follow each other without end",
    TOO_MANY_WAITING: "more executions of delayed events wait at once than can be kept",
}


@dataclass(frozen=True, eq=False)
class LaneState:
    """The full state of a stepper for each patient; picklable.

    start : when the initial conditions held, shape (patients,); a later reset goes back to them.
    time : where the patient stands; of a failed patient the time of the failure.
    step : the step to try next; 0 asks for a first step to be chosen.
    error : the error of the last accepted step, which the step control remembers.
    stiff : how fast the model was at last, per time; above 0 where the implicit method steps.
    states : shape (patients, states).
    rates : infusion rates, shape (patients, states).
    memory : what events remember, shape (patients, numbers); see `event_memory.EventMemory`.
    accumulators : what reductions have gathered, shape (patients, numbers); see `accumulators.Accumulation`.
    status : 0 good, else why the patient failed; a failed patient stays failed.
    """

    start: FloatArray
    time: FloatArray
    step: FloatArray
    error: FloatArray
    stiff: FloatArray
    states: FloatArray
    rates: FloatArray
    memory: FloatArray
    accumulators: FloatArray
    status: IntArray

    @property
    def patients(self) -> int:
        return len(self.time)

    def rows(self, first: int, last: int) -> LaneState:
        """Return the state of patients first ... last - 1."""
        return LaneState(**{entry.name: getattr(self, entry.name)[first:last] for entry in fields(self)})

    def copy(self) -> LaneState:
        """Return a state that shares no memory with this one."""
        arrays = {entry.name: np.array(getattr(self, entry.name), order="C") for entry in fields(self)}
        return LaneState(**arrays)

    @classmethod
    def joined(cls, parts: Sequence[LaneState]) -> LaneState:
        """Return the states of consecutive groups of patients as one."""
        names = [entry.name for entry in fields(cls)]
        return cls(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})

    @classmethod
    def blank(cls, accumulators: FloatArray, states: int, memory: int, start: float) -> LaneState:
        """Return the state that a run from initial conditions at `start` fills in, with blank `accumulators`."""
        patients = len(accumulators)
        return cls(
            start=np.full(patients, start),
            time=np.full(patients, start),
            step=np.zeros(patients),
            error=np.zeros(patients),
            stiff=np.zeros(patients),
            states=np.zeros((patients, states)),
            rates=np.zeros((patients, states)),
            memory=np.zeros((patients, memory)),
            accumulators=accumulators,
            status=np.zeros(patients, np.int64),
        )
