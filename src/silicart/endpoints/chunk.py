"""A chunk: some patients' courses in one arm, as endpoints see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from silicart.endpoints import crossings
from silicart.endpoints.chart import Chart
from silicart.errors import StudyError, nearest
from silicart.population.keys import normals, uniform

if TYPE_CHECKING:
    from silicart.population.population import Population
    from silicart.simulation import Trajectories
    from silicart.therapy import Supply

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Chunk:
    """The courses of some patients in one arm, on days counted from the first infusion.

    Parameters
    ----------
    days : (times,) increasing; 0 is the first infusion, negative days are the lead-in. The first is the untreated
        baseline.
    courses : id -> (patients, times), in the model's units.
    patients, draws : (patients,) the patient numbers and their parameter draws.
    seed : of the study; together with patient and draw it addresses the noise of a reading, so that a patient meets
        the same noise in every arm and in any chunk.
    infusions : the days of the arm's CAR infusions, in order; empty without any.
    parameters : id -> (patients,) of the population, where an endpoint asks for them.
    good : (patients,) False for a patient whose simulation failed; absent means that all are good.
    supply : what was made and given, one lot a patient; None in an arm without cells, and where only courses are read.
    chart : what was written down at visits; None where there are none.
    blinded : whether patients and clinic do not know what the arm gives.
    placebo : whether it gives a placebo.
    without_CAR : whether what it infuses are drugs alone, such as an antibody.
    """

    days: FloatArray
    courses: Mapping[str, FloatArray]
    patients: NDArray[np.int64]
    draws: NDArray[np.int64]
    seed: int
    infusions: tuple[float, ...] = ()
    parameters: Mapping[str, FloatArray] = field(default_factory=dict)
    good: NDArray[np.bool_] | None = None
    supply: Supply | None = None
    chart: Chart | None = None
    blinded: bool = False
    placebo: bool = False
    without_CAR: bool = False

    @property
    def gives_CAR_T(self) -> bool:
        """Whether a product with a CAR is infused."""
        return bool(self.infusions) and not self.without_CAR

    @property
    def size(self) -> int:
        """How many patients there are."""
        return len(self.patients)

    @property
    def end(self) -> float:
        """The last day of the courses."""
        return float(self.days[-1])

    def course(self, id: str) -> FloatArray:
        """Return (patients, times) of one state or observable.

        Raises StudyError, with the nearest name, when it was not simulated.
        """
        if id not in self.courses:
            near = nearest(id, self.courses)
            raise StudyError(
                "an endpoint needs an observable that was not simulated",
                where="endpoints",
                found=id,
                expected="one of: " + ", ".join(self.courses),
                remedy=f"did you mean {near}?" if near else "simulate with `required_observables` of the endpoints",
            )
        return self.courses[id]

    def parameter(self, id: str) -> FloatArray:
        """Return (patients,) the patients' own value of the register, such as the limit of fever.

        Raises StudyError when the population does not carry it.
        """
        if id not in self.parameters:
            raise StudyError(
                "an endpoint needs a value of the register that the patients do not have",
                where="endpoints",
                found=id,
                expected="a parameter of the population",
                remedy="draw the population from a register that holds it",
            )
        return self.parameters[id]

    def baseline(self, id: str) -> FloatArray:
        """Return (patients,) the untreated value: the first of the course."""
        return self.course(id)[:, 0]

    def at(self, id: str, day: float) -> FloatArray:
        """Return (patients,) the value on a day, interpolated linearly between output times."""
        return crossings.value_at(self.days, self.course(id), day)

    def window(self, id: str, first: float = 0.0, last: float | None = None) -> tuple[FloatArray, FloatArray]:
        """Return days and courses from `first` (the first infusion) to `last` (the end), ends included."""
        return crossings.window(self.days, self.course(id), first, self.end if last is None else last)

    def charted(self) -> Chart:
        """Return the chart of visits. Raises StudyError when the patients were not seen at any."""
        if self.chart is None:
            raise StudyError(
                "an endpoint is read at visits, and there were none",
                where="endpoints",
                expected="a study with visits",
                remedy="give the study `visits`, or leave the endpoint out",
            )
        return self.chart

    def uniform(self, purpose: str, occasion: int = 0) -> FloatArray:
        """Return (patients,) uniform numbers in (0, 1) of a purpose, the same in every arm."""
        return uniform(self.seed, self.draws, self.patients, purpose, occasion)

    def normal(self, purpose: str, occasion: int = 0) -> FloatArray:
        """Return (patients,) standard normal numbers of a purpose, the same in every arm."""
        return normals(self.seed, self.draws, self.patients, (purpose,), occasion)[:, 0]


def chunk_of(
    trajectories: Trajectories,
    population: Population,
    rows: NDArray[np.int64],
    *,
    day_zero: float,
    infusions: tuple[float, ...],
    blinded: bool = False,
    placebo: bool = False,
) -> Chunk:
    """Return the chunk of simulated trajectories.

    Parameters
    ----------
    trajectories : the result of `simulate` for the patients in `rows`, in that order.
    population : who was simulated.
    rows : (patients,) rows of the population.
    day_zero : the model time of the first infusion (of the start of follow-up in an arm without any).
    infusions : days of the arm's CAR infusions, counted from `day_zero`.
    blinded, placebo : as of the `Chunk`.
    """
    return Chunk(
        days=np.asarray(trajectories.times, dtype=np.float64) - day_zero,
        courses={name: trajectories.values[:, :, place] for place, name in enumerate(trajectories.observables)},
        patients=population.patients[rows],
        draws=population.draw[rows],
        seed=population.seed,
        infusions=infusions,
        parameters={name: values[rows] for name, values in population.parameters.items()},
        good=np.asarray(trajectories.status) == 0,
        blinded=blinded,
        placebo=placebo,
    )
