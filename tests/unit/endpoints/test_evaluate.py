"""Reading a chunk into a table: rows, columns, failed patients, and what is missing."""

from dataclasses import replace

import numpy as np
import pytest

from silicart.endpoints.evaluate import evaluate_endpoints
from silicart.endpoints.grid import required_observables, required_times
from silicart.endpoints.registry import select
from silicart.errors import StudyError


def _read_in_courses():
    # Charts have tests of their own.
    return tuple(one for one in select(["all"], disease="sle") if one.reads != "chart")


def test_a_row_a_patient_and_a_column_an_endpoint(chunk):
    table = evaluate_endpoints(
        chunk([0.0, 365.0], activity=[[12, 2], [12, 9]]), select(["activity_1y", "remission_1y"])
    )
    assert table.columns.tolist() == ["patient", "draw", "activity_1y", "remission_1y"]
    assert table["remission_1y"].tolist() == [1.0, 0.0]


def test_a_failed_patient_has_no_value_and_disturbs_nobody(chunk):
    courses = chunk([0.0, 1.0, 730.0], good=[True, False], IgG=[[12, 3, 6], [12, np.nan, np.nan]])
    table = evaluate_endpoints(courses, select(["IgG_nadir", "IgG_low", "IgG_days_low"]))
    assert table.loc[0, "IgG_nadir"] == 3.0
    assert table.iloc[1, 2:].isna().all()


def test_a_missing_observable_is_an_error_with_the_nearest_name(chunk):
    with pytest.raises(StudyError) as caught:
        evaluate_endpoints(chunk([0.0, 365.0], activit=[[12, 2]]), select(["activity_1y"]))
    assert caught.value.remedy == "did you mean activit?"


def test_every_endpoint_reads_a_whole_study_of_made_up_courses(chunk):
    everything = _read_in_courses()
    infusions = tuple(7.0 * week for week in range(6))
    days = required_times(everything, infusions, 730.0)
    falling = np.exp(-np.maximum(days, 0) / 30)
    courses = {name: np.vstack([5 * falling + 0.01, 20 * falling + 0.01]) for name in required_observables(everything)}
    table = evaluate_endpoints(chunk(days, infusions, **courses), everything)
    assert len(table) == 2
    assert table.columns.tolist()[2:] == [endpoint.id for endpoint in everything]
    assert table.dtypes.iloc[2:].unique().tolist() == [np.dtype(float)]
    never = {"relapse_day", "B_return_day", "B_return_day_5", "B_naive_return_day", "B_naive_return_day_5"}
    never |= {"B_memory_return_day", "B_memory_return_day_5"}
    # No supply: nothing was made.
    never |= {endpoint.id for endpoint in everything if endpoint.reads == "product"}
    assert set(table.columns[table.isna().all()]) == never


def test_splitting_a_chunk_changes_no_value(chunk):
    everything = _read_in_courses()
    days = required_times(everything, (0.0,), 730.0)
    random = np.random.default_rng(5)
    courses = {name: random.uniform(0, 40, (30, len(days))) for name in required_observables(everything)}
    whole = chunk(days, **courses)
    table = evaluate_endpoints(whole, everything)
    rows = np.arange(10, 20)
    part = replace(
        whole,
        courses={name: values[rows] for name, values in courses.items()},
        patients=whole.patients[rows],
        draws=whole.draws[rows],
        parameters={name: values[rows] for name, values in whole.parameters.items()},
    )
    assert evaluate_endpoints(part, everything).equals(table.iloc[rows].reset_index(drop=True))
