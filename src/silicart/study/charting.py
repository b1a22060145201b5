"""Charts of single patients as tables: what was written down, and every drug that was taken."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from silicart.endpoints.chart import Dose
from silicart.endpoints.chunk import Chunk
from silicart.study.treatment import Treatment
from silicart.therapy.record import COLUMNS, care_entries

if TYPE_CHECKING:
    import pandas as pd

CHART_COLUMNS = ("arm", "patient", "day", "name", "value")
MEDICATION_COLUMNS = ("arm", *COLUMNS)


@dataclass(frozen=True)
class PatientChart:
    """The chart of one patient: `findings` is (day, name, value), `care` and `given` the rows of his medication."""

    patient: int
    findings: tuple[tuple[float, str, float], ...]
    care: tuple[dict[str, object], ...]
    given: tuple[Dose, ...]


def single_charts(chunk: Chunk, patients: Collection[int], horizon: float) -> list[PatientChart]:
    """Return the charts of some patients of a chunk; nobody's where no visits are held."""
    chart = chunk.chart
    if chart is None:
        return []
    found = []
    for row in np.flatnonzero(np.isin(chunk.patients, list(patients))):
        findings = [
            (float(day), name, float(values[row, place]))
            for name, values in chart.findings.items()
            for place, day in enumerate(chart.days)
            if not np.isnan(values[row, place])
        ]
        care = care_entries(chart.days, {name: values[row] for name, values in chart.care.items()}, horizon)
        given = [Dose(one.product, one.amount[row : row + 1], one.day) for one in chart.given if one.amount[row] > 0.0]
        found.append(PatientChart(int(chunk.patients[row]), tuple(findings), tuple(care), tuple(given)))
    return found


def chart_table(arm: str, charts: Sequence[PatientChart]) -> pd.DataFrame:
    """Return `CHART_COLUMNS`: one row a patient, visit and finding."""
    import pandas as pd

    rows = [(arm, one.patient, *row) for one in charts for row in one.findings]
    table = pd.DataFrame(rows, columns=list(CHART_COLUMNS))
    return table.astype({"arm": str, "patient": np.int64, "day": np.float64, "name": str, "value": np.float64})


def medication_table(
    arm: str, charts: Sequence[PatientChart], planned: Sequence[Sequence[Dose]], treatment: Treatment, horizon: float
) -> pd.DataFrame:
    """Return `MEDICATION_COLUMNS`: every dose, planned or decided, and every stretch of a drug, of single patients.

    planned : for each chart the doses that were planned for the patient, amounts of shape (1,).
    """
    rows: list[dict[str, object]] = []
    for one, doses in zip(charts, planned, strict=True):
        for dose in (*doses, *one.given):
            product = treatment.products.get(dose.product)
            if dose.day > horizon:
                continue
            rows.append(
                {
                    "arm": arm, "patient": one.patient, "drug": dose.product,
                    "label": dose.product if product is None else product.label,
                    "kind": "state" if product is None else product.kind, "start": dose.day, "end": dose.day,
                    "amount": float(dose.amount[0]), "unit": "dimensionless" if product is None else product.unit,
                }
            )  # fmt: skip
        rows += [{"arm": arm, "patient": one.patient, **row} for row in one.care]
    return _typed(rows)


def _typed(rows: list[dict[str, object]]) -> pd.DataFrame:
    import pandas as pd

    table = pd.DataFrame(rows, columns=list(MEDICATION_COLUMNS))
    text = dict.fromkeys(("arm", "drug", "label", "kind", "unit"), str)
    table = table.astype({"patient": np.int64, **dict.fromkeys(("start", "end", "amount"), np.float64), **text})
    return table.sort_values(["patient", "start", "drug"], kind="stable", ignore_index=True)


def no_medication() -> pd.DataFrame:
    """Return the medication of nobody."""
    return _typed([])
