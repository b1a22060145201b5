"""What a run leaves: tables, bands, single patients' paths, the ledger, and all that is needed to repeat it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from silicart.claims.row import LedgerRow, Statement
from silicart.study.charting import chart_table, no_medication
from silicart.study.design import Study

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class StudyResult:
    """The result of one run of a study.

    study : with the number of patients and the seed that were run.
    endpoints : one row per (arm, patient): columns `arm`, `patient`, `draw`, `structure`, then one per endpoint.
    population : one row per patient: `patient`, `draw`, `structure`, then the patient's parameters by model id.
    typical : one row per parameter draw: `draw`, `structure`, then the uncertain typical values by register id.
    bands : `arm`, `time` (day, 0 = first infusion), `observable` (or a quantity that is followed at visits), `spread`,
        `structure`, `mean`, `q05`, `q25`, `q50`, `q75`, `q95`; `spread` is "patients" (all patients of all draws) or
        "uncertainty" (the mean patient over parameter draws, patient noise removed); `structure` is "all" or one rival
        structure.
    paths : a few single patients: `arm`, `patient`, `time`, then one column per shown observable.
    failures : one row per patient that could not be simulated: `arm`, `patient`, `time`, `state`, `reason`.
    charts : what was written down of these patients at visits: `arm`, `patient`, `day`, `name`, `value`; no row where
        no visits are held.
    medication : every drug that they were given: `arm`, `patient`, `drug`, `label`, `kind`, `start`, `end`, `amount`,
        `unit`; no row where no visits are held.
    rejections : candidates refused, by reason: `reason`, `kind`, `count`, `alone` (for no other reason).
    ledger, statements : the judged rows, and the statements that simulation does not decide.
    model_text, study_text : the composed Antimony and the study file that were run.
    overlay_text : the file of the user's own values that the run used, or None.
    manifest : versions, seeds, hashes, runtimes; the same that `manifest.json` holds.
    path : the folder it is stored in, or None.
    """

    study: Study
    endpoints: pd.DataFrame
    population: pd.DataFrame
    typical: pd.DataFrame
    bands: pd.DataFrame
    paths: pd.DataFrame
    failures: pd.DataFrame
    rejections: pd.DataFrame
    ledger: tuple[LedgerRow, ...]
    statements: tuple[Statement, ...]
    model_text: str
    study_text: str
    manifest: Mapping[str, Any] = field(default_factory=dict)
    path: Path | None = None
    overlay_text: str | None = None
    charts: pd.DataFrame = field(default_factory=lambda: chart_table("", ()))
    medication: pd.DataFrame = field(default_factory=no_medication)

    def arm(self, name: str) -> pd.DataFrame:
        """Return the endpoint rows of one arm."""
        return self.endpoints[self.endpoints["arm"] == name].reset_index(drop=True)
