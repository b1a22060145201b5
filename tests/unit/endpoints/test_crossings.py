"""Polylines: values, windows, crossings, time below, area and extremes, against answers found by hand."""

import numpy as np
import pytest

from silicart.endpoints import crossings
from silicart.errors import StudyError

DAYS = np.array([0.0, 1.0, 3.0, 4.0])
DIP = np.array([[10.0, 0.0, 0.0, 20.0]])


def test_values_between_output_times_lie_on_the_line():
    assert crossings.value_at(DAYS, DIP, 0.25).tolist() == [7.5]
    assert crossings.value_at(DAYS, DIP, 4.0 + 1e-9).tolist() == [20.0]


@pytest.mark.parametrize("day", [-0.5, 4.5])
def test_a_day_outside_the_course_is_an_error(day):
    with pytest.raises(StudyError) as caught:
        crossings.value_at(DAYS, DIP, day)
    assert caught.value.expected == "a day from 0 to 4"


def test_a_window_adds_interpolated_ends_and_keeps_output_times():
    days, values = crossings.window(DAYS, DIP, 0.5, 3.5)
    assert days.tolist() == [0.5, 1.0, 3.0, 3.5]
    assert values.tolist() == [[5.0, 0.0, 0.0, 10.0]]
    days, values = crossings.window(DAYS, DIP, 1.0, 3.0)
    assert days.tolist() == [1.0, 3.0]


def test_a_window_inside_one_step_is_that_piece_of_the_line():
    days, values = crossings.window(DAYS, DIP, 0.25, 0.75)
    assert days.tolist() == [0.25, 0.75]
    assert values.tolist() == [[7.5, 2.5]]


def test_crossings_are_interpolated_and_take_one_level_a_patient():
    both = np.vstack([DIP, DIP])
    assert crossings.first_below(DAYS, both, [4.0, -1.0])[0] == pytest.approx(0.6)
    assert np.isnan(crossings.first_below(DAYS, both, [4.0, -1.0])[1])
    assert crossings.last_return(DAYS, DIP, 4.0).tolist() == [3.2]
    assert crossings.first_above(DAYS, DIP, 4.0, after=2.0).tolist() == [3.2]
    assert crossings.first_above(DAYS, DIP, 4.0, after=np.array([np.nan])).tolist() == pytest.approx(
        [np.nan], nan_ok=True
    )


def test_a_course_that_starts_below_is_below_from_its_first_day():
    assert crossings.first_below(DAYS, np.array([[1.0, 0.0, 0.0, 0.0]]), 2.0).tolist() == [0.0]


def test_a_level_that_is_only_touched_is_not_below():
    touch = np.array([[10.0, 5.0, 5.0, 10.0]])
    assert np.isnan(crossings.first_below(DAYS, touch, 5.0)[0])
    assert crossings.time_below(DAYS, touch, 5.0).tolist() == [0.0]


def test_time_below_counts_parts_of_steps():
    # Below 5 from day 0.5 to day 3.25.
    assert crossings.time_below(DAYS, DIP, 5.0).tolist() == [2.75]
    assert crossings.time_below(DAYS, DIP, 100.0).tolist() == [4.0]


def test_time_below_and_crossings_do_not_depend_on_the_output_grid():
    fine = np.linspace(0.0, 4.0, 4001)
    values = np.interp(fine, DAYS, DIP[0])[np.newaxis, :]
    assert crossings.time_below(fine, values, 5.0) == pytest.approx(crossings.time_below(DAYS, DIP, 5.0))
    assert crossings.last_return(fine, values, 4.0) == pytest.approx(crossings.last_return(DAYS, DIP, 4.0))


def test_area_is_exact_for_straight_rises_and_exponential_falls():
    days = np.array([0.0, 1.0, 2.0, 5.0])
    values = np.array([[0.0, 4.0, 4.0 * np.exp(-0.7), 4.0 * np.exp(-2.8)]])
    exact = 2.0 + 4.0 * (1 - np.exp(-2.8)) / 0.7
    assert crossings.area(days, values)[0] == pytest.approx(exact, rel=1e-12)


def test_area_of_a_fall_to_zero_is_the_triangle():
    assert crossings.area(np.array([0.0, 2.0]), np.array([[3.0, 0.0]])).tolist() == [3.0]


def test_extremes_come_with_their_first_day():
    value, day = crossings.lowest(DAYS, DIP)
    assert (value.tolist(), day.tolist()) == ([0.0], [1.0])
    value, day = crossings.highest(DAYS, DIP)
    assert (value.tolist(), day.tolist()) == ([20.0], [4.0])
