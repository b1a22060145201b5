"""Product kinetics: how many CAR+ cells there are in blood, when, for how long, and how functional.

Counts are CAR+ cells of every kind, transient and integrating. They are what flow cytometry would count, never
copies by qPCR, whose assays differ several-fold between products.
"""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from silicart.endpoints import crossings
from silicart.endpoints.chunk import Chunk
from silicart.endpoints.endpoint import Endpoint

FloatArray = NDArray[np.float64]

DETECTABLE = 1.0
"""CAR+ cells per microlitre under which a flow cytometry of blood is called negative here."""

_CAR = "CAR_per_microlitre"
_FUNCTIONAL = "CAR_functional_per_microlitre"
_SHARE = "CAR_share_of_CD8"
_HOURS_6, _HOURS_54 = 0.25, 2.25


def peak(chunk: Chunk, observable: str = _CAR) -> FloatArray:
    """Return the highest value from the first infusion on."""
    return crossings.highest(*chunk.window(observable))[0]


def peak_day(chunk: Chunk) -> FloatArray:
    """Return the day of the highest count; NaN where there never is a CAR+ cell."""
    value, day = crossings.highest(*chunk.window(_CAR))
    return np.where(value > 0, day, np.nan)


def vanishing_day(chunk: Chunk) -> FloatArray:
    """Return the day on which CAR+ cells last fall below the detectable count.

    NaN where they never reach it, and where they are still above it at the end.
    """
    days, values = chunk.window(_CAR)
    return crossings.last_return(days, -values, -DETECTABLE)


def exposure(chunk: Chunk) -> FloatArray:
    """Return the area under the count from the first infusion to the end."""
    return crossings.area(*chunk.window(_CAR))


def functional_share_left(chunk: Chunk, after: float) -> FloatArray:
    """Return functional CAR+ cells some days after the last infusion, as a share of their highest count in the day
    that follows it; NaN where there is none.
    """
    if not chunk.infusions or chunk.infusions[-1] + after > chunk.end:
        return np.full(chunk.size, np.nan)
    last = chunk.infusions[-1]
    start = crossings.highest(*chunk.window(_FUNCTIONAL, last, last + 1.0))[0]
    left = chunk.at(_FUNCTIONAL, last + after)
    return np.where(start > 0, left / np.where(start > 0, start, 1.0), np.nan)


def share_of_cd8_on(chunk: Chunk, day: float) -> FloatArray:
    """Return CAR+ cells as a share of CD8 T cells in blood on a day."""
    return chunk.at(_SHARE, day)


PRODUCT_KINETICS: tuple[Endpoint, ...] = (
    Endpoint(
        "CAR_peak",
        "peak of CAR+ cells in blood",
        "product_kinetics",
        "cell_per_microlitre",
        (_CAR,),
        "The highest count of CAR+ cells in blood from the first infusion on.",
        peak,
        resolution="infusion",
    ),
    Endpoint(
        "CAR_peak_day",
        "day of the peak of CAR+ cells in blood",
        "product_kinetics",
        "day",
        (_CAR,),
        "The day of the highest count of CAR+ cells in blood; no value without CAR+ cells.",
        peak_day,
        resolution="infusion",
    ),
    Endpoint(
        "CAR_vanishing_day",
        "day on which CAR+ cells fall below 1 per microlitre",
        "product_kinetics",
        "day",
        (_CAR,),
        f"The day on which CAR+ cells in blood last fall below {DETECTABLE:g} per microlitre; no value where they "
        "never reach it, or are still above it at the end.",
        vanishing_day,
        resolution="infusion",
    ),
    Endpoint(
        "CAR_exposure",
        "exposure to CAR+ cells in blood",
        "product_kinetics",
        "day_cell_per_microlitre",
        (_CAR,),
        "The area under the count of CAR+ cells in blood from the first infusion to the end, straight where it rises "
        "and exponential where it falls.",
        exposure,
        resolution="infusion",
    ),
    Endpoint(
        "CAR_functional_14d",
        "functional CAR+ cells left 14 days after the last infusion",
        "product_kinetics",
        "dimensionless",
        (_FUNCTIONAL,),
        "Functional CAR+ cells in blood 14 days after the last infusion divided by their highest count in the day that "
        "follows it; no value without CAR+ cells there.",
        partial(functional_share_left, after=14.0),
        resolution="infusion",
    ),
    Endpoint(
        "CAR_molecules_peak",
        "highest mean CAR per cell in blood",
        "product_kinetics",
        "molecule_per_cell",
        ("CAR_molecules_per_cell",),
        "The highest mean number of CAR molecules per CAR+ cell in blood from the first infusion on.",
        partial(peak, observable="CAR_molecules_per_cell"),
        resolution="infusion",
    ),
    Endpoint(
        "CAR_share_of_CD8_peak",
        "highest CAR+ share of CD8 T cells in blood",
        "product_kinetics",
        "dimensionless",
        (_SHARE,),
        "The highest share of CAR+ cells among CD8 T cells in blood, infused cells counted with the host's.",
        partial(peak, observable=_SHARE),
        resolution="infusion",
    ),
    Endpoint(
        "CAR_share_of_CD8_6h",
        "CAR+ share of CD8 T cells in blood 6 hours after the first infusion",
        "product_kinetics",
        "dimensionless",
        (_SHARE,),
        "CAR+ cells as a share of CD8 T cells in blood 6 hours after the first infusion.",
        partial(share_of_cd8_on, day=_HOURS_6),
        (_HOURS_6,),
    ),
    Endpoint(
        "CAR_share_of_CD8_54h",
        "CAR+ share of CD8 T cells in blood 54 hours after the first infusion",
        "product_kinetics",
        "dimensionless",
        (_SHARE,),
        "CAR+ cells as a share of CD8 T cells in blood 54 hours after the first infusion.",
        partial(share_of_cd8_on, day=_HOURS_54),
        (_HOURS_54,),
    ),
)
