"""What trials report of antibodies and total IgG, as quantities of observation files."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from silicart.endpoints import crossings
from silicart.endpoints.antibodies import relative_on
from silicart.endpoints.cell_quantities import ALL, lowest_by, lowest_day, value_on
from silicart.endpoints.chunk import Chunk
from silicart.endpoints.quantity import Quantity

FloatArray = NDArray[np.float64]

IGG_RECOVERED = 0.95
"""Share of its start at which IgG counts as recovered."""


def relative(chunk: Chunk, day: float, antibody: str) -> FloatArray:
    """Return (patients,) an antibody on a day as a share of the patient's own before treatment."""
    return relative_on(chunk, antibody, day)


def changed(chunk: Chunk, day: float, antibody: str) -> FloatArray:
    """Return (patients,) the change of an antibody from before treatment to a day, as a share of the former."""
    return relative_on(chunk, antibody, day) - 1.0


def igg_recovery_day(chunk: Chunk, day: float) -> FloatArray:
    """Return (patients,) the day on which IgG last rises back to its start, within an assay's noise; NaN without."""
    days, values = chunk.window("IgG", 0.0, day)
    return crossings.last_return(days, values / chunk.baseline("IgG")[:, np.newaxis], IGG_RECOVERED)


def _pair(id: str, label: str, course: str) -> tuple[Quantity, ...]:
    return (
        Quantity(
            f"{id}_relative", f"{label}, share of start", "dimensionless", ALL, partial(relative, antibody=course),
            f"{label[:1].upper()}{label[1:]} on that day divided by the patient's own before treatment.", (course,),
        ),
        Quantity(
            f"{id}_change", f"change of {label}", "dimensionless", ALL, partial(changed, antibody=course),
            f"{label[:1].upper()}{label[1:]} on that day divided by the patient's own before treatment, minus 1.",
            (course,),
        ),
    )  # fmt: skip


def _lowest(id: str, label: str, unit: str, compute: Callable[[Chunk, float], FloatArray], words: str) -> Quantity:
    return Quantity(id, label, unit, ALL, compute, words, ("IgG",), "course", timed=False)


ANTIBODY_QUANTITIES: tuple[Quantity, ...] = (
    *_pair("anti_dsDNA", "anti-dsDNA", "Ab_dsDNA"),
    *_pair("anti_Ro", "anti-Ro", "Ab_Ro"),
    *_pair("vaccine_antibody", "antibody of a vaccination", "Ab_vaccine"),
    *_pair("IgG", "total IgG", "IgG"),
    Quantity("IgG", "total IgG", "g_per_L", ALL, partial(value_on, id="IgG"), "Total IgG on that day.", ("IgG",)),
    Quantity(
        "IgG_lowest_by", "lowest total IgG by then", "g_per_L", ALL, partial(lowest_by, id="IgG"),
        "The lowest total IgG from the first infusion to that day.", ("IgG",), "course",
    ),
    _lowest("IgG_lowest", "lowest total IgG", "g_per_L", partial(lowest_by, id="IgG"), "The lowest total IgG."),
    _lowest("IgG_lowest_day", "day of the lowest total IgG", "day", partial(lowest_day, id="IgG"),
            "The day of the lowest total IgG."),
    _lowest("IgG_recovery_day", "day on which total IgG has recovered", "day", igg_recovery_day,
            "The day on which total IgG last rises back to 0.95 of the patient's own before treatment; no value "
            "without a fall or a return."),
)  # fmt: skip
"""Antibodies and total IgG."""
