"""Jobs as a judge writes them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from silicart.errors import VerificationError
from silicart.verification import Job

WHOLE: dict[str, Any] = {
    "sbml": "m.xml",
    "start": 1,
    "duration": "5.0",
    "steps": 2.0,
    "variables": ["A", "B", "k"],
    "amount": ["A"],
    "concentration": "B",
    "absolute": 1e-9,
    "relative": 0.001,
    "out": "o.csv",
}


def test_lists_may_be_lists_or_written_with_commas() -> None:
    job = Job.of(WHOLE)
    assert job == Job.of({**WHOLE, "variables": "A, B,k", "amount": " A", "concentration": ["B"]})
    assert (job.times, job.out) == ((1.0, 3.5, 6.0), Path("o.csv"))
    assert [job.observable(one) for one in job.variables] == ["amount(A)", "[B]", "k"]


def test_no_steps_are_one_row() -> None:
    assert Job.of({**WHOLE, "steps": "", "duration": None}).times == (1.0,)


def test_a_long_grid_ends_where_it_should() -> None:
    assert Job.of({**WHOLE, "start": 0, "duration": 0.7, "steps": 10_000}).times[-1] == 0.7


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("sbml", None),
        ("sbml", 3),
        ("start", "early"),
        ("start", -1),
        ("duration", float("nan")),
        ("steps", 2.5),
        ("steps", -1),
        ("variables", 7),
        ("variables", ["A", 1]),
        ("relative", [1]),
        ("duration", 0),
    ],
)
def test_a_job_that_makes_no_sense_is_refused_by_its_key(key: str, value: object) -> None:
    with pytest.raises(VerificationError, match=key):
        Job.of({**WHOLE, key: value})
