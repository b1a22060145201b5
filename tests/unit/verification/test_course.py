"""How a case is solved: from time 0, exactly enough, and again with looser tolerances where that cannot be met."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from silicart.simulation import simulate
from silicart.verification import Job, run_job
from silicart.verification import course as course_module
from silicart.verification.course import attempts


def job(model: Path, **changes: Any) -> Job:
    return replace(Job(model, 0.0, 4.0, 4, ("S", "k"), amount=frozenset("S")), **changes)


def test_initial_conditions_hold_at_0_wherever_the_table_begins(model: Path) -> None:
    course = run_job(job(model, start=2.0, duration=2.0, steps=1))
    assert course.values is not None
    assert course.values[:, 0] == pytest.approx(6 * np.exp([-1.0, -2.0]), rel=1e-7)


def test_a_species_is_printed_as_asked(model: Path) -> None:
    as_amount = run_job(job(model)).values
    as_concentration = run_job(job(model, amount=frozenset(), concentration=frozenset("S"))).values
    assert as_amount is not None
    assert as_concentration is not None
    assert as_amount[0].tolist() == [6.0, 0.5]
    assert as_concentration[0].tolist() == [3.0, 0.5]


def test_a_failure_is_tried_again_with_looser_tolerances(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[tuple[float, float, int]] = []

    def failing(*arguments: Any, **options: Any) -> Any:
        tried.append((options["rtol"], float(options["atol"][0]), options["max_steps"]))
        result = simulate(*arguments, **{**options, "max_steps": 100_000})
        failed = np.array([0 if len(tried) == succeeds else 1])
        return replace(result, status=failed, failed_time=np.array([3.0]), failed_state=("S",))

    monkeypatch.setattr(course_module, "simulate", failing)
    succeeds = 3
    asked = job(model, relative=1e-4)
    assert run_job(asked).status == "ok"
    assert [(one[0], one[2]) for one in tried] == [(one.relative, one.steps) for one in attempts(asked)]
    assert [one[1] for one in tried] == pytest.approx([1e-17 * 3, 1e-11 * 3, 1e-9 * 3])
    succeeds = 0
    course = run_job(asked)
    assert (course.status, course.values) == ("error", None)
    assert course.message.endswith("at time 3, state S")


def test_tolerances_follow_the_judge_within_bounds(model: Path) -> None:
    assert [one.relative for one in attempts(job(model, relative=1e-9))] == pytest.approx([1e-12, 1e-12, 1e-11])
    assert [one.relative for one in attempts(job(model, relative=1.0))] == pytest.approx([1e-8, 1e-8, 1e-6])
