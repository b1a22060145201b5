"""Folders of cases: what each asks for and the results that it should have.

Three forms are read. A folder with `manifest.csv` has one folder a case: a model file, `settings.txt` and `results.csv`
as in the SBML Test Suite, and sometimes `tolerances.csv`. A folder with `reference_endpoints.csv` holds model files and
the values of their end points. A folder of such folders holds them all.
"""

from __future__ import annotations

import csv
import math
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from silicart.errors import VerificationError
from silicart.verification.job import Job

FloatArray = NDArray[np.float64]

#: Names the folder with the suites; without it, PLACE counts where it exists.
VARIABLE = "SILICART_VERIFICATION"
PLACE = Path("..", "shared", "verification")
ENDPOINTS_RELATIVE = 1e-6
"""To what published end points are to be met; beside it no absolute error is allowed."""


@dataclass(frozen=True)
class Case:
    """One model with its settings and the place of its results.

    expected : "pass"; "refuse:X+Y", refused by a message that names one of the features, or right; "pass-or-refuse:X".
    tags : what the case tests, by the words of its suite.
    results : the table that holds the right values; None where `endpoints` does.
    endpoints : right values at the last time, by variable.
    tolerances : (absolute, relative) of single variables; the rest have those of the job.
    """

    id: str
    suite: str
    job: Job
    expected: str = "pass"
    tags: tuple[str, ...] = ()
    results: Path | None = None
    endpoints: Mapping[str, float] = field(default_factory=dict)
    tolerances: Mapping[str, tuple[float, float]] = field(default_factory=dict)


@dataclass(frozen=True)
class Suite:
    """The cases of one folder, in the order of its manifest."""

    name: str
    cases: tuple[Case, ...]


def verification_folder() -> Path:
    """Return the folder with the suites: what SILICART_VERIFICATION names, else ../shared/verification.

    Raises
    ------
    VerificationError : there is none.
    """
    named = os.environ.get(VARIABLE)
    folder = Path(named) if named else PLACE
    if not folder.is_dir():
        raise VerificationError(
            "no folder with verification suites",
            where=VARIABLE if named else "the working directory",
            found=str(folder) if named else f"neither {VARIABLE} nor {PLACE.as_posix()}",
            expected="a folder with manifest.csv, or a folder of such folders",
            remedy=f"write --suite DIR, or set {VARIABLE}; the suites are not part of silicart",
        )
    return folder


def find_suites(folder: Path) -> tuple[Suite, ...]:
    """Return the suites in `folder`: itself, or those in its folders and theirs.

    Raises
    ------
    VerificationError : no suite there, or a manifest or setting that cannot be read.
    """
    suites = tuple(_suites(folder))
    if not suites:
        raise VerificationError(
            "no verification suite in this folder",
            where=str(folder),
            found="no such folder" if not folder.is_dir() else "neither manifest.csv nor reference_endpoints.csv",
            expected="a folder with one of them, or a folder of such folders",
            remedy="check the path",
        )
    return suites


def read_results(path: Path) -> dict[str, FloatArray]:
    """Return the columns of a table of results by their heads; each of the shape (times,).

    Raises
    ------
    VerificationError : the table cannot be read.
    """
    rows = [row for row in _rows(path) if any(cell.strip() for cell in row)]
    heads = [head.strip().strip('"') for head in rows[0]] if rows else []
    try:
        values = np.array([[_value(cell) for cell in row[: len(heads)]] for row in rows[1:]]).reshape(-1, len(heads))
    except ValueError as error:
        raise _unreadable(path, str(error), "a header, then rows of as many numbers") from None
    return {head: values[:, place] for place, head in enumerate(heads)}


def _suites(folder: Path, depth: int = 2) -> Iterator[Suite]:
    if (folder / "manifest.csv").is_file():
        yield Suite(folder.name, tuple(_case(folder, row) for row in _records(folder / "manifest.csv")))
    elif (folder / "reference_endpoints.csv").is_file():
        yield Suite(folder.name, tuple(_endpoint_cases(folder)))
    elif depth and folder.is_dir():
        for inner in sorted(path for path in folder.iterdir() if path.is_dir()):
            yield from _suites(inner, depth - 1)


def _case(folder: Path, row: Mapping[str, str]) -> Case:
    place = folder / row["case"]
    settings = _settings(place / "settings.txt")
    tags = [tag for column in ("componentTags", "testTags") for tag in (row.get(column) or "").split(";") if tag]
    tolerances = place / "tolerances.csv"
    try:
        job = Job.of({**settings, "sbml": str(place / row["sbml"])})
    except VerificationError as error:
        raise _unreadable(place / "settings.txt", error.found, f"{error.expected} for {error.where}") from None
    return Case(
        id=row["case"],
        suite=folder.name,
        job=job,
        expected=row.get("expected") or "pass",
        tags=tuple(dict.fromkeys(tags)),
        results=place / "results.csv",
        tolerances={
            entry["variable"]: (_value(entry["absolute"]), _value(entry["relative"])) for entry in _records(tolerances)
        }
        if tolerances.is_file()
        else {},
    )


def _endpoint_cases(folder: Path) -> Iterator[Case]:
    problems: dict[str, dict[str, float]] = {}
    ends: dict[str, float] = {}
    for row in _records(folder / "reference_endpoints.csv"):
        problems.setdefault(row["problem"], {})[row["variable"]] = _value(row["reference"])
        ends[row["problem"]] = _value(row["t_end"])
    for problem, endpoints in problems.items():
        job = Job(
            sbml=folder / f"{problem}.xml",
            start=0.0,
            duration=ends[problem],
            steps=1,
            variables=tuple(endpoints),
            absolute=0.0,
            relative=ENDPOINTS_RELATIVE,
        )
        yield Case(problem, folder.name, job, endpoints=endpoints)


def _settings(path: Path) -> dict[str, str]:
    pairs = [line.split(":", 1) for line in _read(path).splitlines() if ":" in line]
    return {key.strip().lower(): value.strip() for key, value in pairs}


def _value(text: str) -> float:
    word = text.strip().lower()
    return math.nan if word in ("", "na", "-nan", "+nan") else float(word)


def _records(path: Path) -> list[dict[str, str]]:
    rows = _rows(path)
    return [dict(zip(rows[0], row, strict=False)) for row in rows[1:] if row] if rows else []


def _rows(path: Path) -> list[list[str]]:
    return list(csv.reader(_read(path).splitlines()))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise _unreadable(path, error.strerror, "a readable text file") from None


def _unreadable(path: Path, found: str | None, expected: str) -> VerificationError:
    return VerificationError(
        "a file of a verification suite cannot be read",
        where=str(path),
        found=found,
        expected=expected,
        remedy="fetch the suite again",
    )
