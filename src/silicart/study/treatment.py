"""What an arm gives to its patients: products made from their own values, doses by their weights, the drugs beside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

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

    supply is None in an arm without a product.
    """

    background: Mapping[str, float]
    doses: pd.DataFrame | None
    products: Mapping[str, Product]
    supply: Supply | None


def treat(study: Study, arm: Arm, population: Population, rows: IntArray, lot: Lot | None = None) -> Treatment:
    """Return what an arm gives to patients of a population, by row, with products made from their own values.

    lot : the patients' lots, where they are known already.
    """
    values = {id: column[rows] for id, column in population.parameters.items()}
    regimen = regimen_of(study, arm)
    products = products_of(study, arm, values, lot)
    doses = event_table(regimen, values["body_weight"], products) if regimen.courses else None
    supply = None
    if arm.product is not None and arm.regimen is not None and doses is not None:
        product = products[arm.product]
        amount = doses.loc[doses["CMT"] == arm.product, "AMT"].to_numpy(dtype=np.float64)
        # An antibody is an arm's product too, and no lot.
        supply = None if product.lot is None else Supply(product.kind, product.lot, arm.regimen.number, amount)
    return Treatment(background_settings(regimen.background), doses, products, supply)


def given_to(model: Model, population: Population, rows: IntArray, treatment: Treatment) -> Cohort:
    """Return patients of a population, by row, with the doses and products of a treatment."""
    return Cohort({**population.settings(model, rows), **treatment.background}, treatment.doses, treatment.products)


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


def products_of(study: Study, arm: Arm, values: Mapping[str, FloatArray], lot: Lot | None = None) -> dict[str, Product]:
    """Return the dose targets of an arm by name, built from its patients' own values; `lot` as in `treat`."""
    if arm.product is None:
        return {}
    catalogue = load_products()
    plan = study.products[arm.product]
    spec = catalogue[plan.product]
    product = build_product(spec, values, study.classes, id=arm.product, process=plan.process, lot=lot)
    products = {arm.product: product}
    if arm.regimen is not None and arm.regimen.lymphodepletion_days:
        products[FLU_CY] = build_product(catalogue[FLU_CY], values, study.classes)
    return products
