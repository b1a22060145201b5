"""One arm: everybody of a population under its regimen, read chunk by chunk into endpoints and shown courses.

A chunk of courses is dropped as soon as it has been read: what stays of a patient is one row of endpoints, and the
courses that figures show, thinned and in single precision.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from silicart.endpoints.chart import Dose
from silicart.endpoints.chunk import Chunk
from silicart.endpoints.endpoint import Endpoint
from silicart.endpoints.evaluate import evaluate_endpoints
from silicart.endpoints.grid import required_observables, required_times
from silicart.population import Population
from silicart.product.catalogue import WITHOUT_CAR
from silicart.simulation import Journey, Model, Progress, Trajectories, simulate_by_visits, simulate_in_chunks
from silicart.study.bands import display_times
from silicart.study.charting import PatientChart, chart_table, medication_table, single_charts
from silicart.study.design import Arm, Study
from silicart.study.following import at_visits, followed
from silicart.study.observing import usual_observables
from silicart.study.people import rows_of
from silicart.study.treatment import Treatment, given_to, infusion_days, regimen_of, treat
from silicart.study.visiting import Visits, visits_of, with_courses

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]

TOLERANCE = 1e-5
"""Relative tolerance of a step in studies (decision 0020): no reading of a trial sees the difference to 1e-7."""
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class ArmRun:
    """What stays of an arm.

    endpoints : one row a patient: `arm`, `patient`, `draw`, `structure`, then one column an endpoint.
    days : (times,) of the shown courses, counted from the first infusion.
    courses : observable -> (patients, times) in single precision, NaN in a patient that could not be simulated.
    failures : `arm`, `patient`, `time`, `state`, `reason`.
    steps : attempted steps of the integrator, all patients together.
    charts, medication : of the patients whose charts are kept, see `study.charting`.
    visit_days, followed : (visits,), and quantity -> (patients, visits) as `study.following` reads them; empty where no
        charts are kept, and where no visits are held.
    """

    endpoints: pd.DataFrame
    days: FloatArray
    courses: Mapping[str, NDArray[np.float32]]
    failures: pd.DataFrame
    steps: int
    charts: pd.DataFrame
    medication: pd.DataFrame
    visit_days: FloatArray
    followed: Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True)
class Reading:
    """What is read from a run: the endpoints, and the observables whose courses are shown.

    `grid` are the endpoints that set the output days; without it those that are read. A repetition of a run must see
    the courses on the days of the run itself, or it would differ by interpolation. `charted` are the numbers of the
    patients whose charts are kept.
    """

    endpoints: Sequence[Endpoint]
    shown: Sequence[str] = ()
    grid: Sequence[Endpoint] = field(default=())
    charted: Collection[int] = ()


@dataclass(frozen=True)
class _Part:
    """What stays of a chunk."""

    table: pd.DataFrame
    failures: pd.DataFrame
    steps: int
    charts: list[PatientChart]


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
    """Simulate an arm for the patients in `rows` of the population (all that are in the arm when absent).

    Where visits are held, each chunk gets its chart before endpoints are read; where rules act on the model, patients
    are simulated from visit to visit.

    `treatment` is what these patients are given, where that is known already. Neither `threads` nor `chunk`, the number
    of patients in a piece of work, changes any number.
    """
    import pandas as pd

    chosen = rows_of(study, arm.name, population) if rows is None else np.asarray(rows, dtype=np.int64)
    infusions = infusion_days(study, arm)
    treatment = treatment or treat(study, arm, population, chosen)
    given = given_to(model, population, chosen, treatment)
    grid = reading.grid or reading.endpoints
    visits = visits_of(study, arm, grid)
    from_courses = [one for one in reading.endpoints if one.reads != "product"]
    seen = () if visits is None else visits.observed(model)
    wanted = dict.fromkeys((*required_observables(from_courses), *reading.shown, *seen))
    # Every set of observables is machine code of its own, seconds to make: all readings of a disease share one.
    observed = (
        *usual_observables(study.disease),
        *(name for name in wanted if name not in usual_observables(study.disease)),
    )
    days = output_days(grid, infusions, study, visits)
    places = display_times(days, infusions)
    courses = {name: np.full((len(chosen), len(places)), np.nan, dtype=np.float32) for name in reading.shown}
    visit_days = np.array([] if visits is None or not reading.charted else visits.days, dtype=np.float64)
    names = followed(study.disease) if len(visit_days) else ()
    seen_at_visits = {name: np.full((len(chosen), len(visit_days)), np.nan, dtype=np.float32) for name in names}

    def blank(patients: IntArray) -> Chunk:
        mine = chosen[patients]
        return Chunk(
            days=days,
            courses={},
            patients=population.patients[mine],
            draws=population.draw[mine],
            seed=population.seed,
            infusions=infusion_days(study, arm, of_cells=True),
            parameters={name: values[mine] for name, values in population.parameters.items()},
            blinded=arm.blinded,
            placebo=arm.placebo,
            without_CAR=all(study.products[name].kind in WITHOUT_CAR for name, _ in arm.given),
        )

    def read(part: Trajectories, chunk: Chunk) -> _Part:
        # Called in the thread that simulated the chunk; chunks are disjoint, so they write side by side.
        for name, course in courses.items():
            course[part.patients] = part[name][:, places]
        if seen_at_visits:
            for name, values in at_visits(chunk, study.disease).items():
                seen_at_visits[name][part.patients] = values
        mine = chosen[part.patients]
        table = evaluate_endpoints(chunk, from_courses)
        table.insert(2, "structure", population.structure[mine].astype(object))
        failures = part.failures
        failures["patient"] = population.patients[chosen[failures["patient"].to_numpy(dtype=np.int64)]]
        failures["time"] -= study.lead_in
        if progress is not None:
            progress.advance(len(mine))
        return _Part(table, failures, int(part.steps.sum()), single_charts(chunk, reading.charted, study.horizon))

    def look(part: Trajectories) -> _Part:
        chunk = with_courses(blank(part.patients), part)
        return read(part, chunk if visits is None else visits.walk(chunk))

    def travel(journey: Journey) -> _Part:
        assert visits is not None, "only arms with visits are simulated by stages"
        own = [replace(one, amount=one.amount[journey.patients]) for one in treatment.course]
        chunk = visits.travel(journey, blank(journey.patients), own, study.lead_in)
        part = journey.trajectories()
        return read(part, replace(chunk, good=np.asarray(part.status) == 0))

    if visits is None or not visits.by_stages:
        parts = simulate_in_chunks(
            model, look, given.parameters, given.doses, days + study.lead_in, observed, products=given.products,
            threads=threads, chunk=chunk, rtol=TOLERANCE,
        )  # fmt: skip
    else:
        parts = simulate_by_visits(
            model, travel, given.parameters, given.doses, days + study.lead_in, observed, products=given.products,
            threads=threads, chunk=chunk, rtol=TOLERANCE,
        )  # fmt: skip
    endpoints = pd.concat([part.table for part in parts], ignore_index=True)
    failures = pd.concat([part.failures for part in parts], ignore_index=True)
    made = read_product(population, reading.endpoints, chosen, treatment)
    endpoints = pd.concat([endpoints, made], axis=1)
    endpoints = endpoints[["patient", "draw", "structure", *(one.id for one in reading.endpoints)]]
    endpoints.insert(0, "arm", arm.name)
    failures.insert(0, "arm", arm.name)
    charts = [one for part in parts for one in part.charts]
    start = min((day for course in regimen_of(study, arm).courses for day in course.days), default=0.0)
    row_of = {int(number): row for row, number in enumerate(population.patients[chosen])}
    planned = [
        [Dose(one.product, one.amount[row : row + 1], start + one.day) for one in treatment.course]
        for row in (row_of[chart.patient] for chart in charts)
    ]
    return ArmRun(
        endpoints,
        days[places],
        courses,
        failures,
        sum(part.steps for part in parts),
        chart_table(arm.name, charts),
        medication_table(arm.name, charts, planned, treatment, study.horizon),
        visit_days,
        seen_at_visits,
    )


def output_days(
    grid: Sequence[Endpoint], infusions: Sequence[float], study: Study, visits: Visits | None
) -> FloatArray:
    """Return the days on which courses are written.

    Where patients are seen, the days of the visits are among them, and the courses are as fine as any endpoint needs:
    a chart must not hang on which endpoints are read beside it. Where a course may be given again, it is also daily to
    the end.
    """
    if visits is None:
        return required_times(grid, infusions, study.horizon, start=-study.lead_in)
    daily = np.arange(0.0, study.horizon) if visits.by_stages else ()
    return required_times(grid, infusions, study.horizon, start=-study.lead_in, exact=(*visits.days, *daily),
                          finest="infusion")  # fmt: skip


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
