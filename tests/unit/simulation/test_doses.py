"""A dose table is read strictly: every complaint has row, column, value, what was expected and a remedy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest

from silicart.errors import DoseError
from silicart.simulation.doses import EVERYONE, read_dose_table

GOOD: Mapping[str, list[Any]] = {
    "ID": [0, 0, 1],
    "TIME": [0.0, 7.0, 3.0],
    "AMT": [10.0, 20.0, 0.0],
    "CMT": ["blood", "mrna", "blood"],
    "EVID": [1, 1, 0],
    "RATE": [0.0, 5.0, 0.0],
    "II": [0.0, 7.0, 0.0],
    "ADDL": [0, 5, 0],
    "SS": [0, 0, 0],
}


def read(patients: int = 2, **changes: list[Any] | None) -> Any:
    columns = {name: values for name, values in {**GOOD, **changes}.items() if values is not None}
    return read_dose_table(columns, patients=patients, targets=["blood", "mrna"])


def test_a_good_table_is_read_as_it_stands() -> None:
    records = read()
    assert records.patient.tolist() == [0, 0, 1]
    assert records.amount.tolist() == [10.0, 20.0, 0.0]
    assert [records.targets[target] for target in records.target] == ["blood", "mrna", "blood"]
    assert records.additional.tolist() == [0, 5, 0]
    assert not records.steady.any()


@pytest.mark.parametrize(
    ("changes", "where", "found", "says"),
    [
        ({"AMT": [10.0, -5.0, 0.0]}, "row 1, column AMT", "-5.0", "cannot be negative"),
        ({"AMT": [10.0, float("nan"), 0.0]}, "row 1, column AMT", "an empty cell", "an empty cell"),
        ({"AMT": [10.0, "ten", 0.0]}, "row 1, column AMT", "ten", "not a number"),
        ({"AMT": [10.0, np.inf, 0.0]}, "row 1, column AMT", "inf", "not a finite number"),
        ({"AMT": [10.0, 20.0, 3.0]}, "row 2, column AMT", "3.0", "on a record that is no dose"),
        ({"TIME": [8.0, 7.0, 3.0]}, "row 1, column TIME", "7.0", "not sorted by time"),
        ({"ID": [0, 0, 2]}, "row 2, column ID", "2", "no such patient"),
        ({"ID": [0, 0.5, 1]}, "row 1, column ID", "0.5", "no such patient"),
        ({"CMT": ["blood", "mrnaa", "blood"]}, "row 1, column CMT", "mrnaa", "unknown state or product"),
        ({"CMT": ["blood", None, "blood"]}, "row 1, column CMT", "an empty cell", "without a place to go"),
        ({"EVID": [1, 5, 0]}, "row 1, column EVID", "5", "unknown kind of event"),
        ({"EVID": [1, 1.5, 0]}, "row 1, column EVID", "1.5", "unknown kind of event"),
        ({"RATE": [0.0, -2.0, 0.0]}, "row 1, column RATE", "-2.0", "RATE -1 and -2"),
        ({"RATE": [0.0, -3.0, 0.0]}, "row 1, column RATE", "-3.0", "rate cannot be negative"),
        ({"AMT": [0.0, 0.0, 0.0]}, "row 1, column RATE", "5.0", "rate without an amount"),
        ({"ADDL": [0, -1, 0]}, "row 1, column ADDL", "-1", "count of additional doses"),
        ({"ADDL": [0, 1.5, 0]}, "row 1, column ADDL", "1.5", "count of additional doses"),
        ({"II": [0.0, 0.0, 0.0]}, "row 1, column ADDL", "5", "additional doses without II"),
        ({"II": [0.0, -7.0, 0.0]}, "row 1, column II", "-7.0", "interval cannot be negative"),
        ({"SS": [1, 0, 0]}, "row 0, column SS", "1", "steady state without II"),
        ({"SS": [0, 2, 0]}, "row 1, column SS", "2", "SS 2"),
        ({"SS": [0, 3, 0]}, "row 1, column SS", "3", "unknown steady-state code"),
        ({"SS": [0, 1, 0], "AMT": [10.0, 0.0, 0.0], "RATE": None}, "row 1, column SS", "1", "without a dose"),
        ({"II": [0.0, 7.0, 7.0]}, "row 2, column II", "7.0", "II on a record that is no dose"),
        ({"ADDL": None}, "row 1, column II", "7.0", "interval without ADDL or SS"),
    ],
)
def test_a_bad_value_is_refused_with_its_place(changes: dict[str, Any], where: str, found: str, says: str) -> None:
    with pytest.raises(DoseError, match=says) as caught:
        read(**changes)
    assert where in str(caught.value.where)
    assert caught.value.found == found
    assert caught.value.expected
    assert caught.value.remedy


def test_the_remedy_names_the_nearest_product() -> None:
    with pytest.raises(DoseError) as caught:
        read(CMT=["blood", "mrnaa", "blood"])
    assert caught.value.remedy == "did you mean mrna?"


def test_an_unknown_column_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(DoseError, match="unknown column") as caught:
        read_dose_table({"TIME": [0.0], "AMOUNT": [1.0], "CMT": ["blood"]}, patients=1, targets=["blood"])
    assert caught.value.found == "AMOUNT"
    assert "AMT" in str(caught.value.expected)


def test_a_table_without_time_is_refused() -> None:
    with pytest.raises(DoseError, match="no column TIME"):
        read(TIME=None)


def test_the_first_of_several_bad_rows_is_named_and_the_others_counted() -> None:
    with pytest.raises(DoseError, match=r"row 0 \(and 1 more\)"):
        read(AMT=[-1.0, -2.0, 0.0])


def test_without_id_a_record_is_for_everyone() -> None:
    records = read_dose_table({"TIME": [0.0], "AMT": [1.0], "CMT": ["blood"]}, patients=5, targets=["blood"])
    assert records.patient.tolist() == [EVERYONE]


def test_patients_may_be_interleaved_as_long_as_each_one_is_sorted() -> None:
    table = {"ID": [1, 0, 1, 0], "TIME": [0.0, 0.0, 5.0, 2.0], "AMT": [1.0] * 4, "CMT": ["blood"] * 4}
    assert len(read_dose_table(table, patients=2, targets=["blood"])) == 4


def test_empty_cells_of_optional_columns_are_zero() -> None:
    table = pd.DataFrame(
        {"TIME": [0.0], "AMT": [1.0], "CMT": ["blood"], "RATE": [None], "II": [np.nan], "ADDL": [None]}
    )
    records = read_dose_table(table, patients=1, targets=["blood"])
    assert (records.rate.item(), records.interval.item(), records.additional.item()) == (0.0, 0.0, 0)


def test_anything_with_to_pandas_is_a_table() -> None:
    class Foreign:
        def to_pandas(self) -> pd.DataFrame:
            return pd.DataFrame({"TIME": [0.0], "AMT": [1.0], "CMT": ["blood"]})

    assert len(read_dose_table(Foreign(), patients=1, targets=["blood"])) == 1


@pytest.mark.parametrize("table", [3, [1, 2], {"TIME": [0.0, 1.0], "AMT": [1.0], "CMT": ["blood"]}])
def test_what_is_no_table_is_refused(table: Any) -> None:
    with pytest.raises(DoseError):
        read_dose_table(table, patients=1, targets=["blood"])
