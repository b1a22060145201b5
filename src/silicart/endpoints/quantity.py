"""A quantity: what a trial reports of a patient, on any day; an observation file names it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from silicart.endpoints.endpoint import Endpoint, Reads, Resolution

if TYPE_CHECKING:
    from silicart.endpoints.chunk import Chunk

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Quantity:
    """Something that a trial reports of each patient, on a day or up to it.

    id : its name in observation files ("SLEDAI", "DORIS", "CRS_grade_at_least_2").
    label : a short phrase for a reader.
    unit : unit id; yes-or-no is 1 or 0 of `dimensionless`.
    diseases : the models that it can be read in.
    compute : (chunk, day) -> (patients,); NaN is "this patient has no value". Without a day of its own (`timed` False)
        it is called with the end of the course.
    definition : one sentence.
    needs, resolution, citations, parameters, reads : as of an `Endpoint`.
    timed : whether an observation must say when.
    """

    id: str
    label: str
    unit: str
    diseases: tuple[str, ...]
    compute: Callable[[Chunk, float], FloatArray]
    definition: str
    needs: tuple[str, ...] = ()
    resolution: Resolution = "landmarks"
    citations: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    reads: Reads = "course"
    timed: bool = True

    def on(self, day: float) -> Endpoint:
        """Return the endpoint that reads this quantity on a day."""
        return Endpoint(
            f"{self.id}_{day:g}",
            f"{self.label} on day {day:g}" if self.timed else self.label,
            "quantities",
            self.unit,
            self.needs,
            self.definition,
            partial(_read, self.compute, day),
            (day,),
            self.resolution,
            self.citations,
            self.parameters,
            self.reads,
            self.diseases,
        )


def _read(compute: Callable[[Chunk, float], FloatArray], day: float, chunk: Chunk) -> FloatArray:
    return compute(chunk, day)
