"""A dose at the first time is given: the first output shows it, and so does a run that does not start at zero."""

from __future__ import annotations

import pytest

from silicart.simulation import Model, simulate


@pytest.mark.parametrize("start", [0.0, 3.0])
def test_a_dose_at_time_zero_counts(bag: Model, start: float) -> None:
    table = {"TIME": [start], "AMT": [2.5], "CMT": ["A"]}
    assert simulate(bag, {"A": 1.0}, table, [start, start + 1.0])["A"].tolist() == [[3.5, 3.5]]


def test_an_infusion_that_begins_at_time_zero_runs(bag: Model) -> None:
    table = {"TIME": [0.0], "AMT": [2.0], "CMT": ["A"], "RATE": [1.0]}
    assert simulate(bag, {}, table, [0.0, 1.0, 3.0])["A"][0] == pytest.approx([0.0, 1.0, 2.0], rel=1e-9)


def test_a_dose_at_the_last_time_is_seen_and_one_after_it_is_not(bag: Model) -> None:
    table = {"TIME": [2.0, 2.5], "AMT": [1.0, 5.0], "CMT": ["A", "A"]}
    assert simulate(bag, {}, table, [0.0, 2.0])["A"].tolist() == [[0.0, 1.0]]
