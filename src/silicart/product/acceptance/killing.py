"""Targets on killing in a dish: by effector number, by antigen, and by the age of cells with messenger RNA."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np

from silicart.evidence import load_observations
from silicart.product.acceptance.expression import CARRIERS
from silicart.product.acceptance.target import FloatArray, Target
from silicart.product.delivery import express
from silicart.product.potency import kill_in_dish, on_scale
from silicart.product.potency.published import ASSAYS, Assay, killing_as_read
from silicart.product.values import taken

_GROUP = "killing in a dish"
_HOURS_PER_DAY = 24.0
_EARLY_DAY, _LATE_DAY = 4.0, 6.0
_LOW_DENSITY, _HIGH_DENSITY, _CD20_RATIO = 240.0, 5172.0, 10.0
_CLEARLY_LOWER = (0.0, 0.8)
"""What counts as clearly lower killing; our own tolerance, as the publication gives a direction."""

_LOWER = (0.0, 0.999)


def _as_read(values: Mapping[str, FloatArray], assay: Assay) -> FloatArray:
    usual = float(np.mean(taken(values, ("assay_time",))["assay_time"])) * _HOURS_PER_DAY
    return killing_as_read(assay, values, assay.hours if assay.hours is not None else usual)


def _killing_by_age(values: Mapping[str, FloatArray], carrier: str) -> FloatArray:
    """Specific lysis at one cell a target on day 6 after delivery, relative to day 4."""
    names = (f"reference_dose_{carrier}", "CAR_threshold", "c_0")
    dose, threshold, top = (taken(values, names)[name] for name in names)
    lysis = []
    for day in (_EARLY_DAY, _LATE_DAY):
        cells = express(values, carrier=carrier, dose=dose, culture_hours=day * _HOURS_PER_DAY)
        # Shares are of all cells: those that have lost their CAR are seeded too.
        fractions = cells.class_fractions(top, 6, threshold) * np.asarray(cells.positive(threshold))[..., None]
        lysis.append(kill_in_dish(values, effector_to_target=1.0, class_fractions=fractions).specific_lysis)
    return np.asarray(lysis[1] / lysis[0])


def _killing_at_relapse(values: Mapping[str, FloatArray], scale: str) -> FloatArray:
    """Specific lysis at one effector a target of cells with the BCMA of relapse, relative to that before treatment."""
    observations = load_observations()
    fall = observations["BCMA_at_relapse"].value / observations["BCMA_before_CAR_T"].value
    moved = on_scale(values, scale)
    before, after = (
        kill_in_dish(moved, effector_to_target=1.0, antigen_density=moved["BCMA_tumour"] * share).specific_lysis
        for share in (1.0, fall)
    )
    return np.asarray(after / before)


def _lysis_at_low_density(values: Mapping[str, FloatArray], scale: str) -> FloatArray:
    moved = on_scale(values, scale)
    low, high = (
        kill_in_dish(moved, effector_to_target=_CD20_RATIO, antigen_density=density).specific_lysis
        for density in (_LOW_DENSITY, _HIGH_DENSITY)
    )
    return np.asarray(low / high)


def _assay_target(assay: Assay) -> Target:
    ratio = f"1:{1 / assay.ratio:g}" if assay.ratio < 1 else f"{assay.ratio:g}:1"
    time = "assay_time of the register (13 h)" if assay.hours is None else f"{assay.hours:g} h"
    what = "survivors" if assay.survivors else "specific lysis"
    return Target(assay.observation, _GROUP, f"{what} at {ratio}, {time}", partial(_as_read, assay=assay))


KILLING_TARGETS = (
    *(_assay_target(assay) for assay in ASSAYS),
    *(
        Target(
            "BCMA_at_relapse", _GROUP, f"killing at 390 relative to 670 BCMA a cell, 1:1; scale: {scale}",
            partial(_killing_at_relapse, scale=scale), band=_LOWER, published="lower",
        )
        for scale in ("antibody binding", "model input")
    ),
    *(
        Target(
            "cd20_lysis_low_density", _GROUP, f"lysis at 240 relative to 5172 antigens a cell, 10:1; scale: {scale}",
            partial(_lysis_at_low_density, scale=scale),
        )
        for scale in ("antibody binding", "model input")
    ),
    *(
        Target(
            "mrna_bcma_function_days", _GROUP, f"killing on day 6 relative to day 4 after delivery, 1:1, {name}",
            partial(_killing_by_age, carrier=carrier), band=_CLEARLY_LOWER, published="lower after day 4",
        )
        for carrier, name in CARRIERS.items()
    ),
)  # fmt: skip
