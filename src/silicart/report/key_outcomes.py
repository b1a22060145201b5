"""Which outcomes the arms table shows, by what a reader looks for: the disease first, then side effects, then the rest.

A run shows those of its disease and of its endpoints, and says nothing of the others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class KeyOutcome:
    """One row of the arms table.

    endpoint : whose values are shown.
    label : in place of the endpoint's own; empty for that.
    at_least : where a grade is read, the one that counts: the row is then a share of patients.
    unless : an endpoint that says the same better; with it in the run this row is left out.
    part_of : what a share is a share of, where that is neither patients nor the baseline.
    """

    endpoint: str
    label: str = ""
    at_least: float | None = None
    unless: str | None = None
    part_of: str = ""


def _plain(*endpoints: str) -> tuple[KeyOutcome, ...]:
    return tuple(KeyOutcome(one) for one in endpoints)


GROUPS: Mapping[str, tuple[KeyOutcome, ...]] = {
    "Lupus": (
        *_plain("DORIS_1y", "DORIS_2y", "LLDAS_1y", "SRI4_1y", "SLEDAI_1y", "severe_flare_1y", "flare_rate_1y"),
        KeyOutcome("prednisone_free_1y", part_of="% of visits"),
        *_plain("prednisone_1y", "DORIS_off_drugs_1y", "SDI_per_year_2y", "death_2y"),
        KeyOutcome("activity_1y", unless="SLEDAI_1y"),
        KeyOutcome("activity_2y", unless="SLEDAI_1y"),
        KeyOutcome("remission_1y", unless="DORIS_1y"),
        KeyOutcome("remission_2y", unless="DORIS_2y"),
        KeyOutcome("relapse_2y", "relapse of the modelled activity by 2 years, of those who responded"),
        *_plain("Ab_dsDNA_6m", "seronegative_6m"),
    ),
    "Myeloma": _plain(
        "ORR_1y", "VGPR_or_better_1y", "CR_or_better_1y", "MRD_negative_1y", "PFS_6m", "PFS_1y", "PFS_2y", "OS_1y",
        "OS_2y", "M_protein_relative_6m", "sBCMA_relative_6m",
    ),
    "Myasthenia gravis": _plain(
        "MG_ADL_change_3m", "MG_ADL_change_1y", "MG_ADL_improved_2_3m", "MG_ADL_improved_2_1y",
        "MG_minimal_symptoms_1y", "QMG_change_3m", "QMG_change_1y", "MG_prednisone_1y", "anti_AChR_relative_3m",
        "anti_AChR_relative_1y",
    ),
    "Side effects": (
        KeyOutcome("crs_probability_1", "cytokine release syndrome, any grade"),
        KeyOutcome("crs_probability_2", "cytokine release syndrome, grade 2 or more"),
        KeyOutcome("crs_probability_3", "cytokine release syndrome, grade 3 or more"),
        KeyOutcome("ICANS_grade", "neurotoxicity (ICANS), any grade", at_least=1.0),
        KeyOutcome("ICANS_grade", "neurotoxicity (ICANS), grade 3 or more", at_least=3.0),
        KeyOutcome("tocilizumab_given"),
        KeyOutcome("infection_severe", "infection of grade 3 or more"),
        KeyOutcome("infection_death"),
        KeyOutcome("neutropenia_grade", "neutropenia of grade 3 or more", at_least=3.0),
        KeyOutcome("IgG_low", "IgG below 4 g/L at any time"),
        KeyOutcome("immunoglobulin_given"),
    ),
    "Cells and antibodies": _plain(
        "CAR_peak", "B_days_below_10", "plasma_long_nadir", "IgG_nadir",
    ),
    "Product": _plain(
        "viability_at_release", "CAR_positive_at_release", "CAR_at_release", "lots_per_course", "cost_of_goods",
    ),
}  # fmt: skip
"""Words of a group -> its rows, in the order of the table."""


_OF_DISEASE: Mapping[str, str] = {"Lupus": "sle", "Myeloma": "mm", "Myasthenia gravis": "mg"}
"""Group -> the disease that it belongs to; the others are read in all."""


def key_outcomes(present: Collection[str], disease: str) -> Iterator[tuple[str, KeyOutcome]]:
    """Yield group and outcome of those that a run in a disease computed.

    Examples
    --------
    >>> [(group, one.endpoint) for group, one in key_outcomes(["IgG_nadir", "DORIS_1y", "remission_1y"], "sle")]
    [('Lupus', 'DORIS_1y'), ('Cells and antibodies', 'IgG_nadir')]
    """
    for group, outcomes in GROUPS.items():
        if _OF_DISEASE.get(group, disease) != disease:
            continue
        for one in outcomes:
            if one.endpoint in present and (one.unless is None or one.unless not in present):
                yield group, one
