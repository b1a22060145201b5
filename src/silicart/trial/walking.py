"""Walking through visits: assessors see, rules decide, the chart is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from silicart.endpoints.chart import Chart, Dose
from silicart.endpoints.chunk import Chunk
from silicart.endpoints.visit import Assessor, Care, Findings, State, Visit
from silicart.trial.rule import Rule

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Orders:
    """What rules want of the model after a visit: parameters to set (NaN: as it is), and doses to give."""

    settings: Mapping[str, FloatArray]
    doses: tuple[Dose, ...]


class Walk:
    """Patients of one chunk, visit after visit.

    Parameters
    ----------
    assessors, rules : in this order at every visit.
    course : what a course of the arm gives, for rules that repeat it: `day` counts from its first dose.
    """

    def __init__(self, assessors: Sequence[Assessor], rules: Sequence[Rule] = (), course: Sequence[Dose] = ()) -> None:
        self._assessors, self._rules, self._course = tuple(assessors), tuple(rules), tuple(course)
        self._care: dict[str, FloatArray] = {}
        self._memory: dict[str, State] = {}
        self._kept: dict[str, State] = {}
        self._days: list[float] = []
        self._findings: list[Findings] = []
        self._taken: list[Care] = []
        self._given: list[Dose] = []
        self._size = 0

    def enter(self, chunk: Chunk, care: Care | None = None) -> None:
        """Meet the patients at entry; `care` is what their arm gives beside the product."""
        self._size = chunk.size
        self._care = dict(care or {})
        for one in self._assessors:
            self._memory[one.id], started = one.enter(chunk, self._care)
            self._care |= started
        self._kept = {rule.id: rule.enter(chunk.size) for rule in self._rules}

    def visit(self, day: float, chunk: Chunk) -> Orders:
        """Hold the next visit; `chunk` knows the courses from the visit before up to it."""
        place = len(self._days)
        visit = Visit(place, float(day), self._days[-1] if self._days else float(day), chunk)
        found: dict[str, FloatArray] = {}
        for one in self._assessors:
            self._memory[one.id], new = one.see(self._memory[one.id], visit, self._care, found)
            found |= new
        changed = dict(self._care)
        settings: dict[str, FloatArray] = {}
        doses: list[Dose] = []
        for rule in self._rules:
            self._kept[rule.id], decision = rule.decide(self._kept[rule.id], visit, found, changed)
            changed |= decision.care
            found |= decision.notes
            doses += decision.doses
            if decision.again is not None and decision.again.any():
                again = decision.again
                doses += [Dose(one.product, one.amount * again, visit.day + one.day) for one in self._course]
            for id, value in decision.settings.items():
                settings[id] = np.where(np.isnan(value), settings.get(id, value), value)
        self._care = changed
        self._days.append(visit.day)
        self._findings.append(found)
        self._taken.append(changed)
        self._given += doses
        return Orders(settings, tuple(doses))

    def chart(self) -> Chart:
        """Return what was written down so far."""
        return Chart(
            np.asarray(self._days, dtype=np.float64),
            _columns(self._findings, self._size),
            _columns(self._taken, self._size),
            tuple(self._given),
        )


def walk(
    chunk: Chunk, days: Sequence[float], assessors: Sequence[Assessor], rules: Sequence[Rule] = (),
    care: Care | None = None,
) -> Chart:  # fmt: skip
    """Return the chart of patients seen on `days`, the first of which is entry, by assessors and then rules, in order.

    Rules that act on the model have no effect here: the courses are over.
    """
    walking = Walk(assessors, rules)
    walking.enter(chunk, care)
    for day in days:
        walking.visit(day, chunk)
    return walking.chart()


def _columns(rows: Sequence[Findings], size: int) -> dict[str, FloatArray]:
    names = dict.fromkeys(name for row in rows for name in row)
    absent = np.full(size, np.nan)
    return {name: np.stack([row.get(name, absent) for row in rows], axis=1) for name in names}
