"""The course again, when a disease that had answered comes back: the rule by itself."""

from __future__ import annotations

import numpy as np
import pytest

from silicart.endpoints.chart import Dose
from silicart.endpoints.chunk import Chunk
from silicart.endpoints.lupus.courses import SEVERE
from silicart.errors import StudyError
from silicart.trial import Walk, walk
from silicart.trial.rules.registry import RULES, build_rule
from silicart.trial.rules.retreat_on_relapse import RetreatOnRelapse

DAYS = np.arange(-7.0, 400.0, 1.0)
LIMITS = {"relapse_activity": 6.0, "retreat_response_share": 0.25, "retreat_interval": 90.0}


def patients(*courses: list[tuple[float, float]]) -> Chunk:
    """Patients whose activity goes straight through the given (day, points)."""
    activity = np.stack([np.interp(DAYS, *zip(*points, strict=True)) for points in courses])
    who = np.arange(len(courses))
    values = {name: np.full(len(courses), value) for name, value in LIMITS.items()}
    return Chunk(DAYS, {"activity": activity}, who, who, seed=1, infusions=(0.0,), parameters=values)


RELAPSES = [(-7, 12), (0, 12), (28, 2), (100, 2), (140, 9), (400, 9)]
RETURNS_TWICE = [(-7, 12), (0, 12), (28, 2), (100, 2), (140, 9), (168, 2), (230, 2), (252, 9), (280, 2), (360, 9)]
NEVER_ANSWERS = [(-7, 12), (400, 12)]
STAYS_WELL = [(-7, 12), (0, 12), (28, 1), (400, 1)]
BACK_EARLY = [(-7, 12), (0, 12), (27, 2), (30, 2), (50, 9), (400, 9)]
VISITS = (-7.0, *np.arange(28.0, 400.0, 28.0).tolist())


def days_again(course: list[tuple[float, float]], rule: RetreatOnRelapse) -> list[float]:
    chart = walk(patients(course), VISITS, (), (rule,))
    return chart.days[chart.finding("retreated")[0] == 1.0].tolist()


@pytest.mark.parametrize(
    ("course", "maximum", "days"),
    [
        (RELAPSES, 1, [140.0]),
        (RELAPSES, 5, [140.0]),
        (RELAPSES, 0, []),
        (RETURNS_TWICE, 1, [140.0]),
        (RETURNS_TWICE, 2, [140.0, 252.0]),
        (RETURNS_TWICE, 9, [140.0, 252.0, 364.0]),
        (NEVER_ANSWERS, 9, []),
        (STAYS_WELL, 9, []),
        (BACK_EARLY, 1, [112.0]),
    ],
)
def test_a_course_needs_a_response_a_relapse_and_three_months(
    course: list[tuple[float, float]], maximum: int, days: list[float]
) -> None:
    assert days_again(course, RetreatOnRelapse(maximum)) == days


def test_an_interval_of_the_study_stands_over_the_register() -> None:
    assert days_again(BACK_EARLY, RetreatOnRelapse(1, interval=28.0)) == [56.0]


def test_a_severe_flare_is_a_relapse_too() -> None:
    class Flares:
        id, needs = "flares", ()

        def enter(self, chunk: Chunk, care: object) -> tuple[dict[str, object], dict[str, object]]:
            return {}, {}

        def see(self, state: object, visit: object, care: object, found: object) -> tuple[object, dict[str, object]]:
            return state, {SEVERE: np.array([float(visit.day == 224.0)])}  # type: ignore[attr-defined]

    chart = walk(patients(STAYS_WELL), VISITS, (Flares(),), (RetreatOnRelapse(1),))  # type: ignore[arg-type]
    assert chart.days[chart.finding("retreated")[0] == 1.0].tolist() == [224.0]


def test_the_course_of_the_arm_is_ordered_for_those_alone_who_need_it() -> None:
    chunk = patients(RELAPSES, STAYS_WELL)
    course = (Dose("flu_cy", np.array([1.0, 1.0]), 0.0), Dose("lv", np.array([7e7, 8e7]), 5.0))
    walking = Walk((), (RetreatOnRelapse(1),), course)
    walking.enter(chunk)
    ordered = [(dose.product, dose.amount.tolist(), dose.day) for day in VISITS
               for dose in walking.visit(day, chunk).doses]  # fmt: skip
    assert ordered == [("flu_cy", [1.0, 0.0], 140.0), ("lv", [7e7, 0.0], 145.0)]
    assert [one.product for one in walking.chart().given] == ["flu_cy", "lv"]


@pytest.mark.parametrize(
    ("id", "settings", "disease", "said"),
    [
        ("retreat_on_relaps", {}, "sle", "did you mean retreat_on_relapse"),
        ("retreat_on_relapse", {"maximun": 1}, "sle", "did you mean maximum"),
        ("retreat_on_relapse", {"maximum": 1.5}, "sle", "whole number"),
        ("retreat_on_relapse", {"maximum": -1}, "sle", "not a number"),
        ("retreat_on_relapse", {"maximum": "two"}, "sle", "not a number"),
        ("retreat_on_relapse", {}, "mm", "no meaning"),
    ],
)
def test_a_rule_that_is_none_is_refused(id: str, settings: dict[str, object], disease: str, said: str) -> None:
    with pytest.raises(StudyError, match=said):
        build_rule(id, settings, disease)


@pytest.mark.parametrize("id", list(RULES))
def test_every_rule_is_found_by_its_own_name(id: str) -> None:
    assert build_rule(id, {}, RULES[id].diseases[0]).id == id
