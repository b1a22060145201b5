"""What a benchmark found, as plain values: points, curves, and speed at equal error."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from silicart.bench.problem import FLOOR

FloatArray = NDArray[np.float64]

TARGET_ERROR = 5e-6
"""The achieved error at which simulators are compared."""

FAILED_SHARE = 0.02
"""Share of failed simulations above which a point is not used to compare speed."""

FORMAT = 1
"""Version of the JSON document."""


@dataclass(frozen=True)
class Point:
    """One simulator at one tolerance.

    error : what 95 of 100 simulations stay below, each with its worst output at its worst time; NaN if all failed.
    median_error, worst_error : the same for half of them and for all.
    seconds : CPU seconds for one simulation, the median of the rounds. spread : the slowest round over the fastest.
    simulated, failed : how many simulations were compared with the reference, and how many of them failed.
    """

    rtol: float
    error: float
    median_error: float
    worst_error: float
    seconds: float
    spread: float
    simulated: int
    failed: int

    @property
    def rate(self) -> float:
        """Simulations a second on one core."""
        return 1.0 / self.seconds

    @property
    def usable(self) -> bool:
        """Whether the point may be compared: hardly any simulation failed."""
        return math.isfinite(self.error) and self.failed <= FAILED_SHARE * self.simulated


@dataclass(frozen=True)
class Curve:
    """One simulator on one problem.

    points : from loose to tight tolerances; empty where it did not run.
    compile_seconds : by the clock, from the problem to the first result. variant : how it was used, the best way found.
    reason : why it did not run, or why it ended early; empty if neither.
    """

    peer: str
    label: str
    version: str
    variant: str
    compile_seconds: float
    points: tuple[Point, ...]
    reason: str = ""


@dataclass(frozen=True)
class ProblemResult:
    """All simulators on one problem; `reason` says why a problem could not be set."""

    name: str
    title: str
    states: int
    varied: int
    outputs: int
    times: int
    doses: int
    curves: tuple[Curve, ...]
    reason: str = ""


@dataclass(frozen=True)
class Report:
    """A whole benchmark: `machine` and `settings` say where and how it ran."""

    machine: Mapping[str, Any]
    settings: Mapping[str, Any]
    problems: tuple[ProblemResult, ...]


def errors_of(values: FloatArray, reference: FloatArray, scale: FloatArray) -> FloatArray:
    """Return the error of each simulation, (patients,): its worst output at its worst time, NaN where it failed.

    An error is relative to the reference plus `FLOOR` times the largest value of that output.

    Examples
    --------
    >>> errors_of(np.array([[[1.1], [0.0]]]), np.array([[[1.0], [0.0]]]), np.array([1.0])).round(4)
    array([0.0999])
    """
    return np.asarray((np.abs(values - reference) / (np.abs(reference) + FLOOR * scale)).max(axis=(1, 2)))


def rate_at_error(points: Sequence[Point], target: float = TARGET_ERROR) -> tuple[float, str]:
    """Return simulations a second at an achieved error, and how it was found.

    Between the two points around the target the logarithms are interpolated. "at least" means that even the loosest
    tolerance was more exact than asked; "not reached" (with NaN) that no tolerance was exact enough.

    Examples
    --------
    >>> loose = Point(1e-4, 1e-4, 1e-4, 1e-4, 0.001, 1.0, 8, 0)
    >>> tight = Point(1e-8, 1e-8, 1e-8, 1e-8, 0.1, 1.0, 8, 0)
    >>> rate, how = rate_at_error([loose, tight], 1e-6)
    >>> round(rate, 6), how
    (100.0, '')
    """
    good = [point for point in points if point.usable and point.error > 0]
    found = [
        _between(one, other, target)
        for one, other in pairwise(good)
        if min(one.error, other.error) <= target <= max(one.error, other.error)
    ]
    if found:
        return max(found), ""
    exact = [point.rate for point in good if point.error <= target]
    return (max(exact), "at least") if exact else (math.nan, "not reached")


def _between(one: Point, other: Point, target: float) -> float:
    low, high = sorted((one, other), key=lambda point: point.error)
    if low.error == high.error:
        return max(one.rate, other.rate)
    share = math.log(target / low.error) / math.log(high.error / low.error)
    return math.exp((1 - share) * math.log(low.rate) + share * math.log(high.rate))


def pays_from(ours: tuple[float, float], theirs: tuple[float, float]) -> float:
    """Return from how many simulations on we are faster with compile time included; infinity for never.

    Each argument is compile seconds and simulations a second.

    Examples
    --------
    >>> pays_from((3.0, 1000.0), (1.0, 10.0)).__round__()
    20
    >>> pays_from((1.0, 1000.0), (3.0, 10.0))
    1.0
    """
    (compile_ours, rate_ours), (compile_theirs, rate_theirs) = ours, theirs
    saved = 1 / rate_theirs - 1 / rate_ours
    if compile_ours <= compile_theirs:
        return 1.0 if saved >= 0 else math.inf
    return (compile_ours - compile_theirs) / saved if saved > 0 else math.inf


def as_document(report: Report) -> dict[str, Any]:
    """Return the report as a JSON document, with the rates at equal error written out."""
    document = {"format": FORMAT, "target_error": TARGET_ERROR, **asdict(report)}
    for problem, result in zip(document["problems"], report.problems, strict=True):
        for entry, curve in zip(problem["curves"], result.curves, strict=True):
            rate, how = rate_at_error(curve.points)
            entry["rate_at_target_error"], entry["rate_note"] = rate, how
    return document


def _point(entry: Mapping[str, Any]) -> Point:
    values: dict[str, Any] = {name: math.nan if value is None else value for name, value in entry.items()}
    return Point(**values)


def from_document(document: Mapping[str, Any]) -> Report:
    """Return the report that `as_document` wrote; numbers that were not finite come back as NaN."""
    problems = []
    for problem in document["problems"]:
        curves = []
        for entry in problem["curves"]:
            points = tuple(_point(one) for one in entry["points"])
            known = {k: v for k, v in entry.items() if k not in ("points", "rate_at_target_error", "rate_note")}
            seconds = known.pop("compile_seconds")
            curves.append(Curve(**known, compile_seconds=math.nan if seconds is None else seconds, points=points))
        problems.append(ProblemResult(**{**problem, "curves": tuple(curves)}))
    return Report(document["machine"], document["settings"], tuple(problems))
