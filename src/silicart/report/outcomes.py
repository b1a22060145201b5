"""Key outcomes of each arm: the estimate with its interval over draws, and beside it the spread of the patients.

The numbers come from the ledger's own estimator; nothing is estimated a second way here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from silicart.claims.interval import draw_effects
from silicart.endpoints.registry import ENDPOINTS
from silicart.errors import ClaimError
from silicart.report.figures.crs import CRSOfArm, GradeShare
from silicart.report.figures.durability import Outcome

if TYPE_CHECKING:
    import pandas as pd

DURABILITY: Mapping[str, str] = {
    "DORIS_1y": "In DORIS remission at 1 year",
    "DORIS_2y": "In DORIS remission at 2 years",
    "remission_1y": "In remission at 1 year",
    "remission_2y": "In remission at 2 years",
    "relapse_2y": "Relapse by 2 years, of those who responded",
}
_READ_BETTER: Mapping[str, str] = {"remission_1y": "DORIS_1y", "remission_2y": "DORIS_2y"}
"""A low activity of the model, and the remission that the clinic sees, which stands in its place where it was read."""

# A probability that every patient has is not a share of patients: both spreads exist for it, one is of no use.
_NO_PATIENT_SPREAD = frozenset({"crs_probability_1", "crs_probability_2", "crs_probability_3"})


@dataclass(frozen=True)
class Summary:
    """One endpoint in one arm.

    `estimate`, `low`, `high`: the mean patient (or share of patients) and its 90 % interval over draws. `p05`, `p50`,
    `p95`: percentiles of the patients, None for a share. `patients` have a value; `of` were simulated.
    """

    estimate: float
    low: float
    high: float
    p05: float | None
    p50: float | None
    p95: float | None
    patients: int
    of: int


def summary(
    endpoints: pd.DataFrame, arm: str, endpoint: str, structure: str | None = None, at_least: float | None = None
) -> Summary | None:
    """Return the summary of an endpoint in an arm, or None when fewer than two draws have a value.

    With `at_least` it is the share of patients in whom the endpoint reaches that value.
    """
    rows = endpoints[endpoints["arm"] == arm]
    if structure is not None:
        rows = rows[rows["structure"] == structure]
    values = rows[endpoint].to_numpy(dtype=np.float64)
    if at_least is not None:
        values = np.where(np.isnan(values), np.nan, (values >= at_least).astype(np.float64))
    kept = values[np.isfinite(values)]
    try:
        effects = draw_effects(values, rows["draw"].to_numpy(dtype=np.int64), "mean")
    except ClaimError:
        return None
    low, high = effects.interval
    if at_least is not None or is_share(endpoints, endpoint) or endpoint in _NO_PATIENT_SPREAD:
        p05, p50, p95 = None, None, None
    else:
        p05, p50, p95 = (float(number) for number in np.quantile(kept, [0.05, 0.5, 0.95]))
    return Summary(effects.estimate, low, high, p05, p50, p95, len(kept), len(values))


def is_share(endpoints: pd.DataFrame, endpoint: str) -> bool:
    """Say whether an endpoint is yes or no for a patient, so that its mean is a share of patients."""
    values = endpoints[endpoint].dropna().unique()
    return ENDPOINTS[endpoint].unit == "dimensionless" and bool(np.isin(values, (0.0, 1.0)).all())


def crs_of_arms(endpoints: pd.DataFrame, arms: Sequence[str]) -> list[CRSOfArm]:
    """Return CRS by grade of each arm, from the probabilities of at least grade 1, 2 and 3."""
    names = [f"crs_probability_{grade}" for grade in (1, 2, 3)]
    if not set(names) <= set(endpoints.columns):
        return []
    found = []
    for arm in arms:
        summaries = [summary(endpoints, arm, name) for name in names]
        at_least = tuple(GradeShare(one.estimate, one.low, one.high) for one in summaries if one is not None)
        if len(at_least) == len(names):
            steps = [1.0, *(one.estimate for one in at_least), 0.0]
            grades = tuple(higher - lower for higher, lower in pairwise(steps))
            found.append(CRSOfArm(arm, grades, at_least))
    return found


def durability(
    endpoints: pd.DataFrame, arms: Sequence[str], structures: Sequence[str]
) -> Mapping[str, Sequence[Outcome]]:
    """Return the durable outcomes of each arm under each rival structure alone, by the words of the outcome."""
    found: dict[str, list[Outcome]] = {}
    for endpoint, words in DURABILITY.items():
        if endpoint not in endpoints.columns or _READ_BETTER.get(endpoint) in endpoints.columns:
            continue
        for arm in arms:
            for structure in structures:
                one = summary(endpoints, arm, endpoint, structure)
                if one is not None:
                    found.setdefault(words, []).append(Outcome(arm, structure, one.estimate, one.low, one.high))
    return found
