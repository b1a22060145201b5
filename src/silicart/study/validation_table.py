"""Which reading of the virtual cohort stands beside which published observation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Literal

from silicart.endpoints.endpoint import Endpoint
from silicart.endpoints.registry import find
from silicart.study import validation_readings as readings
from silicart.study.validation_readings import dated, reading

CohortStatistic = Literal["mean", "median", "fraction", "highest"]


@dataclass(frozen=True)
class Comparison:
    """One published observation and what is read from the cohort for it.

    `study` and `arm` say which virtual cohort; `size` is the number of patients when the observation gives none.
    """

    observation: str
    study: str
    arm: str
    endpoint: Endpoint
    statistic: CohortStatistic
    size: int = 0


_ACTIVITY, _ANTIBODY, _CRS = ("activity",), ("Ab_dsDNA",), ("fever", "pressure_fall")
_SLEDAI = "SLEDAI on a day: rounded activity less an offset, with noise, and a slow organ item."
_DORIS = "DORIS on a day: activity with noise below 3 points and no slow organ item."
_IMPROVED = "MG-ADL improved by 2 points or more on a day."
_SHARE = ("CAR_share_of_CD8",)


def _crs(lowest: int, highest: int = 3) -> Endpoint:
    return reading(
        f"crs_grade_{lowest}_to_{highest}",
        "dimensionless",
        _CRS,
        partial(readings.at_least_grade, lowest=lowest, highest=highest),
        f"Worst grade of CRS from {lowest} to {highest}.",
        resolution="infusion",
    )


def _antibody(name: str, day: float, before: float, share: float) -> Endpoint:
    return reading(
        name,
        "dimensionless",
        _ANTIBODY,
        partial(readings.antibody_below, day=day, before=before, share=share),
        f"Antibody on day {day:g} at most {share:g} of that on day {before:g}.",
        tuple(sorted({before, day})),
    )


def _change(id: str) -> Endpoint:
    source = find(id)
    compute = partial(readings.change, id=id)
    return reading(f"{id}_as_change", "dimensionless", source.needs, compute, source.definition, source.days)


def _mg(observation: str, endpoint: Endpoint) -> Comparison:
    return Comparison(observation, "validation-mg", "mrna-bcma", endpoint, "fraction")


def _sle(
    observation: str, arm: str, endpoint: Endpoint, statistic: CohortStatistic = "fraction", size: int = 0
) -> Comparison:
    return Comparison(observation, "validation-sle", arm, endpoint, statistic, size)


def _mm(observation: str, endpoint: Endpoint, statistic: CohortStatistic = "median", size: int = 0) -> Comparison:
    return Comparison(observation, "validation-mm", "lentiviral-bcma", endpoint, statistic, size)


def _sbcma(day: float) -> Endpoint:
    compute = partial(readings.level_on, id="sBCMA", day=day)
    return reading(f"sBCMA_{day:g}", "ng_per_mL", ("sBCMA",), compute, "Soluble BCMA on a day.", (day,))


def _sledai(day: float) -> Endpoint:
    return dated("SLEDAI", day, "point", _ACTIVITY, readings.sledai_on, _SLEDAI)


def _doris(day: float) -> Endpoint:
    return dated("DORIS", day, "dimensionless", _ACTIVITY, readings.doris_on, _DORIS)


def _improved(day: float) -> Endpoint:
    return dated("MG_improved", day, "dimensionless", ("MG_effect",), readings.improved_on, _IMPROVED)


_RETURNED = dated(
    "B_returned", 92.0, "dimensionless", ("B_blood_relative",), readings.returned_by, "B cells back above 5 % by a day."
)
_FIRST_PEAK = reading(
    "first_peak_day", "day", _SHARE, readings.first_peak_day, "Day of the first peak.", resolution="infusion"
)
_BACKGROUND = reading(
    "first_background_day", "day", _SHARE, readings.first_background_day, "First day under 2 % of CD8.",
    resolution="infusion",
)  # fmt: skip

# From the end of contraction to the day on which half of the patients were below quantification.
_HALF_LIFE = reading(
    "CAR_half_life", "day", ("CAR_per_microlitre",),
    partial(readings.half_life, id="CAR_per_microlitre", early=28.0, late=100.0), "Half-life of CAR-T in blood.",
    (28.0, 100.0),
)  # fmt: skip

_PLASMA_CELLS = reading(
    "plasma_cells_seen_again", "day", ("plasma_long_normal_relative",), readings.plasma_cells_seen_again,
    "Day on which normal plasma cells rise back above 2 %.", resolution="course",
)  # fmt: skip
_RESPONDED = reading(
    "responded", "dimensionless", ("M_protein",), readings.responded, "M-protein at half of its start or less.",
    resolution="course",
)  # fmt: skip
_IGG_RECOVERED = reading(
    "IgG_recovered_365", "dimensionless", ("IgG",),
    partial(readings.recovered_by, id="IgG", day=365.0, share=readings.RECOVERED), "IgG back at 0.95 of its start.",
    (365.0,),
)  # fmt: skip

COMPARISONS: tuple[Comparison, ...] = (
    _mg("mrna_bcma_mg_improved_m3", _improved(90.0)),
    _mg("mrna_bcma_mg_improved_m9", _improved(270.0)),
    _mg("mrna_bcma_mg_improved_m12", _improved(365.0)),
    _mg("mrna_bcma_mg_crs", _crs(1)),
    _mg("mrna_bcma_mg_crs_grade3", _crs(3)),
    _mg("mrna_bcma_mg_antibody_falls_m6", _antibody("antibody_fallen_m6", 183.0, 0.0, readings.FALLEN)),
    _mg("mrna_bcma_mg_antibody_deeper_m9", _antibody("antibody_deeper_m9", 270.0, 183.0, 1.0)),
    _mg("mrna_bcma_mg_antibody_held_m12", _antibody("antibody_held_m12", 365.0, 270.0, readings.HELD)),
    _sle("lv_cd19_sledai_d90", "lentiviral-cd19", _sledai(90.0), "median"),
    _sle("lv_cd19_sledai_m24", "lentiviral-cd19", _sledai(730.0), "median"),
    _sle("lv_cd19_doris_m3", "lentiviral-cd19", _doris(90.0)),
    _sle("lv_cd19_doris_m6", "lentiviral-cd19", _doris(183.0)),
    _sle("lv_cd19_b_cell_return", "lentiviral-cd19", find("B_return_day_5"), "mean"),
    _sle("lv_cd19_car_t_tmax", "lentiviral-cd19", find("CAR_peak_day"), "median"),
    _sle("tisa_peak_day", "lentiviral-cd19", find("CAR_peak_day"), "median"),
    _sle("lv_cd19_crs", "lentiviral-cd19", _crs(1)),
    _sle("car_t_sle_crs_pooled", "lentiviral-cd19", _crs(1)),
    _sle("lv_cd19_crs_grade2", "lentiviral-cd19", _crs(2, 2)),
    _sle("lv_cd19_crs_grade3", "lentiviral-cd19", _crs(3)),
    _sle("cd19_total_igg", "lentiviral-cd19", find("IgG_change_6m"), "mean"),
    _sle("cd19_vaccine_igg", "lentiviral-cd19", _change("Ab_vaccine_6m"), "mean"),
    _sle("lv_bcma_sledai_last", "lentiviral-bcma", _sledai(274.0), "median"),
    _sle("lv_bcma_doris", "lentiviral-bcma", _doris(274.0)),
    _sle("lv_bcma_b_cells_gone_m1", "lentiviral-bcma", find("B_deeply_depleted_1m")),
    _sle("lv_bcma_b_cells_back_m3", "lentiviral-bcma", _RETURNED),
    _sle("lv_bcma_b_cell_return", "lentiviral-bcma", find("B_return_day_5"), "mean"),
    _sle("lv_bcma_crs", "lentiviral-bcma", _crs(1)),
    _sle("lv_dual_aplasia", "lentiviral-cd19-bcma", find("B_return_day_5"), "mean"),
    _sle("lv_dual_doris_w24", "lentiviral-cd19-bcma", _doris(168.0)),
    _sle("lv_dual_doris_w36", "lentiviral-cd19-bcma", _doris(252.0)),
    _sle("lv_dual_doris_w48", "lentiviral-cd19-bcma", _doris(336.0)),
    _sle("in_vivo_cd19_peak_time", "in-vivo-cd19", _FIRST_PEAK, "median"),
    _sle("in_vivo_cd19_peak_share", "in-vivo-cd19", find("CAR_share_of_CD8_6h"), "highest"),
    _sle("in_vivo_cd19_baseline_time", "in-vivo-cd19", _BACKGROUND, "median"),
    _sle("in_vivo_cd19_b_cell_loss", "in-vivo-cd19", find("B_days_below_10"), "mean"),
    _sle("in_vivo_cd19_crs_severe", "in-vivo-cd19", _crs(3)),
    _sle("in_vivo_cd19_autoantibody", "in-vivo-cd19", _antibody("antibody_halved_m3", 90.0, 0.0, 0.5)),
    _mm("mm_cilta_tmax", find("CAR_peak_day")),
    _mm("mm_cilta_half_life", _HALF_LIFE, "mean"),
    _mm("mm_cilta_crs", _crs(1), "fraction"),
    _mm("mm_ide_crs", _crs(1), "fraction"),
    _mm("mm_cilta_crs_grade3", _crs(3), "fraction"),
    _mm("mm_cilta_crs_onset", find("crs_onset_day")),
    _mm("mm_cilta_response", _RESPONDED, "fraction"),
    _mm("mm_sbcma_baseline", _sbcma(0.0)),
    _mm("mm_sbcma_d30", _sbcma(30.0)),
    _mm("mm_sbcma_d61", _sbcma(61.0)),
    _mm("mm_sbcma_d91", _sbcma(91.0)),
    _mm("mm_b_cell_aplasia", find("B_return_day_5")),
    _mm("mm_plasma_cell_return", _PLASMA_CELLS),
    _mm("mm_igg_nadir", find("IgG_nadir")),
    _mm("mm_igg_nadir_day", find("IgG_nadir_day")),
    _mm("mm_igg_recovered_year1", _IGG_RECOVERED, "fraction"),
)
"""Every published figure on mRNA, lentiviral and in-vivo CAR-T in lupus, myasthenia and myeloma that the model has a
quantity for."""
