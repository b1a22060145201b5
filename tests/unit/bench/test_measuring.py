"""Measuring: rounds are interleaved, failures counted, and one simulator's trouble is nobody else's."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from silicart.bench.measuring import Effort

Measure = Callable[..., Any]


def test_simulators_take_turns_at_every_tolerance(measured: Measure, effort: Effort) -> None:
    done = measured(silicart={}, scipy={}, copasi={})
    timed = done.calls[-effort.rounds * 3 * len(effort.tolerances) :]
    groups = [timed[first : first + 3] for first in range(0, len(timed), 3)]
    assert [{rtol for _, rtol in group} for group in groups] == [{rtol} for rtol in effort.tolerances] * effort.rounds
    assert all({name for name, _ in group} == {"silicart", "scipy", "copasi"} for group in groups)


def test_each_round_begins_with_another_simulator(measured: Measure, effort: Effort) -> None:
    done = measured(silicart={}, scipy={}, copasi={})
    timed = done.calls[-effort.rounds * 3 * len(effort.tolerances) :]
    starts = [timed[number * 3 * len(effort.tolerances)][0] for number in range(effort.rounds)]
    assert starts == ["silicart", "scipy", "copasi"]


def test_the_median_of_the_rounds_counts(measured: Measure) -> None:
    # Per call: one patient, the error run, then three rounds; the second round is disturbed.
    drawn: dict[float, Any] = {}

    def cost(rtol: float) -> float:
        drawn.setdefault(rtol, itertools.cycle([0.01, 0.01, 0.01, 0.5, 0.02]))
        return float(next(drawn[rtol]))

    (curve,) = measured(silicart={"cost": cost}).result.curves
    assert [point.seconds for point in curve.points] == pytest.approx([0.02] * 3)
    assert [point.spread for point in curve.points] == pytest.approx([50.0] * 3)


def test_the_error_is_that_of_the_worst_output(measured: Measure, effort: Effort) -> None:
    (curve,) = measured(silicart={"error": lambda rtol: 10 * rtol}).result.curves
    assert [point.rtol for point in curve.points] == list(effort.tolerances)
    # The floor, a thousandth of the largest value, takes a little of a relative error.
    for point in curve.points:
        assert 0.9 * 10 * point.rtol < point.error <= 10 * point.rtol


def test_a_failed_simulation_is_counted_and_leaves_the_error_alone(measured: Measure) -> None:
    good, bad = measured(silicart={}, scipy={"failing": (1,)}).result.curves
    assert [(point.simulated, point.failed) for point in bad.points] == [(4, 1)] * 3
    assert all(point.error > 0 for point in bad.points)
    assert not any(point.usable for point in bad.points)
    assert all(point.usable and point.failed == 0 for point in good.points)


def test_all_failed_is_a_point_without_an_error(measured: Measure) -> None:
    (curve,) = measured(silicart={"failing": (0, 1, 2, 3)}).result.curves
    assert all(point.failed == 4 and point.error != point.error for point in curve.points)


def test_an_absent_simulator_is_named_with_what_it_needs(measured: Measure) -> None:
    ours, absent = measured(silicart={}, diffrax={"refuses": "not installed (No module named 'diffrax')"}).result.curves
    assert ours.points
    assert not absent.points
    assert absent.reason == "not installed; it needs diffrax"


def test_a_crash_at_tight_tolerances_keeps_what_was_found(measured: Measure) -> None:
    ours, crashed = measured(silicart={}, pydiffsol={"dies_below": 1e-6}).result.curves
    assert [point.rtol for point in crashed.points] == [1e-3, 1e-5]
    assert "ended by itself" in crashed.reason
    assert len(ours.points) == 3


def test_the_faster_variant_is_used(measured: Measure) -> None:
    (curve,) = measured(silicart={"variants": ("slow", "fast")}).result.curves
    assert curve.variant == "fast"
    assert [point.seconds for point in curve.points] == pytest.approx([0.01] * 3)


def test_every_worker_is_closed(measured: Measure) -> None:
    done = measured(silicart={}, scipy={"refuses": "no"})
    assert all(one.closed for one in done.invented.values())
