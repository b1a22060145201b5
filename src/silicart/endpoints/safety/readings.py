"""What is read of side effects up to a day: in the courses, and in the chart of visits."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from silicart.endpoints import crossings
from silicart.endpoints.chunk import Chunk
from silicart.endpoints.safety.assessor import DEPLETED, DRUG_SEEN, NEUTROPENIA

FloatArray = NDArray[np.float64]
YEAR = 365.25


def neutropenia_grade(chunk: Chunk, day: float | None = None) -> FloatArray:
    """Return (patients,) the worst CTCAE grade of neutropenia up to a day, lymphodepletion included."""
    lowest = chunk.window("neutrophils", float(chunk.days[0]), day)[1].min(axis=1)
    return np.asarray(np.sum([lowest < limit for limit in NEUTROPENIA], axis=0), dtype=np.float64)


def neutropenic_days(chunk: Chunk, day: float | None = None) -> FloatArray:
    """Return (patients,) the days below 0.5e9 neutrophils per litre up to a day, lymphodepletion included."""
    return crossings.time_below(*chunk.window("neutrophils", float(chunk.days[0]), day), NEUTROPENIA[3])


def aplasia_days(chunk: Chunk, day: float | None = None) -> FloatArray:
    """Return (patients,) the days with below 5 % of untreated B cells in blood, from the first infusion to a day."""
    return crossings.time_below(*chunk.window("B_blood_relative", 0.0, day), DEPLETED)


def IgG_below(chunk: Chunk, day: float | None = None) -> FloatArray:
    """Return (patients,) whether IgG is ever below its limit from the first infusion to a day."""
    lowest = chunk.window("IgG", 0.0, day)[1].min(axis=1)
    return np.asarray(lowest < chunk.parameter("IgG_infection_limit"), dtype=np.float64)


def drug_given(chunk: Chunk, level: str, day: float | None = None) -> FloatArray:
    """Return (patients,) whether a rescue drug reached a level at which it works, from the first infusion to a day."""
    return np.asarray(chunk.window(level, 0.0, day)[1].max(axis=1) > DRUG_SEEN[level], dtype=np.float64)


def charted_sum(chunk: Chunk, name: str, day: float | None = None) -> FloatArray:
    """Return (patients,) a finding summed over the visits after day 0, up to a day."""
    chart = chunk.charted()
    last = chunk.end if day is None else day
    wanted = (chart.days > 0) & (chart.days <= last + crossings.NEAR)
    # Not a matrix product: its bits would depend on how many patients there are.
    return np.asarray(np.ascontiguousarray(chart.finding(name)[:, wanted]).sum(axis=1), dtype=np.float64)


def charted_any(chunk: Chunk, name: str, day: float | None = None) -> FloatArray:
    """Return (patients,) whether a finding was ever above 0 at the visits after day 0, up to a day."""
    return (charted_sum(chunk, name, day) > 0).astype(np.float64)


def infection_rate(chunk: Chunk, day: float | None = None) -> FloatArray:
    """Return (patients,) infections per year from the first infusion to a day."""
    last = chunk.end if day is None else day
    return charted_sum(chunk, "infections", day) / (last / YEAR)


def immunoglobulin_given(chunk: Chunk, day: float | None = None) -> FloatArray:
    """Return (patients,) whether immunoglobulin was given up to a day; 0 where no rule gives any."""
    if "immunoglobulin_given" not in chunk.charted().findings:
        return np.zeros(chunk.size)
    return charted_any(chunk, "immunoglobulin_given", day)
