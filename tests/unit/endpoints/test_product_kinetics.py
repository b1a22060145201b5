"""CAR+ cells in blood: peak, exposure, disappearance and function, on courses made by hand."""

import numpy as np
import pytest

from silicart.endpoints.registry import find

DAYS = [0.0, 0.25, 1.0, 2.25, 7.0, 14.0, 21.0, 60.0]


def test_peak_and_exposure_of_a_first_order_decline(chunk):
    counts = 100.0 * np.exp(-0.5 * np.array(DAYS))
    course = chunk(DAYS, CAR_per_microlitre=[counts, np.zeros(8)])
    assert find("CAR_peak").compute(course).tolist() == [100.0, 0.0]
    assert find("CAR_peak_day").compute(course) == pytest.approx([0.0, np.nan], nan_ok=True)
    assert find("CAR_exposure").compute(course) == pytest.approx([100 * (1 - np.exp(-30)) / 0.5, 0.0])


def test_cells_vanish_when_they_last_fall_below_one_per_microlitre(chunk):
    course = chunk(
        [0.0, 1.0, 2.0, 3.0, 4.0],
        CAR_per_microlitre=[[10, 0, 10, 5, 0], [0.5, 0.5, 0.5, 0.5, 0.5], [10, 10, 10, 10, 10]],
    )
    assert find("CAR_vanishing_day").compute(course) == pytest.approx([3.8, np.nan, np.nan], nan_ok=True)


def test_function_left_is_relative_to_the_day_after_the_last_infusion(chunk):
    functional = [[500, 500, 50, 5, 80, 0.4, 0.2, 0.0], [0.0] * 8]
    course = chunk(DAYS, infusions=(0.0, 7.0), CAR_functional_per_microlitre=functional)
    assert find("CAR_functional_14d").compute(course) == pytest.approx([0.2 / 80, np.nan], nan_ok=True)


def test_function_left_has_no_value_without_infusion_or_before_its_day(chunk):
    without = chunk(DAYS, infusions=(), CAR_functional_per_microlitre=[[0.0] * 8])
    late = chunk(DAYS, infusions=(0.0, 50.0), CAR_functional_per_microlitre=[[1.0] * 8])
    assert np.isnan(find("CAR_functional_14d").compute(without)).all()
    assert np.isnan(find("CAR_functional_14d").compute(late)).all()


def test_shares_of_cd8_are_read_at_6_and_54_hours(chunk):
    course = chunk(DAYS, CAR_share_of_CD8=[[0.0, 0.6, 0.2, 0.02, 0.0, 0.0, 0.0, 0.0]])
    assert find("CAR_share_of_CD8_6h").compute(course).tolist() == [0.6]
    assert find("CAR_share_of_CD8_54h").compute(course).tolist() == [0.02]
    assert find("CAR_share_of_CD8_peak").compute(course).tolist() == [0.6]
