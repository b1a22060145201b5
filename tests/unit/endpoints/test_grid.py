"""What endpoints ask of a simulation: observables and output days."""

import numpy as np
import pytest

from silicart.endpoints.grid import required_observables, required_times
from silicart.endpoints.registry import ENDPOINTS, find, select
from silicart.errors import StudyError

WEEKLY = tuple(7.0 * week for week in range(6))


def test_landmarks_alone_ask_for_their_days_only():
    days = required_times(select(["activity_6m", "IgG_change_1y"]), WEEKLY, 400.0)
    assert days.tolist() == sorted({0.0, 180.0, 365.0, 400.0, *WEEKLY})


def test_courses_are_daily_then_weekly_without_infusion_detail():
    days = required_times([find("IgG_nadir")], (), 730.0, start=-6.0)
    assert days[:9].tolist() == [-6.0, -5.0, -4.0, -3.0, -2.0, -1.0, 0.0, 1.0, 2.0]
    steps = np.diff(days)
    assert np.all(steps[days[:-1] < 120] == 1.0)
    assert np.all(steps[days[:-1] >= 120] <= 7.0)
    assert days[-1] == 730.0


def test_infusions_are_seen_by_the_quarter_day_and_just_before_each():
    days = required_times(select(["crs"]), WEEKLY, 730.0)
    early = days[days <= WEEKLY[-1] + 14]
    assert np.diff(early).max() <= 0.25
    for infusion in WEEKLY:
        assert infusion in days
        assert infusion + 0.25 in days
    for infusion in WEEKLY[1:]:
        before = days[days < infusion][-1]
        assert infusion - before == pytest.approx(1 / 1440)


def test_days_increase_and_none_stands_twice_within_a_rounding_error():
    infusions = (0.0, 0.1 * 3, 1 / 3, 30.1)
    days = required_times(select(["all"]), infusions, 730.0, start=-7.3)
    assert np.diff(days).min() > 1e-6
    assert set(infusions) <= set(days.tolist())
    assert days[0] == -7.3


def test_every_landmark_of_every_endpoint_is_an_output_day():
    days = set(required_times(select(["all"]), WEEKLY, 730.0).tolist())
    assert {day for endpoint in ENDPOINTS.values() for day in endpoint.days} <= days


def test_a_day_after_the_end_is_refused_by_the_name_of_the_endpoint():
    with pytest.raises(StudyError) as caught:
        required_times(select(["IgG_nadir", "activity_2y"]), WEEKLY, 365.0)
    assert caught.value.where == "endpoint activity_2y"
    assert caught.value.found == "day 730"


@pytest.mark.parametrize(("infusions", "start"), [((0.0, 800.0), 0.0), ((7.0, 0.0), 0.0), ((0.0,), 5.0)])
def test_days_that_do_not_fit_together_are_refused(infusions, start):
    with pytest.raises(StudyError, match="do not fit"):
        required_times([find("IgG_nadir")], infusions, 730.0, start=start)


def test_observables_are_named_once():
    names = required_observables(select(["all"]))
    assert len(names) == len(set(names))
    assert {"activity", "IgG", "B_naive_relative", "fever", "CAR_functional_per_microlitre"} <= set(names)
