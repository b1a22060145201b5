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
from silicart.product.values import Values, centres, taken
from silicart.report import product_gathering as gathering
from silicart.report.palette import delivery_style
from silicart.report.product_illustrations import (
    cost_illustrations,
    expression_illustration,
    killing_illustration,
    viability_illustration,
)

if TYPE_CHECKING:
    from silicart.evidence import Register
    from silicart.product.lot import Lot
    from silicart.report.illustrations import Illustration
    from silicart.study.design import Arm, ProductPlan, RegimenPlan

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
    arms : of the study; their regimens say what a course needs. Without one a course is all doses of one lot.

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
    regimens = {carrier: _regimen(process.product, products, arms) for carrier, process in chosen.items()}
    courses = [
        course_to_cost(process, lots[process.id], values, regimens[carrier])
        for carrier, process in chosen.items()
        if carrier in ("lnp", "lentivirus")
    ]
    if courses:
        yield from cost_illustrations(gathering.cost_of_courses(courses, register))


def binds_BCMA(process: Process) -> bool:
    """Say whether the product of a process kills the target cells of the assay."""
    return "BCMA" in load_products()[process.product].targets


def course_to_cost(process: Process, lot: Lot, values: Values, regimen: RegimenPlan | None = None) -> gathering.Course:
    """Return the course of a process, as its regimen asks for it or, without one, as its lot is filled."""
    formulation = process.step("formulation")
    infusions = int(formulation.number("doses")) if formulation is not None else 1
    lots: float = 1.0
    if regimen is not None and not lot.attributes:
        # In vivo a lot is the vials of one infusion.
        infusions, lots = regimen.number, float(regimen.number)
    elif regimen is not None:
        infusions = regimen.number
        cells = regimen.dose
        if regimen.unit == "cell_per_kg":
            cells *= float(taken(values, ("body_weight",))["body_weight"])
        lots = float(np.mean(course_of(lot, infusions=infusions, cells_per_infusion=cells).lots))
    words = f"{delivery_style(process.carrier).label}, {infusions} infusion{'s' if infusions != 1 else ''}"
    plan = CoursePlan(process.carrier, lot.resources, lots=lots, infusions=infusions)
    return gathering.Course(process, words, plan)


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


def _regimen(product: str, products: Mapping[str, ProductPlan], arms: Sequence[Arm]) -> RegimenPlan | None:
    names = {one.name for one in products.values() if one.product == product}
    return next((arm.regimen for arm in arms if arm.product in names), None)
