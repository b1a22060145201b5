"""What a clinic sees at visits: readings of a patient's course, the care taken from one visit to the next, the chart.

A disease is more than its course: items of a score, flares, drug doses that somebody decides. Assessors turn the course
into findings visit by visit, with the memory that they need; rules of the room `trial` then change the care. What they
leave is a chart, from which endpoints are read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from silicart.endpoints import crossings
from silicart.errors import StudyError, nearest

if TYPE_CHECKING:
    from silicart.endpoints.chunk import Chunk

FloatArray = NDArray[np.float64]
State = Mapping[str, FloatArray]
"""What an assessor remembers of its patients between visits: name -> (patients,) or (patients, anything)."""

Findings = Mapping[str, FloatArray]
"""What is written down at a visit: name -> (patients,)."""

Care = Mapping[str, FloatArray]
"""What patients take from a visit to the next: name of a drug -> (patients,), a daily dose or 0 and 1."""


@dataclass(frozen=True)
class Dose:
    """One more dose for some patients: `product` is a dose target of the arm or a state of the model, `amount` is
    (patients,) in its unit, 0 for nobody, and `day` counts from the first infusion."""

    product: str
    amount: FloatArray
    day: float


FIRST_OCCASION = 1000
"""Occasions of random numbers are days shifted by this, so that a visit before the first infusion has one too."""


@dataclass(frozen=True)
class Visit:
    """One visit of all patients of a chunk.

    place : 0 is the visit at entry, before anything is given.
    day : of the visit, counted from the first infusion; `since` is the day of the visit before (of entry itself at
        entry).
    chunk : the courses, at least from `since` to `day`, and who the patients are.
    """

    place: int
    day: float
    since: float
    chunk: Chunk

    @property
    def size(self) -> int:
        """How many patients there are."""
        return self.chunk.size

    @property
    def occasion(self) -> int:
        """The occasion of random numbers of this visit: the same day has the same noise in any plan of visits."""
        return round(self.day) + FIRST_OCCASION

    def value(self, id: str) -> FloatArray:
        """Return (patients,) a state or observable on the day of the visit."""
        return self.chunk.at(id, self.day)

    def course(self, id: str) -> tuple[FloatArray, FloatArray]:
        """Return days and (patients, times) since the visit before."""
        return self.chunk.window(id, self.since, self.day)

    def mean(self, id: str) -> FloatArray:
        """Return (patients,) the mean over time since the visit before."""
        if self.day == self.since:
            return self.value(id)
        days, values = self.course(id)
        return np.asarray(np.trapezoid(values, days, axis=1) / (days[-1] - days[0]))

    def lowest(self, id: str) -> FloatArray:
        """Return (patients,) the lowest value since the visit before."""
        return np.asarray(self.course(id)[1].min(axis=1))

    def highest(self, id: str) -> FloatArray:
        """Return (patients,) the highest value since the visit before."""
        return np.asarray(self.course(id)[1].max(axis=1))

    def parameter(self, id: str) -> FloatArray:
        """Return (patients,) the patients' own value of the register."""
        return self.chunk.parameter(id)

    def uniform(self, purpose: str) -> FloatArray:
        """Return (patients,) uniform numbers in (0, 1) of a purpose at this visit."""
        return self.chunk.uniform(purpose, self.occasion)

    def normal(self, purpose: str) -> FloatArray:
        """Return (patients,) standard normal numbers of a purpose at this visit."""
        return self.chunk.normal(purpose, self.occasion)


class Assessor(Protocol):
    """Sees patients at visits. Instances hold no patient: what they remember goes in and out as `State`.

    id : a short name, under which its memory is kept.
    needs : states and observables that it reads in the course.
    """

    @property
    def id(self) -> str:
        """A short name."""

    @property
    def needs(self) -> tuple[str, ...]:
        """States and observables that it reads."""

    def enter(self, chunk: Chunk, care: Care) -> tuple[State, Care]:
        """Return what is remembered of the patients at entry, and the care that they come with."""

    def see(self, state: State, visit: Visit, care: Care, findings: Findings) -> tuple[State, Findings]:
        """Return the new memory and what is written down.

        `care` is what was taken since the visit before; `findings` are those of assessors that saw the patients
        earlier at this visit.
        """


@dataclass(frozen=True)
class Chart:
    """What was written down at all visits.

    days : (visits,) increasing, the first is entry.
    findings, care : name -> (patients, visits); care is what is taken from that visit on.
    given : doses that were decided at visits.
    """

    days: FloatArray
    findings: Mapping[str, FloatArray]
    care: Mapping[str, FloatArray]
    given: tuple[Dose, ...] = ()

    def at(self, name: str, day: float) -> FloatArray:
        """Return (patients,) a finding at the last visit on or before a day.

        Raises StudyError when there is no such finding, or no visit yet.
        """
        return self._last(self.finding(name), day)

    def care_at(self, name: str, day: float) -> FloatArray:
        """Return (patients,) what is taken of a drug on a day; 0 of one that nobody takes."""
        if name not in self.care:
            return np.zeros(next(iter(self.findings.values())).shape[0])
        return self._last(self.care[name], day)

    def finding(self, name: str) -> FloatArray:
        """Return (patients, visits) of a finding. Raises StudyError, with the nearest name, when there is none."""
        if name not in self.findings:
            near = nearest(name, self.findings)
            raise StudyError(
                "nothing of this name is written down at visits",
                where="visits",
                found=name,
                expected="one of: " + ", ".join(self.findings),
                remedy=f"did you mean {near}?" if near else "see the findings of the disease",
            )
        return self.findings[name]

    def entry(self, name: str) -> FloatArray:
        """Return (patients,) a finding at entry."""
        return self.finding(name)[:, 0]

    def _last(self, values: FloatArray, day: float) -> FloatArray:
        place = int(np.searchsorted(self.days, day + crossings.NEAR)) - 1
        if place < 0:
            raise StudyError(
                "no visit has been held yet", where="visits", found=f"day {day:g}",
                expected=f"day {self.days[0]:g} or later", remedy="read later",
            )  # fmt: skip
        return values[:, place]
