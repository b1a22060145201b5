"""Antibodies: anti-dsDNA, an antibody of long-lived plasma cells, vaccine antibody and total IgG.

The model carries each antibody relative to the patient's own level before treatment, not in assay units. A patient
counts as seronegative for anti-dsDNA below a quarter of the own start: the trials of belimumab call 30 IU/mL
positive, so a quarter is negative for everyone who starts at up to 120 IU/mL. Where patients start is not in the
model; the quarter is an assumption and a patient who starts higher needs a deeper fall.
"""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from silicart.endpoints import crossings
from silicart.endpoints.chunk import Chunk
from silicart.endpoints.endpoint import MONTHS_AND_YEARS, Endpoint

FloatArray = NDArray[np.float64]

SERONEGATIVE_SHARE = 0.25
IGG_LIMIT = "IgG_infection_limit"
"""The value of the register, in g/L, under which replacement with immunoglobulin is customary."""

_ANTIBODIES = (
    ("Ab_dsDNA", "anti-dsDNA", "Antibody to double-stranded DNA"),
    ("Ab_Ro", "anti-Ro", "Antibody to Ro (made mostly by long-lived plasma cells)"),
    ("Ab_vaccine", "vaccine antibody", "Antibody left by a vaccination (made by normal long-lived plasma cells)"),
)


def relative_on(chunk: Chunk, antibody: str, day: float) -> FloatArray:
    """Return an antibody on a day as a share of the patient's own before treatment."""
    return chunk.at(antibody, day) / chunk.baseline(antibody)


def seronegative_on(chunk: Chunk, day: float) -> FloatArray:
    """Return 1 where anti-dsDNA on a day is below the assumed limit of seropositivity, else 0."""
    return (relative_on(chunk, "Ab_dsDNA", day) < SERONEGATIVE_SHARE).astype(np.float64)


def igg_nadir(chunk: Chunk) -> FloatArray:
    """Return the lowest total IgG from the first infusion on, in g/L."""
    return crossings.lowest(*chunk.window("IgG"))[0]


def igg_nadir_relative(chunk: Chunk) -> FloatArray:
    """Return the lowest total IgG as a share of the patient's own before treatment."""
    return igg_nadir(chunk) / chunk.baseline("IgG")


def igg_nadir_day(chunk: Chunk) -> FloatArray:
    """Return the day of the lowest total IgG."""
    return crossings.lowest(*chunk.window("IgG"))[1]


def igg_days_low(chunk: Chunk) -> FloatArray:
    """Return the days with total IgG below the level of replacement."""
    return crossings.time_below(*chunk.window("IgG"), chunk.parameter(IGG_LIMIT))


def igg_ever_low(chunk: Chunk) -> FloatArray:
    """Return 1 where total IgG is ever below the level of replacement, else 0."""
    return (igg_nadir(chunk) < chunk.parameter(IGG_LIMIT)).astype(np.float64)


def igg_change(chunk: Chunk, day: float) -> FloatArray:
    """Return the change of total IgG from before treatment to a day, as a share of the former."""
    return relative_on(chunk, "IgG", day) - 1.0


ANTIBODIES: tuple[Endpoint, ...] = (
    *(
        Endpoint(
            f"{id}_{ending}",
            f"{label} at {words}, share of baseline",
            "antibodies",
            "dimensionless",
            (id,),
            f"{meaning} on day {day:g} divided by the patient's own before treatment.",
            partial(relative_on, antibody=id, day=day),
            (day,),
        )
        for id, label, meaning in _ANTIBODIES
        for ending, words, day in MONTHS_AND_YEARS
    ),
    *(
        Endpoint(
            f"seronegative_{ending}",
            f"anti-dsDNA seronegative at {words}",
            "antibodies",
            "dimensionless",
            ("Ab_dsDNA",),
            f"Anti-dsDNA on day {day:g} below {SERONEGATIVE_SHARE:g} of the patient's own before treatment: negative "
            "at a limit of 30 IU/mL for everyone who starts at up to 120 IU/mL, which is an assumption.",
            partial(seronegative_on, day=day),
            (day,),
            citations=("BlissBaseline",),
        )
        for ending, words, day in MONTHS_AND_YEARS
    ),
    Endpoint(
        "IgG_nadir",
        "lowest total IgG",
        "antibodies",
        "g_per_L",
        ("IgG",),
        "The lowest total IgG from the first infusion on.",
        igg_nadir,
        resolution="course",
    ),
    Endpoint(
        "IgG_nadir_relative",
        "lowest total IgG, share of baseline",
        "antibodies",
        "dimensionless",
        ("IgG",),
        "The lowest total IgG from the first infusion on divided by the patient's own before treatment.",
        igg_nadir_relative,
        resolution="course",
    ),
    Endpoint(
        "IgG_nadir_day",
        "day of the lowest total IgG",
        "antibodies",
        "day",
        ("IgG",),
        "The day of the lowest total IgG from the first infusion on.",
        igg_nadir_day,
        resolution="course",
    ),
    Endpoint(
        "IgG_days_low",
        "days with low total IgG (below 4 g/L)",
        "antibodies",
        "day",
        ("IgG",),
        "The number of days from the first infusion on with total IgG below the register's limit (4 g/L).",
        igg_days_low,
        resolution="course",
        parameters=(IGG_LIMIT,),
    ),
    Endpoint(
        "IgG_low",
        "total IgG ever low (below 4 g/L)",
        "antibodies",
        "dimensionless",
        ("IgG",),
        "Total IgG below the register's limit (4 g/L) at some time from the first infusion on.",
        igg_ever_low,
        resolution="course",
        parameters=(IGG_LIMIT,),
    ),
    *(
        Endpoint(
            f"IgG_change_{ending}",
            f"change of total IgG at {words}",
            "antibodies",
            "dimensionless",
            ("IgG",),
            f"Total IgG on day {day:g} minus that before treatment, divided by the latter.",
            partial(igg_change, day=day),
            (day,),
        )
        for ending, words, day in MONTHS_AND_YEARS
    ),
)
