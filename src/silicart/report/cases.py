"""Single simulated patients as cases: a score at visits, the steroid beside it, infusions, and what befell them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

    from silicart.study.result import StudyResult

FloatArray = NDArray[np.float64]

MOST_ARMS, MOST_PATIENTS = 3, 4
"""Columns and rows of the figure."""


@dataclass(frozen=True)
class CaseKind:
    """What a case of a disease shows.

    score : the finding; `axis` names it. With `relative` it is a share of that at entry, on a log axis.
    events : finding -> what it says where it is above 0; drawn at that visit.
    once : whether only the first such visit counts.
    steroid : whether doses of prednisone are shown.
    """

    score: str
    axis: str
    events: Mapping[str, str]
    relative: bool = False
    once: tuple[str, ...] = ()
    steroid: bool = True


KINDS: Mapping[str, CaseKind] = {
    "sle": CaseKind(
        "SLEDAI", "SLEDAI-2K",
        {"moderate_flare": "moderate flare", "severe_flare": "severe flare",
         "infections_severe": "severe infection", "death": "death"},
        once=("death",),
    ),
    "mg": CaseKind("MG_ADL", "MG-ADL", {"infections_severe": "severe infection"}),
    "mm": CaseKind(
        "M_protein_measured", "M-protein",
        {"PD": "progression", "infections_severe": "severe infection", "death_day": "death"}, relative=True,
        once=("PD", "death_day"), steroid=False,
    ),
}  # fmt: skip
"""Disease -> how its cases are drawn."""


@dataclass(frozen=True)
class Event:
    """Something that befell a patient: the day of the visit that wrote it down, the score there, and what it is."""

    day: float
    score: float
    kind: str


@dataclass(frozen=True)
class Case:
    """One patient in one arm.

    days, score : (visits,) up to death.
    steroid : (start, end, mg a day) of prednisone.
    infusions, lymphodepletion : days.
    """

    arm: str
    patient: int
    days: FloatArray
    score: FloatArray
    steroid: tuple[tuple[float, float, float], ...]
    infusions: tuple[float, ...]
    lymphodepletion: tuple[float, ...]
    events: tuple[Event, ...]


def cases(result: StudyResult) -> list[list[Case]]:
    """Return cases as rows of patients and columns of arms; empty where no charts are kept.

    Of the patients whose charts are kept some are shown, from the best to the worst course in the first arm; they are
    the same persons in every column, unless each arm has patients of its own.
    """
    kind = KINDS.get(result.study.disease)
    if kind is None or kind.score not in set(result.charts["name"].unique()):
        return []
    columns = [_of_arm(result, arm, kind) for arm in _arms(result)]
    columns = [column for column in columns if column]
    if not columns:
        return []
    own = result.study.population.randomise
    order = [_spread(column) for column in (columns if own else columns[:1])]
    rows = []
    for place in range(min(len(chosen) for chosen in order)):
        if own:
            rows.append([column[chosen[place]] for column, chosen in zip(columns, order, strict=True)])
        else:
            patient = columns[0][order[0][place]].patient
            rows.append([one for column in columns for one in column if one.patient == patient])
    return [row for row in rows if len(row) == len(columns)]


def _arms(result: StudyResult) -> Sequence[str]:
    """Return the first arm, the first with a product of another kind, and the first without a product."""
    found: dict[str, str] = {}
    for arm in result.study.arms:
        kind = "" if arm.product is None else result.study.products[arm.product].kind
        found.setdefault(kind, arm.name)
    treated = [name for kind, name in found.items() if kind]
    without = [found[""]] if "" in found else []
    return [*treated[: MOST_ARMS - len(without)], *without]


def _spread(column: Sequence[Case]) -> list[int]:
    """Return places of some cases, from the lowest to the highest mean score of the second half."""
    late = [float(np.mean(one.score[len(one.score) // 2 :])) for one in column]
    order = np.argsort(late, kind="stable")
    chosen = np.unique(np.linspace(0, len(order) - 1, MOST_PATIENTS).round().astype(int))
    return [int(order[place]) for place in chosen]


def _of_arm(result: StudyResult, arm: str, kind: CaseKind) -> list[Case]:
    charts = result.charts[result.charts["arm"] == arm]
    medication = result.medication[result.medication["arm"] == arm]
    found = []
    for number, chart in charts.groupby("patient", sort=True):
        patient = int(str(number))
        one = _case(arm, patient, chart, medication[medication["patient"] == patient], kind)
        if one is not None:
            found.append(one)
    return found


def _case(arm: str, patient: int, chart: pd.DataFrame, given: pd.DataFrame, kind: CaseKind) -> Case | None:
    days, score = _finding(chart, kind.score)
    if not len(days) or (kind.relative and score[0] <= 0):
        return None
    score = score / score[0] if kind.relative else score
    events = []
    for name, words in kind.events.items():
        on = [float(day) for day, value in zip(*_finding(chart, name), strict=True) if value > 0]
        events += [
            Event(day, float(np.interp(day, days, score)), words) for day in on[: 1 if name in kind.once else None]
        ]
    death = min((event.day for event in events if event.kind == "death"), default=np.inf)
    alive = days <= death
    steroid = given[given["drug"] == "prednisone"] if kind.steroid else given[:0]
    cells = given[~given["kind"].isin(["background", "lymphodepletion", "state"])]
    return Case(
        arm=arm,
        patient=patient,
        days=days[alive],
        score=score[alive],
        steroid=tuple(
            (float(start), float(min(end, death)), float(amount))
            for start, end, amount in zip(steroid["start"], steroid["end"], steroid["amount"], strict=True)
            if start < death
        ),
        infusions=tuple(float(day) for day in cells["start"]),
        lymphodepletion=_days(given, "lymphodepletion"),
        events=tuple(event for event in events if event.day <= death),
    )


def _finding(chart: pd.DataFrame, name: str) -> tuple[FloatArray, FloatArray]:
    rows = chart[chart["name"] == name].sort_values("day")
    return rows["day"].to_numpy(dtype=float), rows["value"].to_numpy(dtype=float)


def _days(given: pd.DataFrame, kind: Literal["lymphodepletion"]) -> tuple[float, ...]:
    return tuple(float(day) for day in given[given["kind"] == kind]["start"])
