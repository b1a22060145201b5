"""What a simulation returns: arrays, labelled arrays and tables, and what became of every patient."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from silicart.errors import SimulationError, nearest
from silicart.kernel import STATUS_TEXT, LaneState
from silicart.simulation.reductions import Key

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

UNSETTLED = 4
REASONS: Mapping[int, str] = {**STATUS_TEXT, UNSETTLED: "the course of a steady-state dose does not settle"}
"""What each status means, in words; 0 is good."""


@dataclass(frozen=True, eq=False)
class Standing:
    """Where everyone stands at the end of a run; pass it as `resume` to go on. Picklable.

    time : when, in the model's time unit.
    lanes : the full state of the integrator.
    states : ids of the states.
    applied : (patients,) how many events of the dose table have happened.
    past : (patients,) hash of those events, by which a table with another past is refused.
    status : (patients,) 0 is good; a patient who failed stays failed.
    gathered : what reductions have gathered so far, by content, in the order of the lanes' accumulators.
    """

    time: float
    lanes: LaneState
    states: tuple[str, ...]
    applied: IntArray
    past: NDArray[np.uint64]
    status: IntArray
    gathered: tuple[Key, ...] = ()

    def rows(self, first: int, last: int) -> Standing:
        """Return where patients first ... last - 1 stand."""
        inside = slice(first, last)
        lanes = self.lanes.rows(first, last)
        return replace(
            self, lanes=lanes, applied=self.applied[inside], past=self.past[inside], status=self.status[inside]
        )

    def values(self, state: str) -> FloatArray:
        """Return (patients,) one state as it stands."""
        if state not in self.states:
            raise _unknown(state, self.states)
        return np.asarray(self.lanes.states[:, self.states.index(state)])

    @classmethod
    def joined(cls, parts: Sequence[Standing]) -> Standing:
        """Return where consecutive groups of patients stand as one."""
        return replace(
            parts[0],
            lanes=LaneState.joined([part.lanes for part in parts]),
            applied=np.concatenate([part.applied for part in parts]),
            past=np.concatenate([part.past for part in parts]),
            status=np.concatenate([part.status for part in parts]),
        )


@dataclass(frozen=True, eq=False)
class Trajectories:
    """The courses of patients.

    values : (patients, times, observables), in `units`, float64 or as asked; NaN from the failure of a patient on.
    times : (times,) in `time_unit`. At the time of a dose the value is the one after it.
    observables, units : (observables,) ids and units.
    status : (patients,) 0 is good, else a key of `REASONS`.
    steps : (patients,) steps of the integrator.
    patients : (patients,) rows of the parameters that were given.
    failed_time, failed_state : (patients,) when a patient failed (NaN if not), and the state to blame: one that was
        lost, or was about to be, or moved fastest for its size ("" if none failed).
    state : where everyone stands, to resume from.
    """

    values: FloatArray
    times: FloatArray
    observables: tuple[str, ...]
    units: tuple[str | None, ...]
    time_unit: str | None
    status: IntArray
    steps: IntArray
    patients: IntArray
    failed_time: FloatArray
    failed_state: tuple[str, ...]
    state: Standing

    @classmethod
    def joined(cls, parts: Sequence[Trajectories], values: FloatArray) -> Trajectories:
        """Return the trajectories of consecutive groups of patients as one, with all their `values`."""
        standing = Standing.joined([part.state for part in parts])
        return replace(
            parts[0],
            values=values,
            status=standing.status,
            steps=np.concatenate([part.steps for part in parts]),
            patients=np.concatenate([part.patients for part in parts]),
            failed_time=np.concatenate([part.failed_time for part in parts]),
            failed_state=tuple(name for part in parts for name in part.failed_state),
            state=standing,
        )

    def without_values(self) -> Trajectories:
        """Return everything but the values, whose memory is given back."""
        return replace(self, values=self.values[:, :0, :0].copy())

    def __getitem__(self, observable: str) -> FloatArray:
        """Return (patients, times) of one observable."""
        if observable not in self.observables:
            raise _unknown(observable, self.observables)
        return self.values[:, :, self.observables.index(observable)]

    @property
    def failures(self) -> pd.DataFrame:
        """One row for every patient that could not be simulated to the end: patient, time, state, reason."""
        import pandas as pd

        rows = np.flatnonzero(self.status != 0)
        return pd.DataFrame(
            {
                "patient": self.patients[rows],
                "time": self.failed_time[rows],
                "state": [self.failed_state[row] for row in rows],
                "reason": [REASONS[int(self.status[row])] for row in rows],
            }
        )

    def to_pandas(self) -> pd.DataFrame:
        """Return one row a patient and time: `patient`, `time`, then one column an observable."""
        import pandas as pd

        self._refuse_names("to_pandas", ("patient", "time"))
        patients, times, observables = self.values.shape
        columns = {
            "patient": np.repeat(self.patients, times),
            "time": np.tile(self.times, patients),
        }
        flat = self.values.reshape(patients * times, observables)
        return pd.DataFrame(columns | {id: flat[:, place] for place, id in enumerate(self.observables)})

    def _refuse_names(self, table: str, taken: tuple[str, ...]) -> None:
        for name in taken:
            if name in self.observables:
                raise SimulationError(
                    f"an observable has the name of a label of {table}",
                    where=table,
                    found=name,
                    expected="none of: " + ", ".join(taken),
                    remedy=f"observe {name} through an assignment rule of another name, or read `values`",
                )

    def to_xarray(self) -> xr.Dataset:
        """Return one labelled variable an observable over (patient, time), with its unit in `attrs["units"]`."""
        import xarray as xr

        self._refuse_names("to_xarray", ("patient", "time", "status"))
        variables = {
            id: (("patient", "time"), self.values[:, :, place], {"units": unit} if unit else {})
            for place, (id, unit) in enumerate(zip(self.observables, self.units, strict=True))
        }
        time = ("time", self.times, {"units": self.time_unit} if self.time_unit else {})
        status = ("patient", self.status, {"meaning": "; ".join(f"{code}: {text}" for code, text in REASONS.items())})
        return xr.Dataset(variables, coords={"patient": self.patients, "time": time, "status": status})


def _unknown(id: str, known: tuple[str, ...]) -> SimulationError:
    near = nearest(id, known)
    return SimulationError(
        "this was not observed",
        found=id,
        expected="one of: " + ", ".join(known),
        remedy=f"did you mean {near}?" if near else "name it in `observe`",
    )
