"""Survival of an arm: the Kaplan-Meier estimate, who is at risk, and the interval over draws."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from silicart.report.figures.survival import survival_figure
from silicart.report.palette import ArmStyle
from silicart.report.survival import survival

HORIZON = 100.0


@pytest.fixture
def endpoints() -> pd.DataFrame:
    """Ten patients in two draws: events on days 10 to 60 in six, none in three, and one whose simulation failed."""
    return pd.DataFrame(
        {
            "arm": "one",
            "patient": range(10),
            "draw": np.repeat([0, 1], 5),
            "PFS_day": [10.0, 20.0, 30.0, 40.0, 50.0, 60.0, np.nan, np.nan, np.nan, np.nan],
            "PFS_6m": [0.0] * 6 + [1.0] * 3 + [np.nan],
        }
    )


def test_estimate_falls_by_one_patient_an_event(endpoints: pd.DataFrame) -> None:
    (one,) = survival(endpoints, ["one"], "PFS_day", "PFS_6m", HORIZON)
    assert [one.at(day) for day in (0.0, 9.9, 10.0, 35.0, 60.0, HORIZON)] == pytest.approx(
        [1.0, 1.0, 8 / 9, 6 / 9, 3 / 9, 3 / 9]
    )
    assert one.median == 50.0


def test_who_had_no_event_is_at_risk_to_the_end(endpoints: pd.DataFrame) -> None:
    (one,) = survival(endpoints, ["one"], "PFS_day", "PFS_6m", HORIZON)
    assert [one.at_risk(day) for day in (0.0, 10.0, 10.1, 60.1, HORIZON)] == [9, 9, 8, 3, 3]


def test_interval_holds_the_draws_and_is_whole_at_the_start(endpoints: pd.DataFrame) -> None:
    (one,) = survival(endpoints, ["one"], "PFS_day", "PFS_6m", HORIZON)
    assert one.low[0] == one.high[0] == 1.0
    assert one.low[-1] < one.at(HORIZON) < one.high[-1]


def test_fewer_than_half_with_an_event_have_no_median(endpoints: pd.DataFrame) -> None:
    endpoints.loc[2:, "PFS_day"] = np.nan
    (one,) = survival(endpoints, ["one"], "PFS_day", "PFS_6m", HORIZON)
    assert one.median is None


def test_an_event_after_the_end_is_none(endpoints: pd.DataFrame) -> None:
    (one,) = survival(endpoints, ["one"], "PFS_day", "PFS_6m", 45.0)
    assert one.at(45.0) == pytest.approx(5 / 9)


def test_nobody_simulated_is_no_curve(endpoints: pd.DataFrame) -> None:
    assert survival(endpoints.assign(PFS_6m=np.nan), ["one"], "PFS_day", "PFS_6m", HORIZON) == []
    assert survival(endpoints.drop(columns="PFS_day"), ["one"], "PFS_day", "PFS_6m", HORIZON) == []


def test_patients_at_risk_stand_in_the_figure(endpoints: pd.DataFrame) -> None:
    arms = survival(endpoints, ["one"], "PFS_day", "PFS_6m", HORIZON)
    figure = survival_figure({"Alive": arms}, {"one": ArmStyle("one", "One", "#000000", "#000000", (0, ()))}, HORIZON)
    texts = [text.get_text() for axes in figure.axes for text in axes.texts]
    assert "Patients at risk" in texts
    assert texts[1:] == ["9", "3"]
