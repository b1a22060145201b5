"""What `summarise` returns: one number a patient for each reduction, quantiles, and what became of every patient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from silicart.errors import SimulationError, nearest
from silicart.simulation.quantiles import QuantileTable
from silicart.simulation.reductions import Reduction
from silicart.simulation.trajectories import Standing

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Failure:
    """Where one patient's solution ended: `state` moved fastest for its size then."""

    patient: int
    time: float
    state: str
    reason: str


@dataclass(frozen=True, eq=False)
class Summary:
    """What was kept of patients without their trajectories. Picklable.

    values : name of a reduction -> (patients,); NaN in a patient who failed, and where nothing of a window was seen.
    units : name -> unit.
    quantiles : observable -> its quantiles over patients.
    status : (patients,) 0 is good, else a key of `REASONS`.
    steps : (patients,) steps of the integrator.
    failed : the patients who failed, in their order.
    state : where everyone stands, to resume from; None unless it was asked for.
    """

    values: Mapping[str, FloatArray]
    units: Mapping[str, str | None]
    quantiles: Mapping[str, QuantileTable]
    status: IntArray
    steps: IntArray
    failed: tuple[Failure, ...]
    state: Standing | None = None

    def __len__(self) -> int:
        return len(self.status)

    def __getitem__(self, reduction: Reduction | str) -> FloatArray:
        """Return (patients,) the numbers of a reduction, by itself or by its name."""
        name = reduction.name if isinstance(reduction, Reduction) else reduction
        if name not in self.values:
            near = nearest(name, self.values)
            raise SimulationError(
                "this was not reduced",
                found=name,
                expected="one of: " + ", ".join(self.values),
                remedy=f"did you mean {near}?" if near else "name it among the reductions",
            )
        return self.values[name]

    @property
    def failures(self) -> pd.DataFrame:
        """One row for every patient that could not be simulated to the end: patient, time, state, reason."""
        import pandas as pd

        rows = [(one.patient, one.time, one.state, one.reason) for one in self.failed]
        return pd.DataFrame(rows, columns=["patient", "time", "state", "reason"])

    def to_pandas(self) -> pd.DataFrame:
        """Return one row a patient: `patient`, `status`, then one column a reduction."""
        import pandas as pd

        return pd.DataFrame({"patient": np.arange(len(self)), "status": self.status, **self.values})
