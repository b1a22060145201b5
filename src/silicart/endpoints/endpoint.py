"""An endpoint: what is read from a patient's course, how it is defined, and what it needs to be read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from silicart.endpoints.chunk import Chunk

FloatArray = NDArray[np.float64]
Reads = Literal["course", "chart", "product"]
"""Where an endpoint is read: in the courses of a simulation, in the chart of the visits (and the courses), or in the
product as it was made and given."""

Resolution = Literal["landmarks", "course", "infusion"]
"""How finely an endpoint must see a course: only at its own days; daily to day 120 and weekly after; or in addition
hours after every infusion and every quarter of a day in the two weeks that follow it."""

COARSE_TO_FINE: tuple[Resolution, ...] = ("landmarks", "course", "infusion")

MONTHS_AND_YEARS: tuple[tuple[str, str, float], ...] = (
    ("3m", "month 3", 90.0),
    ("6m", "month 6", 180.0),
    ("1y", "year 1", 365.0),
    ("2y", "year 2", 730.0),
)
"""The days on which courses are read: ending of an endpoint's id, words for its label, day after the first infusion."""


@dataclass(frozen=True)
class Endpoint:
    """One number a patient, read from the course of one arm.

    Parameters
    ----------
    id : its name in tables and claims.
    label : a short phrase for a reader.
    theme : the file that it is defined in.
    unit : unit id; a share of patients or of time is `dimensionless`, and yes-or-no is 1 or 0 of it.
    needs : the states and observables that must be among the simulated courses.
    definition : one sentence; days count from the first infusion.
    compute : maps a `Chunk` of patients to (patients,); NaN is "this patient has no value", as the definition says.
    days : the days after the first infusion that it reads at, or up to.
    resolution : how finely it must see the course.
    citations : keys of `biology/sources.bib` that the definition or its threshold comes from; empty where the
        definition is this model's own, and then the sentence says so by naming only model quantities.
    parameters : the patients' own values of the register that it is computed with, such as a limit or a noise.
    reads : "chart" when it needs the chart of visits, "product" when it needs the supply of the arm and no course.
    diseases : the models that it can be read in; empty is every one.
    """

    id: str
    label: str
    theme: str
    unit: str
    needs: tuple[str, ...]
    definition: str
    compute: Callable[[Chunk], FloatArray]
    days: tuple[float, ...] = ()
    resolution: Resolution = "landmarks"
    citations: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    reads: Reads = "course"
    diseases: tuple[str, ...] = ()

    def fits(self, disease: str) -> bool:
        """Return whether the endpoint can be read in the model of a disease."""
        return not self.diseases or disease in self.diseases
