"""What a case came to: its values beside the right ones, by the rule of the SBML Test Suite."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from silicart.errors import VerificationError
from silicart.verification.cases import Case, read_results
from silicart.verification.course import one_line, run_job

FloatArray = NDArray[np.float64]
Kind = Literal["pass", "refused", "wrong", "error", "timeout"]

OUTCOMES: tuple[Kind, ...] = ("pass", "refused", "wrong", "error", "timeout")

#: By which words a refusal names a feature. A model that the comp package composes is also flattened, and so on.
_NAMES = {
    "algebraic_rule": r"algebraic",
    "csymbol_delay": r"delay",
    "fast_reaction": r"fast",
    "flux_balance": r"fbc|flux|package",
    "pkg_comp": r"comp\b|hierarch|submodel|package",
    "pkg_distrib": r"distrib|package",
    "pkg_fbc": r"fbc|flux|package",
}


@dataclass(frozen=True)
class Outcome:
    """What became of a case.

    kind : "pass", every value is within absolute + relative * |right|; "wrong", all values came and one is not, warned
        or not; "refused"; "error"; "timeout".
    good : whether that is what the case expects. A refusal is good only where one is expected, and names the feature.
    message : the first value that differs, what was refused, or the error.
    worst : the largest error as a multiple of what is allowed; None without values.
    warned : whether the engine said that its result cannot be relied on.
    """

    case: Case
    kind: Kind
    good: bool
    message: str = ""
    worst: float | None = None
    warned: bool = False
    seconds: float = 0.0

    @property
    def silently_wrong(self) -> bool:
        """Whether a wrong table was handed over without a word."""
        return self.kind == "wrong" and not self.warned


def judge(case: Case) -> Outcome:
    """Run a case and judge what comes."""
    began = time.perf_counter()
    course = run_job(case.job)
    seconds = time.perf_counter() - began
    if course.values is None:
        kind: Kind = "refused" if course.status == "refused" else "error"
        return Outcome(case, kind, _as_expected(case, kind, course.message), course.message, seconds=seconds)
    try:
        worst, message = _compared(case, course.values)
    except VerificationError as error:
        return Outcome(case, "error", False, one_line(error), seconds=seconds)
    kind = "pass" if worst <= 1.0 else "wrong"
    message = message if kind == "wrong" else ""
    if course.status == "warned":
        message = f"warned: {course.message}" + (f"; {message}" if message else "")
    return Outcome(
        case, kind, _as_expected(case, kind, message), message, worst, course.status == "warned", seconds=seconds
    )


def without_course(case: Case, kind: Literal["error", "timeout"], message: str, seconds: float) -> Outcome:
    """Return the outcome of a case whose process ended before it could say anything."""
    return Outcome(case, kind, False, message, seconds=seconds)


def excess(right: FloatArray, found: FloatArray, absolute: float, relative: float) -> FloatArray:
    """Return |right - found| as multiples of absolute + relative * |right|; infinite where only one is a number.

    Examples
    --------
    >>> excess(np.array([1.0, np.nan, np.inf, 0.0]), np.array([1.5, np.nan, 1.0, 0.0]), 0.0, 0.5).tolist()
    [1.0, 0.0, inf, 0.0]
    """
    same = (right == found) | (np.isnan(right) & np.isnan(found))
    with np.errstate(all="ignore"):
        ratio = np.abs(right - found) / (absolute + relative * np.abs(right))
    return np.where(same, 0.0, np.where(np.isfinite(right) & np.isfinite(found), ratio, np.inf))


def _compared(case: Case, values: FloatArray) -> tuple[float, str]:
    """The largest excess of any value, and words on the first that differs."""
    job = case.job
    right = _right(case, values)
    worst, first, said = 0.0, len(values), ""
    for place, variable in enumerate(job.variables):
        if variable not in right:
            continue
        column = excess(right[variable], values[:, place], *case.tolerances.get(variable, (job.absolute, job.relative)))
        worst = max(worst, float(np.max(column, initial=0.0)))
        row = int(np.argmax(column > 1.0)) if (column > 1.0).any() else len(values)
        if row < first:
            first = row
            said = (
                f"{variable} at {job.times[row]:g}: {values[row, place]:.9g} instead of {right[variable][row]:.9g}, "
                f"{column[row]:.3g} times what is allowed"
            )
    return worst, said


def _right(case: Case, values: FloatArray) -> Mapping[str, FloatArray]:
    if case.results is None:
        # Only the end is known: what was found elsewhere counts as right.
        ends = {}
        for place, variable in enumerate(case.job.variables):
            column = values[:, place].copy()
            column[-1] = case.endpoints[variable]
            ends[variable] = column
        return ends
    right = read_results(case.results)
    rows = {len(column) for column in right.values()}
    if rows != {len(values)}:
        raise VerificationError(
            "the results do not fit the settings",
            where=str(case.results),
            found=f"{sorted(rows)} rows",
            expected=f"{len(values)} rows",
        )
    return right


def _as_expected(case: Case, kind: Kind, message: str) -> bool:
    if kind == "pass":
        return True
    if kind != "refused" or case.expected == "pass":
        return False
    if case.expected.startswith("pass-or-refuse"):
        return True
    features = case.expected.partition(":")[2].split("+")
    return any(re.search(_NAMES.get(feature, re.escape(feature)), message, re.IGNORECASE) for feature in features)
