"""Cases over processes: what hangs or takes its process down costs itself alone."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from silicart.simulation import ProgressEvent
from silicart.verification import find_suites, judge_all

Folder = Callable[..., Path]


class Ends:
    """Ends the process that unpickles it."""

    def __reduce__(self) -> tuple[object, ...]:
        return os._exit, (7,)


def test_a_hanging_case_is_a_timeout_and_the_rest_goes_on(suite: Folder) -> None:
    (tiny,) = find_suites(suite("right", "forever", "wrong", "refused"))
    seen: list[ProgressEvent] = []
    outcomes = judge_all(tiny.cases, jobs=1, time_limit=1.5, progress=seen.append)
    assert [outcome.case.id for outcome in outcomes] == ["right", "forever", "wrong", "refused"]
    assert [outcome.kind for outcome in outcomes] == ["pass", "timeout", "wrong", "refused"]
    assert outcomes[1].message == "over 1.5 s"
    assert not outcomes[1].good
    assert (seen[-1].done, seen[-1].total) == (4, 4)


def test_a_case_that_takes_its_process_down_is_an_error(suite: Folder) -> None:
    (tiny,) = find_suites(suite("right", "wrong"))
    right, wrong = tiny.cases
    deadly = replace(right, job=Ends())  # type: ignore[arg-type]
    outcomes = judge_all([deadly, right, wrong], jobs=2, time_limit=60.0)
    assert [outcome.kind for outcome in outcomes] == ["error", "pass", "wrong"]
    assert outcomes[0].message == "the process ended (exit code 7)"


def test_no_cases_need_no_process() -> None:
    assert judge_all([], jobs=2) == []
