"""The table that a prediction begins with: donor, dose, day, and percent of positive cells or nothing."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from silicart.errors import ExpressionDataError, nearest

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("donor", "dose_ng", "day", "percent")
_MISSING = frozenset({"", "na", "nan", "none", "null"})


@dataclass(frozen=True)
class DonorRow:
    """One row: `percent` is None where it is to be predicted; `where` is the file and line, or the row's number."""

    donor: str
    dose_ng: float
    day: float
    percent: float | None
    where: str


def read_file(path: Path | str) -> tuple[DonorRow, ...]:
    """Read a CSV file with the columns donor, dose_ng, day and percent; others are left aside.

    Raises
    ------
    ExpressionDataError : the file cannot be read, or as `read_rows`; with file and line.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except OSError as bad:
        raise ExpressionDataError(
            "the table cannot be read", where=str(path), found=bad.strerror, remedy="check the path"
        ) from None
    except UnicodeDecodeError:
        raise ExpressionDataError("the table is not text", where=str(path), expected="a CSV file in UTF-8") from None
    return read_text(text, str(path))


def read_text(text: str, name: str) -> tuple[DonorRow, ...]:
    """Read the text of a CSV file; `name` is what messages show.

    Examples
    --------
    >>> read_text("donor,dose_ng,day,percent\\nA,800,1,66\\nA,800,2,\\n", "t.csv")[1].percent is None
    True
    """
    reader = csv.reader(io.StringIO(text), skipinitialspace=True)
    rows: list[DonorRow] = []
    header: list[str] | None = None
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            where = f"{name}:{reader.line_num}"
            if header is None:
                header = [cell.strip() for cell in cells]
                _check_columns(header, where)
                continue
            if len(cells) != len(header):
                raise ExpressionDataError(
                    "a row has another number of cells than the header",
                    where=where,
                    found=len(cells),
                    expected=str(len(header)),
                    remedy="end a row to be predicted with a comma: its percent is empty",
                )
            rows.append(_row({key: cells[number] for number, key in enumerate(header)}, where))
    except csv.Error as bad:
        raise ExpressionDataError("not readable as CSV", where=f"{name}:{reader.line_num}", found=bad) from None
    if header is None:
        raise ExpressionDataError("the table is empty", where=name, expected="the columns " + ", ".join(COLUMNS))
    return _checked(rows, name)


def read_rows(table: pd.DataFrame | Mapping[str, Any]) -> tuple[DonorRow, ...]:
    """Read a data frame or a mapping of columns.

    Raises
    ------
    ExpressionDataError : a column is missing, columns differ in length, a percentage leaves 0 to 100, a day is not
        above 0, a dose is negative, a row stands twice, or no row is to be predicted.
    """
    _check_columns([str(key) for key in table], "table")
    columns = {key: [*table[key]] for key in COLUMNS}
    lengths = {key: len(cells) for key, cells in columns.items()}
    if len(set(lengths.values())) > 1:
        raise ExpressionDataError("the columns of a table differ in length", where="table", found=lengths)
    cells = zip(*columns.values(), strict=True)
    rows = [_row(dict(zip(COLUMNS, one, strict=True)), f"row {number}") for number, one in enumerate(cells, 1)]
    return _checked(rows, "table")


def donors_without_data(rows: Iterable[DonorRow]) -> tuple[str, ...]:
    """Return the donors of whom no percentage after mRNA is known."""
    kept = [*rows]
    known = {row.donor for row in kept if row.percent is not None and row.dose_ng > 0}
    return tuple(donor for donor in dict.fromkeys(row.donor for row in kept) if donor not in known)


def _check_columns(header: list[str], where: str) -> None:
    twice = [key for key in COLUMNS if header.count(key) > 1]
    if twice:
        raise ExpressionDataError("a column stands twice", where=where, found=twice[0])
    for key in COLUMNS:
        if key not in header:
            near = nearest(key, [one for one in header if one not in COLUMNS])
            raise ExpressionDataError(
                f"the table has no column {key}",
                where=where,
                found=", ".join(header) or None,
                expected="the columns " + ", ".join(COLUMNS),
                remedy=f"rename {near} to {key}" if near else f"add a column {key}",
            )


def _row(cells: Mapping[str, Any], where: str) -> DonorRow:
    donor = _name(cells["donor"])
    if not donor:
        raise ExpressionDataError("a row has no donor", where=where, expected="a name or number")
    dose = _number(cells["dose_ng"], "dose_ng", where, "ng of mRNA, 0 for none")
    day = _number(cells["day"], "day", where, "days after electroporation, above 0")
    percent = (
        None if _is_missing(cells["percent"]) else _number(cells["percent"], "percent", where, "0 to 100, or empty")
    )
    if dose < 0:
        raise ExpressionDataError("a dose is negative", where=where, found=dose, expected="ng of mRNA, 0 for none")
    if day <= 0:
        raise ExpressionDataError(
            "a day is not after electroporation", where=where, found=day, expected="days after electroporation, above 0"
        )
    if percent is not None and not 0.0 <= percent <= 100.0:
        raise ExpressionDataError(
            "a percentage leaves 0 to 100", where=where, found=percent, expected="0 to 100, or empty to predict it"
        )
    return DonorRow(donor, dose, day, percent, where)


def _checked(rows: list[DonorRow], name: str) -> tuple[DonorRow, ...]:
    first: dict[tuple[str, float, float], DonorRow] = {}
    for row in rows:
        key = (row.donor, row.dose_ng, row.day)
        if key in first:
            raise ExpressionDataError(
                "a donor, dose and day stands twice",
                where=row.where,
                found=f"donor {row.donor}, {row.dose_ng:g} ng, day {row.day:g}",
                expected=f"only the one at {first[key].where}",
                remedy="keep one of them, or the mean of replicates",
            )
        first[key] = row
    if all(row.percent is not None for row in rows):
        raise ExpressionDataError(
            "nothing is to be predicted", where=name, found=f"{len(rows)} rows, each with a percentage",
            expected="a row with an empty percent",
        )  # fmt: skip
    return tuple(rows)


def _name(value: Any) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        # A column of numbers with a gap elsewhere turns 10 into 10.0; the donor is still 10.
        return str(int(value))
    return str(value).strip()


def _is_missing(value: Any) -> bool:
    if value is None or (isinstance(value, str) and value.strip().lower() in _MISSING):
        return True
    try:
        return math.isnan(value)
    except TypeError:
        return False


def _number(value: Any, column: str, where: str, expected: str) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        raise ExpressionDataError(f"{column} is not a number", where=where, found=value, expected=expected)
    return number
