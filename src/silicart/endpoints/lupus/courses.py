"""What is counted or averaged over visits up to a day: flares, prednisone, damage, organs, survival."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from silicart.endpoints.chunk import Chunk

FloatArray = NDArray[np.float64]

YEAR = 365.25
QUIET_YEAR, QUIET_SLEDAI = 364.0, 2.0
"""Days without a flare, and the highest clinical SLEDAI at their end, of a patient who counts as quiet."""

MILD, MODERATE, SEVERE = "mild_flare", "moderate_flare", "severe_flare"
BILAG_FLARES = (MODERATE, SEVERE)
"""Flares with a new A or two new B."""


def value(chunk: Chunk, day: float, name: str) -> FloatArray:
    """Return (patients,) a finding at the last visit by a day."""
    return chunk.charted().at(name, day)


def change(chunk: Chunk, day: float, name: str) -> FloatArray:
    """Return (patients,) a finding less that at entry."""
    chart = chunk.charted()
    return np.asarray(chart.at(name, day) - chart.entry(name))


def at_least(chunk: Chunk, day: float, name: str, limit: float) -> FloatArray:
    """Return (patients,) 1 where a finding reaches a limit, else 0."""
    return np.asarray(value(chunk, day, name) >= limit, dtype=np.float64)


def dose(chunk: Chunk, day: float, drug: str) -> FloatArray:
    """Return (patients,) what is taken of a drug on a day."""
    return chunk.charted().care_at(drug, day)


def dose_at_least(chunk: Chunk, day: float, drug: str, limit: float) -> FloatArray:
    """Return (patients,) 1 where a dose reaches a limit, else 0."""
    return np.asarray(dose(chunk, day, drug) >= limit, dtype=np.float64)


def events(chunk: Chunk, day: float, names: tuple[str, ...]) -> FloatArray:
    """Return (patients,) how many flares of some kinds were found after entry, up to a day."""
    chart = chunk.charted()
    until = chart.days <= day
    return np.asarray(sum(chart.finding(name)[:, until].sum(axis=1) for name in names), dtype=np.float64)


def any_event(chunk: Chunk, day: float, names: tuple[str, ...]) -> FloatArray:
    """Return (patients,) 1 with at least one such flare, else 0."""
    return np.asarray(events(chunk, day, names) > 0, dtype=np.float64)


def after_quiet_year(chunk: Chunk, day: float, names: tuple[str, ...]) -> FloatArray:
    """Return (patients,) 1 where flares of some kinds followed a quiet first year by a day, else 0.

    NaN for a patient who flared in that year, or ended it with a clinical SLEDAI above 2: a trial of withdrawal would
    not have enrolled him.
    """
    chart = chunk.charted()
    end = float(chart.days[0]) + QUIET_YEAR
    calm = (events(chunk, end, (MILD, MODERATE, SEVERE)) == 0) & (chart.at("clinical_SLEDAI", end) <= QUIET_SLEDAI)
    later = events(chunk, day, names) - events(chunk, end, names) > 0
    return np.where(calm, later.astype(np.float64), np.nan)


def rate(chunk: Chunk, day: float, names: tuple[str, ...]) -> FloatArray:
    """Return (patients,) flares a year from entry to a day; NaN on the day of entry."""
    years = (day - float(chunk.charted().days[0])) / YEAR
    return np.asarray(events(chunk, day, names) / years if years > 0 else np.full(chunk.size, np.nan))


def per_year(chunk: Chunk, day: float, name: str) -> FloatArray:
    """Return (patients,) the rise of a finding a year, from entry to a day; NaN on the day of entry."""
    years = (day - float(chunk.charted().days[0])) / YEAR
    return np.asarray(change(chunk, day, name) / years if years > 0 else np.full(chunk.size, np.nan))


def free_of(chunk: Chunk, day: float, drug: str) -> FloatArray:
    """Return (patients,) the share of visits after entry, up to a day, from which on nothing of a drug is taken."""
    chart = chunk.charted()
    after = (chart.days > chart.days[0]) & (chart.days <= day)
    if not after.any():
        return np.full(chunk.size, np.nan)
    return np.asarray((chart.care[drug][:, after] == 0.0).mean(axis=1))


def ever_below(chunk: Chunk, day: float, name: str, limit: float) -> FloatArray:
    """Return (patients,) 1 where a finding was below a limit at some visit by a day; NaN where it was so at entry."""
    chart = chunk.charted()
    until = chart.days <= day
    reached = (chart.finding(name)[:, until] < limit).any(axis=1).astype(np.float64)
    return np.where(chart.entry(name) < limit, np.nan, reached)


def quiet(chunk: Chunk, day: float, organ: str) -> FloatArray:
    """Return (patients,) 1 where an organ that was active at entry has no item, else 0; NaN where it was not active."""
    chart = chunk.charted()
    name = f"{organ}_activity"
    return np.where(chart.entry(name) > 0, (chart.at(name, day) == 0.0).astype(np.float64), np.nan)


def alive(chunk: Chunk, day: float) -> FloatArray:
    """Return (patients,) 1 for patients alive on a day, else 0."""
    return np.asarray(1.0 - value(chunk, day, "death"))
