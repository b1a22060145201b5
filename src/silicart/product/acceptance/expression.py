"""Targets on the CAR that messenger RNA gives a cell: when it peaks, when it is gone, how many cells have it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np

from silicart.evidence import load_observations
from silicart.product.acceptance.target import FloatArray, Target
from silicart.product.delivery import express
from silicart.product.values import taken

_GROUP = "CAR from mRNA"
_TARGETED = "targeted LNP"
CARRIERS = {"electroporation": "electroporation", "lnp": "LNP"}
"""Carrier -> its name in words."""

_HOURS_PER_DAY = 24.0
# Fine enough that a peak is known to half an hour, and long enough that all CAR is gone.
_CLOCK = np.concatenate([np.arange(0.0, 48.0, 0.5), np.arange(48.0, 361.0, 3.0)])


def _course(values: Mapping[str, FloatArray], carrier: str) -> tuple[FloatArray, FloatArray]:
    """(..., times) mean CAR of a transfected cell, and the CAR+ share of all cells; reference dose, in culture."""
    dose = taken(values, (f"reference_dose_{carrier}",))[f"reference_dose_{carrier}"]
    course = express(values, carrier=carrier, dose=dose, culture_hours=_CLOCK[-1], hours=_CLOCK)
    return course.mean(), course.positive(taken(values, ("CAR_threshold",))["CAR_threshold"])


def _peak_day(values: Mapping[str, FloatArray], carrier: str) -> FloatArray:
    mean, _ = _course(values, carrier)
    return np.asarray(_CLOCK[np.argmax(mean, axis=-1)] / _HOURS_PER_DAY)


def _background_day(values: Mapping[str, FloatArray], carrier: str) -> FloatArray:
    """Day after which the CAR+ share stays at or below the background without mRNA."""
    _, positive = _course(values, carrier)
    above = positive > load_observations()["electroporation_background"].value
    last = np.where(above.any(axis=-1), above.shape[-1] - 1 - np.argmax(above[..., ::-1], axis=-1), -1)
    return np.asarray(_CLOCK[np.minimum(last + 1, len(_CLOCK) - 1)] / _HOURS_PER_DAY)


def _highest_share(values: Mapping[str, FloatArray], carrier: str) -> FloatArray:
    _, positive = _course(values, carrier)
    return np.asarray(positive.max(axis=-1))


def _by_carrier() -> tuple[Target, ...]:
    rows = []
    for carrier, name in CARRIERS.items():
        rows += [
            Target(
                "car_mrna_peak", _GROUP, f"day on which the mean CAR of transfected cells is highest, {name}",
                partial(_peak_day, carrier=carrier),
            ),
            Target(
                "mrna_bcma_expression_days", _GROUP,
                f"day from which no more cells are CAR+ than without mRNA (0.5 %), {name}",
                partial(_background_day, carrier=carrier),
            ),
            Target(
                "mrna_bcma_car_positive_max", _GROUP, f"highest CAR+ share of live cells, reference dose, {name}",
                partial(_highest_share, carrier=carrier),
            ),
        ]  # fmt: skip
    return tuple(sorted(rows, key=lambda row: [row.observation for row in rows].index(row.observation)))


EXPRESSION_TARGETS = (
    *_by_carrier(),
    Target(
        "cd5_lnp_car_positive", _TARGETED, "CAR+ share after CD5-targeted LNP, mouse T cells",
        reason="the register holds human cells; uptake through a receptor is modelled in vivo only (CD8), and nothing "
        "is fitted to mouse cells in a dish",
    ),
    Target(
        "untargeted_lnp_car_positive", _TARGETED, "CAR+ share after untargeted LNP, mouse T cells",
        reason="activated human cells with ApoE take up untargeted LNP; the mouse ceiling is not forced on them",
    ),
)  # fmt: skip
