"""The section of a study's report on its products: what a typical lot of each delivery is, and what a course costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from silicart.product.catalogue import load_products
from silicart.product.cost import CoursePlan
from silicart.product.making.course import course_of
from silicart.product.making.lots import make_lot
from silicart.product.making.process import Process, built_in_processes, load_process
from silicart.product.making.summary import PLANNED, WEIGHT
from silicart.product.values import Values, centres, taken
from silicart.report.palette import delivery_style
from silicart.report.product import gathering
from silicart.report.product.cost_illustrations import cost_illustrations
from silicart.report.product.illustrations import (
    expression_illustration,
    killing_illustration,
    viability_illustration,
)

if TYPE_CHECKING:
    from silicart.evidence import Register
    from silicart.product.lot import Lot
    from silicart.report.illustrations import Illustration
    from silicart.study.design import Arm, ProductPlan

CARRIERS = ("lnp", "electroporation", "lentivirus")
"""Deliveries that the figures compare, in the order of their panels."""


def product_section(
    register: Register, products: Mapping[str, ProductPlan], arms: Sequence[Arm] = ()
) -> tuple[Illustration, ...]:
    """Return the figures of a study's products, from typical lots of their built-in processes.

    Parameters
    ----------
    register : the values that the study used; the lots are made at their centres.
    products : of the study. Of several with one delivery the first that has a process and binds the antigen of the
        first product stands for all.
    arms : of the study; their regimens say what a course needs; without one it is the course that is planned.

    A study none of whose products has a process of its own gets no figures.

    Examples
    --------
    >>> from silicart.evidence import load_register
    >>> product_section(load_register(), {})
    ()
    """
    return tuple(_figures(register, products, arms))


def _figures(register: Register, products: Mapping[str, ProductPlan], arms: Sequence[Arm]) -> Iterator[Illustration]:
    chosen = _processes(products)
    if not chosen:
        return
    values = centres(register)
    lots = {process.id: make_lot(process, values) for process in chosen.values()}
    yield expression_illustration(gathering.expression_over_time(chosen.values(), lots, values))
    if "lnp" in chosen:
        dose = chosen["lnp"].delivery.number("dose_ug_per_million_cells")
        yield viability_illustration(gathering.viability(register, dose))
    killers = {one.id: one.carrier for one in chosen.values() if binds_BCMA(one)}
    if killers:
        yield killing_illustration(gathering.killing(lots, killers, values))
    courses = [
        course_to_cost(process, lots[process.id], *_given(process, products, arms, values))
        for carrier, process in chosen.items()
        if carrier in ("lnp", "lentivirus")
    ]
    # A lot without CAR+ cells never fills a course, which then has no cost.
    if courses and all(np.isfinite(course.plan.lots) for course in courses):
        yield from cost_illustrations(gathering.cost_of_courses(courses, register))


def binds_BCMA(process: Process) -> bool:
    """Say whether the product of a process kills the target cells of the assay."""
    return "BCMA" in load_products()[process.product].targets


def course_to_cost(process: Process, lot: Lot, infusions: int, cells_per_infusion: float | None) -> gathering.Course:
    """Return the course of a process, ready to be costed; without cells an infusion a lot, as in vivo."""
    lots = float(infusions)
    if cells_per_infusion is not None and lot.attributes:
        lots = float(np.mean(course_of(lot, infusions=infusions, cells_per_infusion=cells_per_infusion).lots))
    words = f"{delivery_style(process.carrier).label}, {infusions} infusion{'s' if infusions != 1 else ''}"
    return gathering.Course(process, words, CoursePlan(process.carrier, lot.resources, lots=lots, infusions=infusions))


def planned_course(process: Process, values: Values) -> tuple[int, float | None]:
    """Return the infusions, and the CAR+ cells of each, that a product is planned for."""
    dose, infusions = PLANNED.get(process.product, (None, None))
    known = taken(values, [id for id in (dose, infusions, WEIGHT) if id is not None])
    number = 1 if infusions is None else round(float(known[infusions]))
    return number, None if dose is None else float(known[dose] * known[WEIGHT])


def _processes(products: Mapping[str, ProductPlan]) -> dict[str, Process]:
    """Return one process a carrier, for the antigen of the first product where there is a choice."""
    made = {process.product: process for process in map(load_process, built_in_processes())}
    listed = [one for one in products.values() if one.product in made]
    if not listed:
        return {}
    first = next(iter(products.values())).target
    listed.sort(key=lambda one: one.target != first)
    found: dict[str, Process] = {}
    for one in listed:
        process = made[one.product]
        found.setdefault(process.carrier, process)
    return {carrier: found[carrier] for carrier in CARRIERS if carrier in found}


def _given(
    process: Process, products: Mapping[str, ProductPlan], arms: Sequence[Arm], values: Values
) -> tuple[int, float | None]:
    """Return the infusions, and the cells of each, of the first arm with the product; without one what is planned."""
    names = {one.name for one in products.values() if one.product == process.product}
    regimen = next((arm.regimen for arm in arms if arm.product in names and arm.regimen is not None), None)
    if regimen is None:
        return planned_course(process, values)
    weight = float(taken(values, (WEIGHT,))[WEIGHT]) if regimen.unit == "cell_per_kg" else 1.0
    return regimen.number, regimen.dose * weight
