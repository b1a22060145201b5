"""An infusion that runs over time delivers AMT in AMT / RATE, alone, beside others and into a concentration."""

from __future__ import annotations

import pytest

from silicart.simulation import Model, simulate


def test_an_infusion_with_rate_delivers_its_amount(bag: Model) -> None:
    table = {"TIME": [1.0], "AMT": [10.0], "CMT": ["A"], "RATE": [4.0]}
    result = simulate(bag, {}, table, [0.0, 1.0, 2.0, 3.5, 9.0])
    assert result["A"][0] == pytest.approx([0.0, 0.0, 4.0, 10.0, 10.0], rel=1e-9)


def test_infusions_that_overlap_add_up(bag: Model) -> None:
    table = {"TIME": [0.0, 1.0, 1.5], "AMT": [10.0, 6.0, 1.0], "CMT": ["A"] * 3, "RATE": [2.0, 3.0, 0.0]}
    result = simulate(bag, {}, table, [0.0, 1.0, 2.0, 3.0, 5.0, 8.0])
    assert result["A"][0] == pytest.approx([0.0, 2.0, 8.0, 13.0, 17.0, 17.0], rel=1e-9)


def test_a_course_of_infusions_longer_than_their_interval_overlaps_itself(bag: Model) -> None:
    table = {"TIME": [0.0], "AMT": [9.0], "CMT": ["A"], "RATE": [1.0], "II": [4.0], "ADDL": [2]}
    result = simulate(bag, {}, table, [0.0, 4.0, 8.0, 9.0, 13.0, 17.0, 30.0])
    assert result["A"][0] == pytest.approx([0.0, 4.0, 12.0, 15.0, 23.0, 27.0, 27.0], rel=1e-9)


def test_an_infusion_into_a_concentration_is_over_its_volume(bag: Model) -> None:
    table = {"TIME": [0.0, 2.0], "AMT": [8.0, 4.0], "CMT": ["C", "C"], "RATE": [8.0, 0.0]}
    result = simulate(bag, {}, table, [0.0, 0.5, 1.0, 2.0])
    assert result["C"][0] == pytest.approx([0.0, 1.0, 2.0, 3.0], rel=1e-9)
