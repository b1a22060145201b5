"""Grades of cytokine release syndrome: probabilities, realised grades, and what they agree on."""

import numpy as np
import pytest

from silicart.endpoints import crs
from silicart.endpoints.registry import find

DAYS = [0.0, 3.0, 7.0, 14.0]


def courses(chunk, fever, fall, patients=1, oxygen=-10.0, **other):
    # An oxygen need far below zero never counts, so that pressure can be looked at alone.
    shape = [0.0, 0.5, 1.0, 0.0]
    return chunk(
        DAYS,
        fever=[[fever * part for part in shape]] * patients,
        pressure_fall=[[fall * part for part in shape]] * patients,
        oxygen_need=[[oxygen] * len(DAYS)] * patients,
        **other,
    )


def test_probabilities_are_one_half_at_the_thresholds(chunk):
    at_fever = courses(chunk, 1.0, 0.0)
    assert find("crs_probability_1").compute(at_fever).tolist() == [0.5]
    at_hypotension = courses(chunk, 4.0, 20.0)
    assert find("crs_probability_2").compute(at_hypotension) == pytest.approx([0.5], abs=1e-6)
    at_pressor = courses(chunk, 4.0, 35.0)
    assert find("crs_probability_3").compute(at_pressor) == pytest.approx([0.5], abs=1e-6)


def test_probabilities_multiply_fever_and_pressure(chunk):
    course = courses(chunk, 1.25, 28.0)
    # One standard deviation above each threshold: 0.8413 each; 7/8 of one below that of grade 3: 0.1908.
    assert find("crs_probability_1").compute(course) == pytest.approx([0.84134], abs=1e-5)
    assert find("crs_probability_2").compute(course) == pytest.approx([0.84134**2], abs=1e-5)
    assert find("crs_probability_3").compute(course) == pytest.approx([0.84134 * 0.19079], abs=1e-5)


@pytest.mark.parametrize(("fever", "fall", "expected"), [(0.0, 100.0, 0), (5.0, 0.0, 1), (5.0, 27.5, None)])
def test_grades_follow_fever_first_then_pressure(chunk, fever, fall, expected):
    grades = crs.grade(courses(chunk, fever, fall, patients=500))
    if expected is None:
        assert (grades == 2).mean() > 0.5
        assert {1.0, 2.0, 3.0} <= set(grades) <= {1.0, 2.0, 3.0, 4.0, 5.0}
    else:
        # Pressure of 0 is 2.5 standard deviations below the limit of grade 2.
        assert (grades == expected).mean() > 0.98


def test_realised_grades_have_the_stated_probabilities(chunk):
    course = courses(chunk, 1.2, 25.0, patients=20_000)
    grades = crs.grade(course)
    for at_least in (1, 2, 3):
        probability = float(crs.grade_probability(course, at_least)[0])
        error = 4 * np.sqrt(probability * (1 - probability) / 20_000)
        assert abs((grades >= at_least).mean() - probability) < error


def test_of_those_who_reach_grade_four_the_register_says_how_many_die(chunk):
    grades = crs.grade(courses(chunk, 9.0, 100.0, patients=4000))
    assert set(grades) == {4.0, 5.0}
    assert (grades == 5).mean() == pytest.approx(0.5, abs=0.03)


@pytest.mark.parametrize(("oxygen", "worst"), [(0.0, 1), (4.0, 2), (9.0, 3), (30.0, 4)])
def test_oxygen_alone_sets_the_grade(chunk, oxygen, worst):
    grades = np.minimum(crs.grade(courses(chunk, 5.0, -50.0, patients=500, oxygen=oxygen)), 4)
    assert (grades == worst).mean() > 0.95
    probability = crs.grade_probability(courses(chunk, 5.0, -50.0, oxygen=oxygen), max(worst, 2))[0]
    assert probability > 0.95 if worst > 1 else probability < 0.01


def test_a_patient_meets_the_same_noise_in_every_arm_and_chunk(chunk):
    mild, severe = courses(chunk, 1.0, 15.0, patients=200), courses(chunk, 1.4, 25.0, patients=200)
    assert np.all(crs.grade(severe) >= crs.grade(mild))
    assert np.array_equal(crs.grade(mild)[:50], crs.grade(courses(chunk, 1.0, 15.0, patients=50)))
    assert not np.array_equal(crs.grade(mild), crs.grade(courses(chunk, 1.0, 15.0, patients=200, seed=2)))


def test_there_is_no_crs_without_an_infusion(chunk):
    course = courses(chunk, 3.0, 40.0, infusions=())
    assert crs.grade(course).tolist() == [0.0]
    assert find("crs_probability_1").compute(course).tolist() == [0.0]


def test_onset_is_the_first_day_with_fever(chunk):
    course = courses(chunk, 2.0, 0.0)
    # 0 on day 0, 1 on day 3, 2 on day 7: above 1 from day 3 on.
    assert find("crs_onset_day").compute(course).tolist() == [3.0]
    assert np.isnan(find("crs_onset_day").compute(courses(chunk, 0.9, 0.0))[0])
    assert find("fever_peak").compute(course).tolist() == [2.0]


def test_limits_and_noise_are_the_patients_own(chunk):
    course = courses(
        chunk, 1.0, 30.0, patients=2, parameters={"fever_threshold": [0.5, 1.0], "fever_noise_SD": [0.5, 0.25]}
    )
    assert find("crs_probability_1").compute(course) == pytest.approx([0.84134, 0.5], abs=1e-5)
