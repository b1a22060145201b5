"""The medication record: what every patient was given, in the order of a chart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from silicart.product import Product
from silicart.therapy.background import BACKGROUND_DRUGS, background_settings
from silicart.therapy.regimen import PER_KG, Regimen, event_table

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("patient", "drug", "label", "kind", "start", "end", "amount", "unit")


def medication_record(
    regimen: Regimen, body_weight: ArrayLike, products: Mapping[str, Product], horizon: float
) -> pd.DataFrame:
    """Return one row a patient and dose, and one a background drug: `COLUMNS`.

    `start` and `end` are study days (day 0 is the first infusion), up to `horizon`; `amount` is what the patient
    received, in `unit`. Background drugs run from the start of the model to the horizon, in full dose (amount 1).

    Examples
    --------
    >>> from silicart.evidence import load_register
    >>> from silicart.product import build_product, load_products
    >>> from silicart.therapy import build_regimen
    >>> products = {"lv": build_product(load_products()["lentiviral_cd19"], load_register(), id="lv")}
    >>> record = medication_record(build_regimen("lv", 1e6, "cell_per_kg"), [70.0], products, horizon=730.0)
    >>> record[["drug", "start", "amount", "unit"]].values.tolist()
    [['lv', 0.0, 70000000.0, 'cell']]
    """
    import pandas as pd

    weight = np.atleast_1d(np.asarray(body_weight, dtype=np.float64))
    given = event_table(regimen, weight, products)
    courses = sorted(regimen.courses, key=lambda course: course.start)
    rows = []
    for place, course in enumerate(courses):
        amounts = given["AMT"].to_numpy()[place :: len(courses)]
        product = products[course.product]
        for day in (day for day in course.days if day <= horizon):
            end, unit = day + course.duration, course.unit.removesuffix(PER_KG)
            frame = pd.DataFrame({"patient": np.arange(len(weight)), "amount": amounts})
            rows.append(
                frame.assign(drug=product.id, label=product.label, kind=product.kind, start=day, end=end, unit=unit)
            )
    background_settings(regimen.background)
    for name in regimen.background:
        frame = pd.DataFrame({"patient": np.arange(len(weight)), "amount": np.ones(len(weight))})
        drug = BACKGROUND_DRUGS[name]
        rows.append(
            frame.assign(
                drug=drug.id, label=drug.label, kind="background", start=-regimen.lead_in, end=horizon,
                unit="dimensionless",
            )
        )  # fmt: skip
    if not rows:
        return pd.DataFrame({column: [] for column in COLUMNS})
    table = pd.concat(rows, ignore_index=True)[list(COLUMNS)]
    return table.sort_values(["patient", "start", "drug"], kind="stable", ignore_index=True)


CARE_UNITS: Mapping[str, str] = {"prednisone": "mg_per_day"}
"""Units of drugs that a clinic gives continuously; the others count as a share of the full dose."""


def care_entries(days: ArrayLike, care: Mapping[str, ArrayLike], horizon: float) -> list[dict[str, object]]:
    """Return what one patient took between visits, one row a stretch of equal dose: `COLUMNS` without `patient`.

    days : (visits,) study days. care : drug -> (visits,) what is taken from each visit on; a stretch ends where the
    dose changes, and at the horizon.

    Examples
    --------
    >>> rows = care_entries([-7, 28, 56], {"prednisone": [10.0, 10.0, 5.0], "help_block": [0.0, 0.0, 0.0]}, 84.0)
    >>> [(row["drug"], row["start"], row["end"], row["amount"], row["unit"]) for row in rows]
    [('prednisone', -7.0, 56.0, 10.0, 'mg_per_day'), ('prednisone', 56.0, 84.0, 5.0, 'mg_per_day')]
    """
    visits = np.asarray(days, dtype=np.float64)
    rows: list[dict[str, object]] = []
    for drug, taken in care.items():
        amounts = np.nan_to_num(np.asarray(taken, dtype=np.float64))
        starts = np.flatnonzero(np.diff(amounts, prepend=np.nan) != 0)
        ends = [*visits[starts[1:]].tolist(), float(horizon)]
        label = BACKGROUND_DRUGS[drug].label if drug in BACKGROUND_DRUGS else drug
        for place, end in zip(starts, ends, strict=True):
            if amounts[place] != 0.0:
                rows.append(
                    {
                        "drug": drug, "label": label, "kind": "background", "start": float(visits[place]), "end": end,
                        "amount": float(amounts[place]), "unit": CARE_UNITS.get(drug, "dimensionless"),
                    }
                )  # fmt: skip
    return rows
