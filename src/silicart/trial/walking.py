"""Walking through the visits of patients whose courses are known: assessors see, rules decide, the chart is kept."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from silicart.endpoints.chunk import Chunk
from silicart.endpoints.visit import Assessor, Care, Chart, Findings, State, Visit
from silicart.trial.rule import Rule

FloatArray = NDArray[np.float64]


def walk(chunk: Chunk, days: Sequence[float], assessors: Sequence[Assessor], rules: Sequence[Rule] = ()) -> Chart:
    """Return the chart of patients seen on `days`, the first of which is entry, by assessors and then rules, in order.

    Rules that act on the model have no effect here: the courses are over.
    """
    care: dict[str, FloatArray] = {}
    memory: dict[str, State] = {}
    for one in assessors:
        memory[one.id], started = one.enter(chunk, care)
        care |= started
    kept: dict[str, State] = {rule.id: rule.enter(chunk.size) for rule in rules}
    findings: list[Findings] = []
    taken: list[Care] = []
    for place, day in enumerate(days):
        visit = Visit(place, float(day), float(days[max(place - 1, 0)]), chunk)
        found: dict[str, FloatArray] = {}
        for one in assessors:
            memory[one.id], new = one.see(memory[one.id], visit, care, found)
            found |= new
        changed = dict(care)
        for rule in rules:
            kept[rule.id], decision = rule.decide(kept[rule.id], visit, found, changed)
            changed |= decision.care
            found |= decision.notes
        care = changed
        findings.append(found)
        taken.append(care)
    return Chart(np.asarray(days, dtype=np.float64), _columns(findings, chunk.size), _columns(taken, chunk.size))


def _columns(rows: Sequence[Findings], size: int) -> dict[str, FloatArray]:
    names = dict.fromkeys(name for row in rows for name in row)
    absent = np.full(size, np.nan)
    return {name: np.stack([row.get(name, absent) for row in rows], axis=1) for name in names}
