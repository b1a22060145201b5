"""What an arm gives to its patients: products made from their own values, doses by their weights, the drugs beside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from silicart.endpoints.chart import Dose
from silicart.population import Population
from silicart.product import Lot, Product, build_product, load_products
from silicart.simulation import Cohort, Model
from silicart.study.design import Arm, Study
from silicart.therapy import FLU_CY, Regimen, Supply, background_settings, build_regimen, event_table

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Treatment:
    """What an arm gives to some patients: the drugs beside it, the event table, and the products that it names.

    supply is None in an arm without a product, and in one with several.
    course : what the whole course gives, dose by dose; `day` counts from its first dose, lymphodepletion included.
    """

    background: Mapping[str, float]
    doses: pd.DataFrame | None
    products: Mapping[str, Product]
    supply: Supply | None
    course: tuple[Dose, ...] = ()


def treat(study: Study, arm: Arm, population: Population, rows: IntArray, lot: Lot | None = None) -> Treatment:
    """Return what an arm gives to patients of a population, by row, with products made from their own values.

    lot : the patients' lots, where they are known already; of an arm with one product.
    """
    values = {id: column[rows] for id, column in population.parameters.items()}
    regimen = regimen_of(study, arm)
    products = products_of(study, arm, values, lot)
    doses = event_table(regimen, values["body_weight"], products) if regimen.courses else None
    supply = None
    if arm.product is not None and arm.regimen is not None and doses is not None and not arm.also:
        product = products[arm.product]
        amount = doses.loc[doses["CMT"] == arm.product, "AMT"].to_numpy(dtype=np.float64)
        # An antibody is an arm's product too, and no lot.
        supply = None if product.lot is None else Supply(product.kind, product.lot, arm.regimen.number, amount)
    course = () if doses is None else _course(regimen, doses)
    if doses is not None and arm.also:
        products = pooled(products, course)
    return Treatment(background_settings(regimen.background), doses, products, supply, course)


def given_to(model: Model, population: Population, rows: IntArray, treatment: Treatment) -> Cohort:
    """Return patients of a population, by row, with the doses and products of a treatment."""
    return Cohort({**population.settings(model, rows), **treatment.background}, treatment.doses, treatment.products)


def regimen_of(study: Study, arm: Arm) -> Regimen:
    """Return what an arm gives, as courses on study days."""
    courses = [
        course
        for name, plan in arm.given
        for course in build_regimen(
            name,
            plan.dose,
            plan.unit,
            number=plan.number,
            interval=plan.interval,
            start=plan.start,
            lymphodepletion_days=plan.lymphodepletion_days,
            lymphodepletion_intensity=plan.lymphodepletion_intensity,
            lead_in=study.lead_in,
        ).courses
    ]
    return Regimen(tuple(courses), arm.background, study.lead_in)


def infusion_days(study: Study, arm: Arm, *, of_cells: bool = False) -> tuple[float, ...]:
    """Return the study days on which an arm gives any of its products, or, `of_cells`, any that brings a CAR."""
    regimen = regimen_of(study, arm)
    names = {name for name, _ in arm.given if study.products[name].target or not of_cells}
    return tuple(sorted({day for name in names for day in regimen.days(name)}))


def products_of(study: Study, arm: Arm, values: Mapping[str, FloatArray], lot: Lot | None = None) -> dict[str, Product]:
    """Return the dose targets of an arm by name, built from its patients' own values; `lot` as in `treat`."""
    catalogue = load_products()
    products = {}
    for name, regimen in arm.given:
        plan = study.products[name]
        spec = catalogue[plan.product]
        products[name] = build_product(spec, values, study.classes, id=name, process=plan.process, lot=lot)
        if regimen.lymphodepletion_days:
            products[FLU_CY] = build_product(catalogue[FLU_CY], values, study.classes)
    return products


def pooled(products: Mapping[str, Product], course: tuple[Dose, ...]) -> dict[str, Product]:
    """Return products that are given together, their targets shared by the dose that each brings (decision 0017).

    The cells of one kind are one pool in the model: each target is switched on in the share of cells that carry it.
    """
    cars = {name: product for name, product in products.items() if product.target}
    if not cars:
        return dict(products)
    amount = {name: sum(one.amount for one in course if one.product == name) for name in cars}
    every = sum(amount.values())
    switches = [id for id in next(iter(cars.values())).parameters if id.startswith("target_")]
    shares = {
        id: np.divide(
            sum(amount[name] * np.asarray(product.parameters[id]) for name, product in cars.items()), every,
            out=np.zeros(np.shape(every)), where=np.asarray(every) > 0,
        )
        for id in switches
    }  # fmt: skip
    if len({product.target for product in cars.values()}) == 1:
        return dict(products)
    return {
        name: replace(product, parameters={**product.parameters, **shares}) if name in cars else product
        for name, product in products.items()
    }


def _course(regimen: Regimen, doses: pd.DataFrame) -> tuple[Dose, ...]:
    """Return the doses of a regimen one by one; the event table holds one row a patient and course, in this order."""
    courses = sorted(regimen.courses, key=lambda course: course.start)
    first = min(day for course in courses for day in course.days)
    amounts = doses["AMT"].to_numpy(dtype=np.float64).reshape(-1, len(courses))
    found = [
        Dose(course.product, amounts[:, place], day - first)
        for place, course in enumerate(courses)
        for day in course.days
    ]
    return tuple(sorted(found, key=lambda one: one.day))
