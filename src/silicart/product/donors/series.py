"""The training series: percent of positive cells of two donors by dose and day, and their background without mRNA."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import ArrayLike, NDArray

from silicart.evidence import Source, load_sources
from silicart.evidence.document import Document, Section, read_document
from silicart.evidence.entry import read_sources_of
from silicart.evidence.sources import READINGS

FloatArray = NDArray[np.float64]

_FILE = "electroporation.yaml"
_KEYS = ("label", "donor", "dose_ng", "percent", "source", "seen", "records")


@dataclass(frozen=True, eq=False)
class Measured:
    """Percent of positive cells of one donor, (points,) each, at doses above 0; `background` is that without mRNA."""

    dose_ng: FloatArray
    day: FloatArray
    percent: FloatArray
    background: float

    def __len__(self) -> int:
        return len(self.percent)

    def only(self, chosen: ArrayLike) -> Measured:
        """Return the points that a mask chooses."""
        mask = np.asarray(chosen, dtype=bool)
        return Measured(self.dose_ng[mask], self.day[mask], self.percent[mask], self.background)


@dataclass(frozen=True)
class Series:
    """One published course: percent by day of a donor at a dose; dose 0 is electroporation without mRNA."""

    id: str
    label: str
    donor: str
    dose_ng: float
    percent: Mapping[float, float]
    sources: tuple[str, ...]
    seen: str
    records: tuple[str, ...]


@dataclass(frozen=True)
class Background:
    """Percent of positive cells without mRNA: mean and standard deviation over donors and days."""

    mean: float
    spread: float


@cache
def load_series() -> tuple[Series, ...]:
    """Return the shipped courses.

    Raises
    ------
    RegisterError : a course is malformed or without source; with file and line.

    Examples
    --------
    >>> sorted({one.donor for one in load_series() if one.dose_ng > 0})
    ['10', '12']
    """
    file = resources.files("silicart").joinpath("biology", "observations", _FILE)
    return read_series(read_document(file.read_text(encoding="utf-8"), f"biology/observations/{_FILE}"), load_sources())


def read_series(document: Document, sources: Mapping[str, Source]) -> tuple[Series, ...]:
    """Read the courses of a file of observations."""
    return tuple(_series(id, section, sources) for id, section in document.top().section("series").sections())


def training_donors(series: Iterable[Series] | None = None) -> dict[str, Measured]:
    """Return what was measured of each donor that has a course with mRNA.

    Examples
    --------
    >>> {donor: len(measured) for donor, measured in training_donors().items()}
    {'10': 18, '12': 18}
    """
    courses = load_series() if series is None else tuple(series)
    points: dict[str, list[tuple[float, float, float]]] = {}
    for one in courses:
        if one.dose_ng > 0:
            points.setdefault(one.donor, []).extend((one.dose_ng, day, p) for day, p in one.percent.items())
    return {
        donor: measured(rows, background([one for one in courses if one.donor == donor]).mean)
        for donor, rows in points.items()
    }


def measured(rows: Iterable[tuple[float, float, float]], background_percent: float) -> Measured:
    """Return (dose_ng, day, percent) rows as arrays; no row gives empty ones."""
    table = np.asarray([*rows], dtype=np.float64).reshape(-1, 3)
    return Measured(table[:, 0], table[:, 1], table[:, 2], background_percent)


def background(series: Iterable[Series] | None = None) -> Background:
    """Return the background of the shipped courses without mRNA.

    Examples
    --------
    >>> found = background()
    >>> round(found.mean, 2), round(found.spread, 2)
    (0.48, 0.5)
    """
    blank = [
        p for one in (load_series() if series is None else series) if one.dose_ng == 0 for p in one.percent.values()
    ]
    return Background(float(np.mean(blank)), float(np.std(blank, ddof=1)))


def _series(id: str, section: Section, sources: Mapping[str, Source]) -> Series:
    section.allow(*_KEYS)
    dose = section.number("dose_ng")
    if dose < 0:
        raise section.fail("a dose is negative", "dose_ng", found=dose, expected="ng of mRNA, 0 for none")
    course = section.section("percent")
    percent = {}
    for day in course.data:
        value = course.number(day)
        if not day.isdigit() or not 0.0 <= value <= 100.0:
            raise course.fail("a course is not percent by day", day, found=f"{day}: {value}", expected="day: 0 to 100")
        percent[float(day)] = value
    return Series(
        id=id,
        label=section.text("label"),
        donor=f"{section.number('donor'):g}",
        dose_ng=dose,
        percent=percent,
        sources=read_sources_of(section, sources),
        seen=section.choice("seen", READINGS),
        records=section.words("records"),
    )
