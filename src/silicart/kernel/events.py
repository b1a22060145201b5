"""What happens to each patient at known times: doses, infusion rates, resets and stops."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from silicart.errors import SimulationError

FloatArray: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.int64]

#: Kinds of events: add `amount` to a state; add it to the infusion rate of a state; put every state back to its
#: initial value and every rate to 0; stop there and change nothing.
ADD, RATE, RESET, STOP = 0, 1, 2, 3


@dataclass(frozen=True, eq=False)
class EventProgram:
    """Events of all patients in one table: rows `offsets[p]` to `offsets[p + 1]` belong to patient p.

    offsets : int64, shape (patients + 1,).
    time : when, not falling within a patient, shape (events,); events at the same time apply in their order.
    kind : ADD, RATE, RESET or STOP.
    state : column of the state, for ADD and RATE.
    amount : in the unit of the state (ADD) or that per time (RATE).

    A run applies the events between its first and its last output time, both included; those after the last are
    left for a run that goes on. An output at the time of an event shows the value after it.
    """

    offsets: IntArray
    time: FloatArray
    kind: IntArray
    state: IntArray
    amount: FloatArray

    @classmethod
    def none(cls, patients: int) -> EventProgram:
        """Return the program in which nothing happens.

        Examples
        --------
        >>> EventProgram.none(3).offsets
        array([0, 0, 0, 0])
        """
        empty_ints, empty = np.zeros(0, np.int64), np.zeros(0)
        return cls(np.zeros(patients + 1, np.int64), empty, empty_ints, empty_ints, empty)

    @classmethod
    def same_for_all(cls, patients: int, rows: list[tuple[float, int, int, float]]) -> EventProgram:
        """Return a program that gives every patient the same (time, kind, state, amount) rows.

        Examples
        --------
        >>> program = EventProgram.same_for_all(2, [(7.0, ADD, 0, 1e8)])
        >>> program.offsets, program.time
        (array([0, 1, 2]), array([7., 7.]))
        """
        columns = list(zip(*rows, strict=True)) if rows else [(), (), (), ()]
        return cls(
            np.arange(patients + 1, dtype=np.int64) * len(rows),
            np.tile(np.array(columns[0], np.float64), patients),
            np.tile(np.array(columns[1], np.int64), patients),
            np.tile(np.array(columns[2], np.int64), patients),
            np.tile(np.array(columns[3], np.float64), patients),
        )

    @property
    def patients(self) -> int:
        return len(self.offsets) - 1

    def rows(self, first: int, last: int) -> EventProgram:
        """Return the program of patients first ... last - 1."""
        inside = slice(int(self.offsets[first]), int(self.offsets[last]))
        offsets = self.offsets[first : last + 1] - self.offsets[first]
        return EventProgram(offsets, self.time[inside], self.kind[inside], self.state[inside], self.amount[inside])

    def after(self, time: float) -> EventProgram:
        """Return the events later than `time`: what is left for a run that goes on from there."""
        keep = self.time > time
        counts = np.concatenate([[0], np.cumsum(keep)])
        offsets = counts[self.offsets].astype(np.int64)
        return EventProgram(offsets, self.time[keep], self.kind[keep], self.state[keep], self.amount[keep])

    def check(self, patients: int, states: int, start: float) -> None:
        """Raise SimulationError unless the table fits the patients, the states and the start of the run."""
        offsets = self.offsets
        events = len(self.time)
        if len(offsets) != patients + 1 or offsets[0] != 0 or offsets[-1] != events or (np.diff(offsets) < 0).any():
            raise SimulationError(
                "an event table that does not fit the patients",
                found=f"{len(offsets)} offsets for {patients} patients and {events} events",
                expected="patients + 1 offsets that rise from 0 to the number of events",
                remedy="build the table for the same patients as the inputs",
            )
        if any(len(column) != events for column in (self.kind, self.state, self.amount)):
            _refuse(0, "columns of different lengths", "one time, kind, state and amount an event")
        for found, expected in (
            (~np.isfinite(self.time), "a finite time"),
            (self.time < start, f"a time not before the start of the run at {start:g}"),
            ((self.kind < ADD) | (self.kind > STOP), "kind 0 (add), 1 (rate), 2 (reset) or 3 (stop)"),
            (((self.state < 0) | (self.state >= states)) & (self.kind <= RATE), f"a state from 0 to {states - 1}"),
            (~np.isfinite(self.amount) & (self.kind <= RATE), "a finite amount"),
        ):
            if found.any():
                row = int(np.argmax(found))
                values = f"time {self.time[row]}, kind {self.kind[row]}, state {self.state[row]}"
                _refuse(row, f"{values}, amount {self.amount[row]}", expected)
        within = np.ones(events, bool)
        within[offsets[:-1][offsets[:-1] < events]] = False
        falls = within[1:] & (np.diff(self.time) < 0)
        if falls.any():
            row = int(np.argmax(falls)) + 1
            _refuse(row, f"time {self.time[row]} after {self.time[row - 1]}", "times that do not fall within a patient")


def _refuse(row: int, found: str, expected: str) -> None:
    raise SimulationError(
        "an event that cannot be applied",
        where=f"event {row}",
        found=found,
        expected=expected,
        remedy="correct the event table",
    )
