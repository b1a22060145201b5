"""Targets on cancers after CAR-T, with their follow-up."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from silicart.evidence import load_observations
from silicart.product.acceptance.target import FloatArray, Target
from silicart.product.genome_safety import excess_T_cell_malignancy
from silicart.product.values import taken

_GROUP = "genome safety"
_MONTHS = 12.0


def _pooled_share(values: Mapping[str, FloatArray]) -> FloatArray:
    """T-cell malignancies per treated patient over the follow-up of the pooled trials."""
    months = load_observations()["t_cell_malignancy_pooled"].follow_up
    assert months is not None
    rate = taken(values, ("T_cell_malignancy_after_CAR_T",))["T_cell_malignancy_after_CAR_T"]
    return np.asarray(-np.expm1(-rate * months / _MONTHS))


def _excess(values: Mapping[str, FloatArray]) -> FloatArray:
    return excess_T_cell_malignancy(1.0, values)


SAFETY_TARGETS = (
    Target(
        "t_cell_malignancy_pooled",
        _GROUP,
        "patients with a T-cell malignancy within 21.7 months of an integrating product",
        _pooled_share,
    ),
    Target(
        "t_cell_malignancy_background",
        _GROUP,
        "T-cell malignancies per patient and year that integration could account for; zero must stay possible",
        _excess,
        figure=0.0,
        published="as many without CAR-T",
    ),
    Target(
        "second_cancers_pooled",
        _GROUP,
        "second cancers within 21.7 months",
        reason="the model has no hazard of second cancers; no excess over standard care was seen in four trials",
    ),
)
