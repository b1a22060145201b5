"""The chart: what was written down at all visits of some patients, and what they took from each on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from silicart.endpoints import crossings
from silicart.errors import StudyError, nearest

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Dose:
    """One more dose for some patients: `product` is a dose target of the arm or a state of the model, `amount` is
    (patients,) in its unit, 0 for nobody, and `day` counts from the first infusion."""

    product: str
    amount: FloatArray
    day: float


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
