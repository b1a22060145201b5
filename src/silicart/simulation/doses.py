"""The event table: the columns of the field, read strictly.

The columns are those of NONMEM's PREDPP (ID, TIME, AMT, CMT, EVID, RATE, II, ADDL, SS). This file knows tables, not
biology: CMT names a state of the model or a dose target, which is a name that spreads AMT over states.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from silicart.errors import DoseError, nearest

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

COLUMNS = ("ID", "TIME", "AMT", "CMT", "EVID", "RATE", "II", "ADDL", "SS")
OBSERVATION, DOSE, OTHER, RESET, RESET_AND_DOSE = range(5)
EVERYONE = -1


@dataclass(frozen=True)
class DoseRecords:
    """A checked event table as columns of equal length, in the order of its rows.

    `patient` is a patient row or EVERYONE; `target` indexes `targets`, the distinct names in CMT, and is -1 where a
    record names none. `time` and `interval` are in the model's time unit, `amount` in the unit of the target,
    `rate` in that unit per time, 0 for an amount given at once.
    """

    patient: IntArray
    time: FloatArray
    amount: FloatArray
    target: IntArray
    event: IntArray
    rate: FloatArray
    interval: FloatArray
    additional: IntArray
    steady: BoolArray
    targets: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.time)


def read_dose_table(table: object, *, patients: int, targets: Collection[str]) -> DoseRecords:
    """Check an event table and return its records.

    Parameters
    ----------
    table : a pandas data frame, anything with `to_pandas()`, or a mapping of columns. TIME is required; AMT and CMT
        where a record doses. ID (0-based patient row) absent means all patients; EVID absent means that every record
        is a dose. RATE, II, ADDL and SS are 0 where absent or empty.
    patients : how many patients there are; ID runs from 0 to patients - 1.
    targets : the names that CMT may take.

    Raises
    ------
    DoseError : with the row (counted from 0), the column, the value and what was expected.

    Examples
    --------
    >>> records = read_dose_table({"TIME": [0.0], "AMT": [5.0], "CMT": ["blood"]}, patients=3, targets=["blood"])
    >>> records.amount.tolist(), records.patient.tolist()
    ([5.0], [-1])
    """
    frame = _frame(table)
    _check_columns(frame)
    read = _Reader(frame)
    time = read.numbers("TIME")
    event = read.numbers("EVID", absent=DOSE)
    read.refuse(
        ~np.isin(event, range(5)),
        "EVID",
        "unknown kind of event",
        "0 observation, 1 dose, 2 other, 3 reset, or 4 reset and dose",
        "use one of these five",
    )
    doses = (event == DOSE) | (event == RESET_AND_DOSE)
    amount = read.numbers("AMT", empty=0.0, required=doses)
    read.refuse(amount < 0, "AMT", "a dose cannot be negative", "an amount of 0 or more", "remove the sign or the row")
    read.refuse(
        ~doses & (amount != 0), "AMT", "an amount on a record that is no dose", "0", "set EVID to 1, or AMT to 0"
    )
    rate, interval, additional, steady = _courses(read, doses, amount)
    patient = _patients(read, patients)
    _check_order(read, patient, time)
    target, names = _targets(read, doses, targets)
    return DoseRecords(
        patient,
        time,
        amount,
        target,
        event.astype(np.int64),
        rate,
        interval,
        additional.astype(np.int64),
        steady != 0,
        names,
    )


class _Reader:
    """One table being read; every refusal names the first offending row, its column and its value."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame
        self.rows = len(frame)

    def numbers(
        self,
        column: str,
        *,
        absent: float | None = None,
        empty: float | None = None,
        required: BoolArray | None = None,
    ) -> FloatArray:
        """Return a column as floats; `empty` fills missing cells that are not `required`."""
        import pandas as pd

        if column not in self.frame.columns:
            if absent is not None or (empty is not None and (required is None or not required.any())):
                return np.full(self.rows, absent if absent is not None else empty, dtype=np.float64)
            raise DoseError(
                f"the dose table has no column {column}",
                where="doses",
                found="columns: " + ", ".join(map(str, self.frame.columns)),
                expected=f"a column {column}",
                remedy=f"add {column}",
            )
        series = self.frame[column]
        if series.dtype.kind == "c" or series.dtype == object:
            series = series.astype(object).map(_readable)
        values = pd.to_numeric(series, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
        missing = series.isna().to_numpy(dtype=bool)
        remedy = "write a plain number"
        self.refuse(np.isnan(values) & ~missing, column, "not a number", "a number", remedy)
        self.refuse(np.isinf(values), column, "not a finite number", "a finite number", remedy)
        must = np.ones(self.rows, dtype=bool) if empty is None else required
        if must is not None:
            self.refuse(missing & must, column, "an empty cell", "a number", f"fill {column} in")
        return values if empty is None else np.where(missing, empty, values)

    def refuse(
        self, bad: BoolArray, column: str, problem: str, expected: str | Callable[[int], str], remedy: str
    ) -> None:
        """Raise DoseError for the first row where `bad` holds."""
        rows = np.flatnonzero(bad)
        if not len(rows):
            return
        row = int(rows[0])
        more = f" (and {len(rows) - 1} more)" if len(rows) > 1 else ""
        raise DoseError(
            problem,
            where=f"doses, row {row}{more}, column {column}",
            found=self._shown(row, column),
            expected=expected if isinstance(expected, str) else expected(row),
            remedy=remedy,
        )

    def _shown(self, row: int, column: str) -> object:
        if column not in self.frame.columns:
            return "no such column"
        # Tables write an empty cell in several ways; a reader of the message should see one.
        return "an empty cell" if self.frame[column].isna().iloc[row] else self.frame[column].iloc[row]


def _readable(cell: object) -> object:
    """Return a cell as pandas can take it: what is complex is no number, and a longer integer no finite one."""
    if isinstance(cell, complex | np.complexfloating):
        return str(cell)
    if isinstance(cell, int):
        try:
            float(cell)
        except OverflowError:
            return math.inf
    return cell


def _courses(
    read: _Reader, doses: BoolArray, amount: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """RATE, II, ADDL and SS, which together say how one record becomes a course."""
    rate = read.numbers("RATE", empty=0.0)
    modelled = np.isin(rate, (-1.0, -2.0))
    read.refuse(
        modelled, "RATE", "RATE -1 and -2 (rate or duration estimated by the model) are not supported", "0 or a rate",
        "give the rate itself",
    )  # fmt: skip
    read.refuse(rate < 0, "RATE", "a rate cannot be negative", "0 (all at once) or a rate", "give the rate itself")
    read.refuse((rate > 0) & (amount == 0), "RATE", "a rate without an amount", "AMT above 0", "give AMT, or RATE 0")
    interval = read.numbers("II", empty=0.0)
    read.refuse(interval < 0, "II", "an interval cannot be negative", "0 or an interval", "give the days between doses")
    additional = read.numbers("ADDL", empty=0.0)
    whole = (additional >= 0) & (additional == np.floor(additional))
    read.refuse(~whole, "ADDL", "not a count of additional doses", "0, 1, 2, ...", "count the doses after the first")
    steady = read.numbers("SS", empty=0.0)
    read.refuse(
        steady == 2, "SS", "SS 2 (steady state added to the present state) is not supported", "0 or 1",
        "use SS 1, or give the course itself with ADDL and II",
    )  # fmt: skip
    read.refuse(~np.isin(steady, (0, 1, 2)), "SS", "unknown steady-state code", "0 or 1", "use 0 or 1")
    missing_interval = "II, the time between doses, above 0"
    read.refuse((additional > 0) & (interval == 0), "ADDL", "additional doses without II", missing_interval, "give II")
    read.refuse((steady == 1) & (interval == 0), "SS", "a steady state without II", missing_interval, "give II")
    read.refuse((steady == 1) & (amount == 0), "SS", "a steady state without a dose", "AMT above 0", "give AMT")
    if "ADDL" not in read.frame.columns:
        # An explicit ADDL of 0 says "once"; a table with II and no ADDL at all has most likely forgotten it.
        lone = (interval > 0) & (steady == 0)
        read.refuse(lone, "II", "an interval without ADDL or SS", "a column ADDL", "say how many doses follow")
    for column, values in (("RATE", rate), ("II", interval), ("ADDL", additional), ("SS", steady)):
        read.refuse(
            ~doses & (values != 0),
            column,
            f"{column} on a record that is no dose",
            "0",
            f"set EVID to 1, or {column} to 0",
        )
    return rate, interval, additional, steady


def _patients(read: _Reader, patients: int) -> IntArray:
    if "ID" not in read.frame.columns:
        return np.full(read.rows, EVERYONE, dtype=np.int64)
    identity = read.numbers("ID")
    last = patients - 1
    inside = (identity >= 0) & (identity <= last) & (identity == np.floor(identity))
    expected = "0 (there is one patient)" if patients == 1 else f"a whole number from 0 to {last}"
    read.refuse(~inside, "ID", "no such patient", expected, "ID is the 0-based row of the patient in `parameters`")
    return identity.astype(np.int64)


def _check_order(read: _Reader, patient: IntArray, time: FloatArray) -> None:
    order = np.argsort(patient, kind="stable")
    sorted_patient, sorted_time = patient[order], time[order]
    backwards = (sorted_patient[1:] == sorted_patient[:-1]) & (sorted_time[1:] < sorted_time[:-1])
    bad = np.zeros(read.rows, dtype=bool)
    bad[order[1:][backwards]] = True
    previous = np.zeros(read.rows)
    previous[order[1:]] = sorted_time[:-1]
    read.refuse(
        bad,
        "TIME",
        "the dose table is not sorted by time",
        lambda row: f"a time of {previous[row]:g} or later, that of the patient's row before",
        'sort it: table.sort_values(["ID", "TIME"], kind="stable")',
    )


def _targets(read: _Reader, doses: BoolArray, targets: Collection[str]) -> tuple[IntArray, tuple[str, ...]]:
    import pandas as pd

    if "CMT" not in read.frame.columns:
        if doses.any():
            read.refuse(
                doses, "CMT", "a dose without a place to go", "a column CMT", "name a state or a product in CMT"
            )
        return np.full(read.rows, -1, dtype=np.int64), ()
    codes, names = pd.factorize(read.frame["CMT"].astype(object))
    read.refuse(doses & (codes < 0), "CMT", "a dose without a place to go", "a state or a product", "name one in CMT")
    for code, name in enumerate(names):
        if name in targets:
            continue
        near = nearest(str(name), targets)
        what = "the id of a state, or the name of a product passed in `products`"
        remedy = f"did you mean {near}?" if near else "check the spelling, or pass the product in `products`"
        read.refuse(codes == code, "CMT", "unknown state or product", what, remedy)
    return codes.astype(np.int64), tuple(str(name) for name in names)


def _frame(table: object) -> pd.DataFrame:
    import pandas as pd

    if isinstance(table, pd.DataFrame):
        return table
    convert: Any = getattr(table, "to_pandas", None)
    if convert is not None:
        frame = convert()
        if isinstance(frame, pd.DataFrame):
            return frame
    if isinstance(table, Mapping):
        try:
            return pd.DataFrame({str(column): np.asarray(values) for column, values in table.items()})
        except ValueError as error:
            raise DoseError(
                "the columns of the dose table differ in length",
                where="doses",
                expected="columns of one length",
                remedy="give every column one value a record",
            ) from error
    raise DoseError(
        "the dose table is not a table",
        where="doses",
        found=type(table).__name__,
        expected="a pandas data frame, anything with to_pandas(), or a mapping of columns",
        remedy="build a data frame with the columns " + ", ".join(COLUMNS),
    )


def _check_columns(frame: pd.DataFrame) -> None:
    seen = set()
    for column in frame.columns:
        name = str(column)
        if name not in COLUMNS:
            near = nearest(name.upper(), COLUMNS)
            raise DoseError(
                "unknown column in the dose table",
                where=f"doses, column {name}",
                found=name,
                expected="columns among " + ", ".join(COLUMNS),
                remedy=f"did you mean {near}?" if near else "remove the column",
            )
        if name in seen:
            raise DoseError(
                "a column stands twice in the dose table", where=f"doses, column {name}", remedy="keep one of the two"
            )
        seen.add(name)
