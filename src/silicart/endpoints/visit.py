"""What a clinic sees at visits: readings of a patient's course, and the care taken from one visit to the next.

A disease is more than its course: items of a score, flares, drug doses that somebody decides. Assessors turn the course
into findings visit by visit, with the memory that they need; rules of the room `trial` then change the care. What they
leave is a chart, from which endpoints are read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from silicart.endpoints.chunk import Chunk

FloatArray = NDArray[np.float64]
State = Mapping[str, FloatArray]
"""What an assessor remembers of its patients between visits: name -> (patients,) or (patients, anything)."""

Findings = Mapping[str, FloatArray]
"""What is written down at a visit: name -> (patients,)."""

Care = Mapping[str, FloatArray]
"""What patients take from a visit to the next: name of a drug -> (patients,), a daily dose or 0 and 1."""


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
