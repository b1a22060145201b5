"""Visits in one arm: who sees the patients, what is decided, and how courses are simulated between decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from silicart.endpoints.chunk import Chunk
from silicart.endpoints.endpoint import Endpoint
from silicart.endpoints.visit import Assessor
from silicart.simulation import Journey, Model, Trajectories
from silicart.study.design import Arm, Study
from silicart.trial import Dose, Rule, Walk, clinic_of

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Visits:
    """How the patients of an arm are seen.

    days : of the visits; the first is entry.
    background : drugs given beside the product from entry on.
    """

    days: tuple[float, ...]
    assessors: tuple[Assessor, ...]
    rules: tuple[Rule, ...]
    background: tuple[str, ...]

    @property
    def by_stages(self) -> bool:
        """Whether a decision can change the courses, so that patients are simulated from visit to visit."""
        return any(rule.acts_on_model for rule in self.rules)

    def observed(self, model: Model) -> tuple[str, ...]:
        """Return the states and observables that assessors and rules read."""
        known = {*model.states.ids, *model.observables.ids}
        read = [name for rule in self.rules for name in rule.needs if name in known]
        return tuple(dict.fromkeys([*(name for one in self.assessors for name in one.needs), *read]))

    def walk(self, chunk: Chunk) -> Chunk:
        """Return a chunk whose courses are known with its chart."""
        walking = Walk(self.assessors, self.rules)
        walking.enter(chunk, self._care(chunk.size))
        with np.errstate(invalid="ignore"):
            for day in self.days:
                walking.visit(day, chunk)
        return replace(chunk, chart=walking.chart())

    def travel(self, journey: Journey, blank: Chunk, course: Sequence[Dose], day_zero: float) -> Chunk:
        """Simulate a chunk from visit to visit, and return it with its courses and its chart.

        Parameters
        ----------
        blank : who the patients are, with the output days and no course.
        course : what a course of the arm gives, for rules that repeat it.
        day_zero : model time of the first infusion.
        """
        walking = Walk(self.assessors, self.rules, course)
        places = np.searchsorted(blank.days, self.days)
        for place, output in enumerate(places):
            journey.go_on(float(journey.times[output]))
            so_far = _so_far(blank, journey, int(output) + 1)
            with np.errstate(invalid="ignore"):
                if place == 0:
                    walking.enter(so_far, self._care(blank.size))
                orders = walking.visit(float(blank.days[output]), so_far)
            journey.set(orders.settings)
            for dose in orders.doses:
                journey.give(dose.product, dose.amount, dose.day + day_zero)
        if journey.time < journey.times[-1]:
            journey.go_on(float(journey.times[-1]))
        return replace(_so_far(blank, journey, len(blank.days)), chart=walking.chart())

    def _care(self, size: int) -> Mapping[str, FloatArray]:
        return {name: np.ones(size) for name in self.background}


def visits_of(study: Study, arm: Arm, grid: Sequence[Endpoint]) -> Visits | None:
    """Return how an arm's patients are seen; None where nobody asks for visits.

    They are held where the study says so, where the arm has rules, and where an endpoint of the run reads the chart.
    """
    rules = study.rules_of(arm)
    asked = study.visits is not None or bool(rules) or any(one.reads == "chart" for one in grid)
    return Visits(study.visit_days(), clinic_of(study.disease), rules, arm.background) if asked else None


def with_courses(blank: Chunk, part: Trajectories) -> Chunk:
    """Return the chunk with simulated courses."""
    # Endpoints read one course of all patients at a time: side by side in memory each is read several times faster.
    columns = np.ascontiguousarray(np.moveaxis(part.values, 2, 0))
    courses = {name: columns[place] for place, name in enumerate(part.observables)}
    return replace(blank, courses=courses, good=np.asarray(part.status) == 0)


def _so_far(blank: Chunk, journey: Journey, outputs: int) -> Chunk:
    courses = {name: journey.values[:, :outputs, place] for place, name in enumerate(journey.observables)}
    return replace(blank, days=blank.days[:outputs], courses=courses)
