"""How a trial's report reads a patient."""

from __future__ import annotations

import numpy as np
import pytest

from silicart.endpoints.chunk import Chunk
from silicart.evidence import load_register
from silicart.study import validation_readings as readings


def chunk(days: list[float], infusions: tuple[float, ...] = (0.0,), **courses: list[list[float]]) -> Chunk:
    """Patients with the register's values, but without noise of a reading."""
    arrays = {name: np.array(course, dtype=float) for name, course in courses.items()}
    size = len(next(iter(arrays.values())))
    values = {id: np.full(size, entry.value) for id, entry in load_register().items()}
    for quiet in (
        "SLEDAI_noise_SD",
        "DORIS_noise_SD",
        "MG_ADL_patient_SD",
        "MG_ADL_visit_SD",
        "slow_organ_probability",
    ):
        values[quiet] = np.zeros(size)
    numbers = np.arange(size)
    return Chunk(np.array(days), arrays, numbers, numbers // 10, seed=1, infusions=infusions, parameters=values)


def test_sledai_is_rounded_activity_less_its_offset_and_never_negative() -> None:
    read = chunk([0.0, 90.0], activity=[[12.0, 12.0], [12.0, 4.4], [12.0, 1.0]])
    assert readings.sledai_on(read, 90.0).tolist() == [10.0, 2.0, 0.0]


def test_a_slow_organ_item_adds_its_points_and_rules_out_doris_in_its_share_of_patients() -> None:
    read = chunk([0.0, 90.0], activity=[[12.0, 0.0]] * 4000)
    read.parameters["slow_organ_probability"][:] = 0.15
    assert np.mean(readings.sledai_on(read, 90.0) == 4.0) == pytest.approx(0.15, abs=0.02)
    assert np.mean(readings.doris_on(read, 90.0)) == pytest.approx(0.85, abs=0.02)


def test_doris_needs_activity_below_three_points() -> None:
    assert readings.doris_on(chunk([0.0, 90.0], activity=[[12.0, 2.9], [12.0, 3.1]]), 90.0).tolist() == [1.0, 0.0]


def test_mg_adl_follows_equation_40() -> None:
    read = chunk([0.0, 90.0], MG_effect=[[0.0, 0.0], [0.0, 0.6]])
    start = readings.MG_ADL_BASELINE / 7.0
    placebo = 0.86 * start**1.23
    assert readings.mg_adl_change_on(read, 90.0) == pytest.approx(
        [-placebo, -placebo - 3.5 * 0.6 * start**0.871], rel=1e-9
    )
    assert readings.improved_on(read, 90.0).tolist() == [0.0, 1.0]


def test_antibody_is_compared_with_an_earlier_day() -> None:
    read = chunk([0.0, 100.0, 200.0], Ab_dsDNA=[[1.0, 0.5, 0.4], [1.0, 0.95, 0.96]])
    assert readings.antibody_below(read, 100.0, 0.0, 0.9).tolist() == [1.0, 0.0]
    assert readings.antibody_below(read, 200.0, 100.0, 1.0).tolist() == [1.0, 0.0]


def test_grades_are_counted_from_lowest_to_highest() -> None:
    hot, cold = [[0.0, 5.0]], [[0.0, 0.0]]
    read = chunk([0.0, 5.0], fever=hot * 2 + cold, pressure_fall=[[0.0, 80.0], [0.0, 0.0], [0.0, 80.0]])
    assert readings.at_least_grade(read, 1).tolist() == [1.0, 1.0, 0.0]
    assert readings.at_least_grade(read, 3).tolist() == [1.0, 0.0, 0.0]


def test_first_background_day_is_found_on_the_logarithm() -> None:
    # Falls from a half at 6 hours by 1.6 a day: background (0.02) after log(25)/1.6 days, between two outputs.
    days = [0.0, 0.25, 1.25, 2.25, 2.5, 3.0, 3.25]
    share = [[0.0, *(0.5 * np.exp(-1.6 * (day - 0.25)) for day in days[1:5]), 0.5, 0.6]]
    read = chunk(days, infusions=(0.0, 3.0), CAR_share_of_CD8=share)
    assert readings.first_peak_day(read).tolist() == [0.25]
    assert readings.first_background_day(read) == pytest.approx([0.25 + np.log(25.0) / 1.6], rel=1e-9)


def test_half_life_is_that_between_two_days_and_none_where_nothing_falls() -> None:
    read = chunk([0.0, 28.0, 100.0], CAR_per_microlitre=[[0.0, 8.0, 2.0], [0.0, 1.0, 1.5]])
    days = readings.half_life(read, "CAR_per_microlitre", 28.0, 100.0)
    assert days[0] == pytest.approx(36.0)
    assert np.isnan(days[1])


def test_return_and_recovery() -> None:
    read = chunk([0.0, 30.0, 100.0, 200.0], B_blood_relative=[[1.0, 0.01, 0.2, 1.0], [1.0, 0.01, 0.02, 1.0], [1.0] * 4])
    assert readings.returned_by(read, 92.0).tolist() == [1.0, 0.0, 0.0]
    cells = chunk([0.0, 30.0, 100.0, 200.0], plasma_long_normal_relative=[[1.0, 0.0, 0.0, 0.04]])
    assert readings.plasma_cells_seen_again(cells).tolist() == [150.0]
    igg = chunk([0.0, 365.0], IgG=[[6.0, 5.8], [6.0, 3.0]])
    assert readings.recovered_by(igg, "IgG", 365.0, 0.95).tolist() == [1.0, 0.0]
    protein = chunk([0.0, 60.0, 90.0], M_protein=[[20.0, 9.0, 12.0], [20.0, 15.0, 19.0]])
    assert readings.responded(protein).tolist() == [1.0, 0.0]
