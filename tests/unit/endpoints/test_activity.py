"""Activity: remission, response, relapse and shares of time, on courses made by hand."""

import numpy as np
import pytest

from silicart.endpoints.registry import find

DAYS = [0.0, 90.0, 180.0, 365.0, 730.0]
COURSES = {
    "lasting remission": [12.0, 2.0, 1.0, 1.0, 1.0],
    "relapse in the second year": [12.0, 2.0, 1.0, 2.5, 9.0],
    "relapse in the first year": [12.0, 2.0, 8.0, 10.0, 12.0],
    "partial response": [12.0, 6.0, 5.0, 5.0, 5.0],
    "no response": [12.0, 12.0, 12.0, 12.0, 12.0],
}


def read(chunk, name):
    return find(name).compute(chunk(DAYS, activity=list(COURSES.values()))).tolist()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("activity_1y", [1.0, 2.5, 10.0, 5.0, 12.0]),
        ("activity_relative_3m", [1 / 6, 1 / 6, 1 / 6, 0.5, 1.0]),
        ("remission_1y", [1, 1, 0, 0, 0]),
        ("remission_2y", [1, 0, 0, 0, 0]),
        ("response_1y", [1, 1, 1, 0, 0]),
        ("relapse_1y", [0, 0, 1, np.nan, np.nan]),
        ("relapse_2y", [0, 1, 1, np.nan, np.nan]),
        ("sustained_response_1y", [1, 1, 0, 0, 0]),
        ("sustained_response_2y", [1, 0, 0, 0, 0]),
        ("active_1y", [0, 0, 1, 0, 1]),
        ("active_2y", [0, 1, 1, 0, 1]),
        # 12 falls to 2 in 90 days, so it passes 3 on day 81.
        ("remission_day", [81, 81, 81, np.nan, np.nan]),
        # From 2.5 on day 365 to 9 on day 730 it passes 6; from 2 on day 90 to 8 on day 180 too.
        ("relapse_day", [np.nan, 365 + 365 * 3.5 / 6.5, 150, np.nan, np.nan]),
        ("remission_share_2y", [1, 0.5 / 6.5, 0, 0, 0]),
    ],
)
def test_known_courses_give_the_answers_read_by_eye(chunk, name, expected):
    assert read(chunk, name) == pytest.approx(expected, nan_ok=True)


def test_the_share_of_the_first_year_counts_parts_of_steps(chunk):
    # The third patient is below 3 from day 81 to day 90 and on the way to 8, until day 105.
    assert read(chunk, "remission_share_1y")[2] == pytest.approx((105 - 81) / 365)


def test_response_is_relative_so_a_low_baseline_needs_a_deep_fall(chunk):
    low = chunk(DAYS, activity=[[4.0, 2.5, 2.5, 2.5, 2.5]])
    assert find("remission_1y").compute(low).tolist() == [1.0]
    assert find("response_1y").compute(low).tolist() == [0.0]


def test_the_baseline_is_the_untreated_value_before_the_lead_in(chunk):
    lead = chunk([-7.0, 0.0, 365.0, 730.0], activity=[[12.0, 10.0, 5.5, 5.5]])
    assert find("activity_relative_1y").compute(lead).tolist() == pytest.approx([5.5 / 12])
    assert find("active_1y").compute(lead).tolist() == [0.0]


def test_the_remission_limit_is_the_patients_own(chunk):
    strict = chunk(DAYS, activity=[COURSES["relapse in the second year"]] * 2, parameters={"DORIS_limit": [3.0, 2.0]})
    assert find("remission_1y").compute(strict).tolist() == [1.0, 0.0]
