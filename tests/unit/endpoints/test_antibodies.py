"""Antibodies: levels relative to the own start, seronegativity, and the course of total IgG."""

import numpy as np
import pytest

from silicart.endpoints.registry import find

DAYS = [-7.0, 0.0, 90.0, 180.0, 365.0, 730.0]


def test_antibodies_are_relative_to_the_own_untreated_level(chunk):
    course = chunk(DAYS, Ab_Ro=[[2.0, 2.0, 1.0, 0.5, 0.5, 1.5]], Ab_vaccine=[[1.0, 1.0, 0.9, 0.8, 0.7, 0.6]])
    assert [find(f"Ab_Ro_{end}").compute(course)[0] for end in ("3m", "6m", "1y", "2y")] == [0.5, 0.25, 0.25, 0.75]
    assert find("Ab_vaccine_1y").compute(course)[0] == 0.7


def test_seronegative_is_below_a_quarter_of_the_own_start(chunk):
    course = chunk(DAYS, Ab_dsDNA=[[1.0, 1.0, 0.24, 0.25, 0.1, 0.3], [4.0, 4.0, 0.9, 1.1, 0.1, 0.1]])
    assert [find(f"seronegative_{end}").compute(course).tolist() for end in ("3m", "6m", "1y", "2y")] == [
        [1.0, 1.0],
        [0.0, 0.0],
        [1.0, 1.0],
        [0.0, 1.0],
    ]


def test_the_course_of_igg_is_read_from_the_first_infusion_on(chunk):
    # Lower in the lead-in than ever after: that does not count.
    course = chunk(DAYS, IgG=[[12.0, 12.0, 3.0, 6.0, 9.0, 12.0], [8.0, 2.0, 8.0, 8.0, 8.0, 8.0], [5.0] * 6])
    lead = chunk([-7.0, -3.0, 0.0, 730.0], IgG=[[10.0, 1.0, 9.0, 9.0]])
    assert find("IgG_nadir").compute(course).tolist() == [3.0, 2.0, 5.0]
    assert find("IgG_nadir").compute(lead).tolist() == [9.0]
    assert find("IgG_nadir_relative").compute(course).tolist() == [0.25, 0.25, 1.0]
    assert find("IgG_nadir_day").compute(course).tolist() == [90.0, 0.0, 0.0]
    assert find("IgG_low").compute(course).tolist() == [1.0, 1.0, 0.0]
    assert find("IgG_change_6m").compute(course).tolist() == [-0.5, 0.0, -0.375 + 0.375]


def test_days_below_4_are_interpolated(chunk):
    course = chunk([0.0, 90.0, 180.0], IgG=[[13.0, 3.0, 13.0], [5.0, 5.0, 5.0]])
    # 13 to 3 in 90 days: below 4 for the last 9 days, and for the first 9 of the way back.
    assert find("IgG_days_low").compute(course) == pytest.approx([18.0, 0.0])


def test_nothing_is_read_as_zero_where_a_course_is_missing(chunk):
    course = chunk(DAYS, IgG=[[np.nan] * 6])
    assert np.isnan(find("IgG_change_1y").compute(course)[0])
