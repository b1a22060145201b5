"""Speed at equal error, when compiling pays, and the JSON document."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from silicart.bench import as_document, from_document
from silicart.bench.results import Point, Report, errors_of, pays_from, rate_at_error
from silicart.cli.terminal import finite


def _point(error: float, rate: float, failed: int = 0) -> Point:
    return Point(error, error, error, error, 1 / rate, 1.0, 10, failed)


@pytest.fixture
def report(measured: Callable[..., Any]) -> Report:
    done = measured(silicart={"cost": lambda rtol: 0.001}, scipy={}, copasi={"refuses": "not installed (No module)"})
    machine = {"architecture": "x", "system": "y", "python": "3", "processors": 2, "vectors": ""}
    return Report(machine, {"rounds": 3, "compared": 4, "patients": 4}, (done.result,))


def test_the_rate_is_interpolated_in_logarithms() -> None:
    # Ten times as exact costs twice the time: a power law, which straight lines in logarithms give back exactly.
    points = [_point(10.0**-k, 1000.0 / 2**k) for k in (2, 5, 6, 8)]
    rate, note = rate_at_error(points, 5e-6)
    assert rate == pytest.approx(1000 / 2 ** -math.log10(5e-6))
    assert note == ""


def test_a_simulator_that_is_always_more_exact_gets_a_lower_bound() -> None:
    assert rate_at_error([_point(1e-7, 50.0), _point(1e-9, 20.0)], 5e-6) == (50.0, "at least")


def test_a_simulator_that_is_never_exact_enough_gets_none() -> None:
    rate, note = rate_at_error([_point(1e-2, 50.0), _point(1e-4, 20.0)], 5e-6)
    assert math.isnan(rate)
    assert note == "not reached"


def test_points_with_failures_are_not_compared() -> None:
    points = [_point(1e-4, 100.0), _point(1e-6, 80.0, failed=1), _point(1e-8, 25.0)]
    rate, _ = rate_at_error(points, 1e-6)
    assert rate == pytest.approx(50.0)


def test_of_several_crossings_the_fastest_counts() -> None:
    points = [_point(1e-4, 100.0), _point(1e-6, 90.0), _point(1e-4, 10.0), _point(1e-6, 9.0)]
    assert rate_at_error(points, 1e-5)[0] == pytest.approx(math.sqrt(100 * 90))


def test_the_error_has_a_floor_by_the_scale_of_the_output() -> None:
    reference = np.array([[[1000.0, 0.0]]])
    values = np.array([[[1000.0, 0.5]]])
    assert errors_of(values, reference, np.array([1000.0, 500.0])) == pytest.approx([1.0])


def test_a_failed_simulation_has_no_error() -> None:
    assert np.isnan(errors_of(np.array([[[np.nan]], [[1.0]]]), np.ones((2, 1, 1)), np.ones(1))).tolist() == [
        True,
        False,
    ]


def test_compiling_never_pays_for_the_slower() -> None:
    assert math.isinf(pays_from((5.0, 10.0), (1.0, 100.0)))
    assert math.isinf(pays_from((1.0, 10.0), (5.0, 100.0)))


def test_the_document_is_json_with_the_agreed_fields(report: Report) -> None:
    document = json.loads(json.dumps(finite(as_document(report)), allow_nan=False))
    assert set(document) == {"format", "target_error", "machine", "settings", "problems"}
    (problem,) = document["problems"]
    assert set(problem) == {"name", "title", "states", "varied", "outputs", "times", "doses", "curves", "reason"}
    fields = {"peer", "label", "version", "variant", "compile_seconds", "points", "reason"}
    assert all(set(curve) == fields | {"rate_at_target_error", "rate_note"} for curve in problem["curves"])
    ours, _, absent = problem["curves"]
    assert set(ours["points"][0]) == {
        "rtol", "error", "median_error", "worst_error", "seconds", "spread", "simulated", "failed",
    }  # fmt: skip
    assert ours["rate_at_target_error"] == pytest.approx(1000.0)
    assert absent["rate_at_target_error"] is None


def test_a_document_is_read_back(report: Report) -> None:
    again = from_document(json.loads(json.dumps(finite(as_document(report)))))
    assert as_document(again)["problems"][0]["curves"][:2] == as_document(report)["problems"][0]["curves"][:2]
    assert math.isnan(again.problems[0].curves[2].compile_seconds)
