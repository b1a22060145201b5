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

from silicart.endpoints.chunk import chunk_of
from silicart.endpoints.endpoint import Endpoint
from silicart.endpoints.evaluate import evaluate_endpoints
from silicart.endpoints.grid import required_observables, required_times
from silicart.population import Population
from silicart.product import Product, build_product, load_products
from silicart.simulation import Cohort, Model, Progress, Trajectories, simulate_in_chunks
from silicart.study.bands import display_times
from silicart.study.design import Arm, Study
from silicart.therapy import FLU_CY, Regimen, background_settings, build_regimen, event_table

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
) -> ArmRun:
    """Simulate an arm for the patients in `rows` of the population (all of them when absent).

    Neither `threads` nor `chunk`, the number of patients in a piece of work, changes any number.
    """
    import pandas as pd

    chosen = np.arange(len(population.patients)) if rows is None else np.asarray(rows, dtype=np.int64)
    infusions = () if arm.product is None else regimen_of(study, arm).days(arm.product)
    given = given_to(study, arm, model, population, chosen)
    observed = tuple(dict.fromkeys((*required_observables(reading.endpoints), *reading.shown)))
    days = required_times(reading.grid or reading.endpoints, infusions, study.horizon, start=-study.lead_in)
    places = display_times(days, infusions)
    courses = {name: np.full((len(chosen), len(places)), np.nan, dtype=np.float32) for name in reading.shown}

    def read(part: Trajectories) -> tuple[pd.DataFrame, pd.DataFrame, int]:
        # Called in the thread that simulated the chunk; chunks are disjoint, so they write side by side.
        for name, course in courses.items():
            course[part.patients] = part[name][:, places]
        mine = chosen[part.patients]
        read_now = chunk_of(part, population, mine, day_zero=study.lead_in, infusions=infusions)
        table = evaluate_endpoints(read_now, reading.endpoints)
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
    endpoints.insert(0, "arm", arm.name)
    failures.insert(0, "arm", arm.name)
    return ArmRun(endpoints, days[places], courses, failures, sum(steps for _, _, steps in parts))


def given_to(study: Study, arm: Arm, model: Model, population: Population, rows: IntArray) -> Cohort:
    """Return patients of a population, by row, with the doses and products that an arm gives them."""
    values = {id: column[rows] for id, column in population.parameters.items()}
    regimen = regimen_of(study, arm)
    products = products_of(study, arm, values)
    return Cohort(
        {**population.settings(model, rows), **background_settings(regimen.background)},
        event_table(regimen, values["body_weight"], products) if regimen.courses else None,
        products,
    )


def regimen_of(study: Study, arm: Arm) -> Regimen:
    """Return what an arm gives, as courses on study days."""
    plan = arm.regimen
    if arm.product is None or plan is None:
        return Regimen((), () if plan is None else plan.background, study.lead_in)
    return build_regimen(
        arm.product,
        plan.dose,
        plan.unit,
        number=plan.number,
        interval=plan.interval,
        start=plan.start,
        lymphodepletion_days=plan.lymphodepletion_days,
        lymphodepletion_intensity=plan.lymphodepletion_intensity,
        background=plan.background,
        lead_in=study.lead_in,
    )


def products_of(study: Study, arm: Arm, values: Mapping[str, FloatArray]) -> dict[str, Product]:
    """Return the dose targets of an arm by name, built from its patients' own values."""
    if arm.product is None:
        return {}
    catalogue = load_products()
    spec = catalogue[study.products[arm.product].product]
    products = {arm.product: build_product(spec, values, study.classes, id=arm.product)}
    if arm.regimen is not None and arm.regimen.lymphodepletion_days:
        products[FLU_CY] = build_product(catalogue[FLU_CY], values, study.classes)
    return products
