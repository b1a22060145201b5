"""Depletion and return on courses made by hand."""

import numpy as np
import pytest

from silicart.endpoints.registry import find

DAYS = [0.0, 10.0, 20.0, 100.0, 110.0, 365.0, 730.0]
DEEP = [1.0, 0.0, 0.0, 0.0, 0.2, 1.0, 1.0]
SHALLOW = [1.0, 0.6, 0.5, 0.6, 0.8, 1.0, 1.0]
LASTING = [1.0, 0.08, 0.08, 0.08, 0.08, 0.08, 0.08]
TWICE = [1.0, 0.0, 0.2, 0.0, 0.2, 1.0, 1.0]


@pytest.fixture(name="blood")
def four_courses(chunk):
    return chunk(DAYS, B_blood_relative=[DEEP, SHALLOW, LASTING, TWICE])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # Down through 10 % on day 9, up through 10 % on day 105.
        ("B_days_below_10", [96, 0, 730 - 10 * 0.9 / 0.92, 6 + 45]),
        ("B_days_below_5", [93, 0, 0, 0.5 + 2.5 + 20 + 2.5]),
        ("B_depleted", [1, 0, 1, 1]),
        ("B_depletion_day", [9, np.nan, 10 * 0.9 / 0.92, 9]),
        ("B_return_day", [105, np.nan, np.nan, 105]),
        ("B_return_day_5", [102.5, np.nan, np.nan, 102.5]),
        ("B_deeply_depleted_1m", [1, 0, 0, 1]),
        ("B_nadir", [0, 0.5, 0.08, 0]),
    ],
)
def test_known_courses_give_the_answers_read_by_eye(blood, name, expected):
    assert find(name).compute(blood) == pytest.approx(expected, nan_ok=True)


def test_subsets_and_plasma_cells_are_read_from_their_own_observables(chunk):
    both = chunk(
        DAYS,
        B_naive_relative=[DEEP],
        B_memory_relative=[SHALLOW],
        plasma_long_relative=[[1.0, 0.9, 0.8, 0.7, 0.7, 0.75, 0.9]],
        plasma_short_relative=[TWICE],
        sBCMA_relative=[[1.0, 0.7, 0.5, 0.55, 0.6, 1.0, 1.0]],
    )
    assert find("B_naive_days_below_10").compute(both) == pytest.approx([96])
    assert find("B_memory_nadir").compute(both).tolist() == [0.5]
    assert np.isnan(find("B_memory_return_day").compute(both)[0])
    assert find("plasma_long_nadir").compute(both).tolist() == [0.7]
    assert find("plasma_long_1y").compute(both).tolist() == [0.75]
    assert find("plasma_short_nadir").compute(both).tolist() == [0.0]
    assert find("sBCMA_nadir").compute(both).tolist() == [0.5]
