"""One arm: everybody of a population under its regimen, read chunk by chunk into endpoints and shown courses.

A chunk of courses is dropped as soon as it has been read: what stays of a patient is one row of endpoints, and the
courses that figures show, thinned and in single precision.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from silicart.endpoints.chunk import Chunk, chunk_of
from silicart.endpoints.endpoint import Endpoint
from silicart.endpoints.evaluate import evaluate_endpoints
from silicart.endpoints.grid import required_observables, required_times
from silicart.population import Population
from silicart.simulation import Model, Progress, Trajectories, simulate_in_chunks
from silicart.study.bands import display_times
from silicart.study.design import Arm, Study
from silicart.study.treatment import Treatment, given_to, regimen_of, treat

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class ArmRun:
    """What stays of an arm.

    endpoints : one row a patient: `arm`, `patient`, `draw`, `structure`, then one column an endpoint.
    days : (times,) of the shown courses, counted from the first infusion.
    courses : observable -> (patients, times) in single precision, NaN in a patient that could not be simulated.
    failures : `arm`, `patient`, `time`, `state`, `reason`.
    steps : attempted steps of the integrator, all patients together.
    """

    endpoints: pd.DataFrame
    days: FloatArray
    courses: Mapping[str, NDArray[np.float32]]
    failures: pd.DataFrame
    steps: int


@dataclass(frozen=True)
class Reading:
    """What is read from a run: the endpoints, and the observables whose courses are shown.

    `grid` are the endpoints that set the output days; without it those that are read. A repetition of a run must see
    the courses on the days of the run itself, or it would differ by interpolation.
    """

    endpoints: Sequence[Endpoint]
    shown: Sequence[str] = ()
    grid: Sequence[Endpoint] = field(default=())


def simulate_arm(
    study: Study,
    arm: Arm,
    model: Model,
    population: Population,
    reading: Reading,
    *,
    rows: IntArray | None = None,
    threads: int | None = None,
    chunk: int | None = None,
    progress: Progress | None = None,
    treatment: Treatment | None = None,
) -> ArmRun:
    """Simulate an arm for the patients in `rows` of the population (all of them when absent).

    `treatment` is what these patients are given, where that is known already. Neither `threads` nor `chunk`, the number
    of patients in a piece of work, changes any number.
    """
    import pandas as pd

    chosen = np.arange(len(population.patients)) if rows is None else np.asarray(rows, dtype=np.int64)
    infusions = () if arm.product is None else regimen_of(study, arm).days(arm.product)
    treatment = treatment or treat(study, arm, population, chosen)
    given = given_to(model, population, chosen, treatment)
    from_courses = [one for one in reading.endpoints if one.reads == "course"]
    observed = tuple(dict.fromkeys((*required_observables(from_courses), *reading.shown)))
    days = required_times(reading.grid or reading.endpoints, infusions, study.horizon, start=-study.lead_in)
    places = display_times(days, infusions)
    courses = {name: np.full((len(chosen), len(places)), np.nan, dtype=np.float32) for name in reading.shown}

    def read(part: Trajectories) -> tuple[pd.DataFrame, pd.DataFrame, int]:
        # Called in the thread that simulated the chunk; chunks are disjoint, so they write side by side.
        for name, course in courses.items():
            course[part.patients] = part[name][:, places]
        mine = chosen[part.patients]
        read_now = chunk_of(part, population, mine, day_zero=study.lead_in, infusions=infusions)
        table = evaluate_endpoints(read_now, from_courses)
        table.insert(2, "structure", population.structure[mine].astype(object))
        failures = part.failures
        failures["patient"] = population.patients[chosen[failures["patient"].to_numpy(dtype=np.int64)]]
        failures["time"] -= study.lead_in
        if progress is not None:
            progress.advance(len(mine))
        return table, failures, int(part.steps.sum())

    parts = simulate_in_chunks(
        model,
        read,
        given.parameters,
        given.doses,
        times=days + study.lead_in,
        observe=observed,
        products=given.products,
        threads=threads,
        chunk=chunk,
    )
    endpoints = pd.concat([table for table, _, _ in parts], ignore_index=True)
    failures = pd.concat([failed for _, failed, _ in parts], ignore_index=True)
    made = read_product(population, reading.endpoints, chosen, treatment)
    endpoints = pd.concat([endpoints, made], axis=1)
    endpoints = endpoints[["patient", "draw", "structure", *(one.id for one in reading.endpoints)]]
    endpoints.insert(0, "arm", arm.name)
    failures.insert(0, "arm", arm.name)
    return ArmRun(endpoints, days[places], courses, failures, sum(steps for _, _, steps in parts))


def read_product(
    population: Population, endpoints: Sequence[Endpoint], rows: IntArray, treatment: Treatment
) -> pd.DataFrame:
    """Return the endpoints that are read in the product as it was made and given: one column each, no simulation."""
    chunk = Chunk(
        days=np.zeros(1),
        courses={},
        patients=population.patients[rows],
        draws=population.draw[rows],
        seed=population.seed,
        parameters={id: values[rows] for id, values in population.parameters.items()},
        supply=treatment.supply,
    )
    chosen = [one for one in endpoints if one.reads == "product"]
    return evaluate_endpoints(chunk, chosen).drop(columns=["patient", "draw"])
