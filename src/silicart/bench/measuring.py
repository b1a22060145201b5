"""Measuring one problem: reference, the best way to use each simulator, errors, and speed in interleaved rounds."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from silicart.bench.peers.protocol import PEERS, REFERENCE
from silicart.bench.peers.reference import REFERENCE_TOLERANCE
from silicart.bench.problem import Problem
from silicart.bench.results import TARGET_ERROR, Curve, Point, ProblemResult, errors_of
from silicart.bench.worker import Ran, Ready, WorkerFailed

FloatArray = NDArray[np.float64]

NOT_INSTALLED = "not installed"


class Simulator(Protocol):
    """What measuring needs of a worker."""

    def prepare(self, problem: Problem, limit: float) -> Ready: ...

    def run(self, rtol: float, patients: int, variant: str, limit: float, *, values: bool = False) -> Ran: ...

    def close(self) -> None: ...


Opener = Callable[[str], Simulator]
Says = Callable[[str], None]


@dataclass(frozen=True)
class Effort:
    """How much is measured.

    patients : in the table. compared : how many of them have a reference. rounds : of timing, interleaved.
    target : CPU seconds that one timing should take; a fast simulator gets more patients, at most all.
    compile_limit, run_limit : seconds after which preparing or one run is given up.
    """

    patients: int = 256
    compared: int = 12
    rounds: int = 5
    target: float = 0.25
    tolerances: tuple[float, ...] = (1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8)
    compile_limit: float = 120.0
    run_limit: float = 60.0


@dataclass
class _Entrant:
    """A simulator as the measurement goes on: this is state."""

    peer: str
    worker: Simulator
    ready: Ready | None = None
    variant: str = ""
    reason: str = ""
    found: dict[float, FloatArray] = field(default_factory=dict)
    cost: dict[float, float] = field(default_factory=dict)
    timings: dict[float, list[float]] = field(default_factory=dict)

    @property
    def running(self) -> bool:
        return self.ready is not None and not self.reason


def measure(problem: Problem, peers: Sequence[str], effort: Effort, open_worker: Opener, say: Says) -> ProblemResult:
    """Measure all `peers` on one problem; a simulator that cannot take part is a curve with a reason."""
    say(f"{problem.name}: reference")
    reference = reference_of(problem, effort, open_worker)
    problem = problem.with_scale(reference)
    entrants = [_Entrant(peer, open_worker(peer)) for peer in peers]
    try:
        for entrant in entrants:
            say(f"{problem.name}: {PEERS[entrant.peer].label}")
            _enter(entrant, problem, reference, effort)
        for number in range(effort.rounds):
            say(f"{problem.name}: round {number + 1} of {effort.rounds}")
            _round(number, entrants, effort, problem.patients)
    finally:
        for entrant in entrants:
            entrant.worker.close()
    return _result(problem, [_curve(entrant, effort.compared) for entrant in entrants])


def reference_of(problem: Problem, effort: Effort, open_worker: Opener) -> FloatArray:
    """Return all states of the first patients, (compared, times, states), worked out on two processors.

    Raises
    ------
    WorkerFailed : the reference solver gives up.
    """
    half = math.ceil(effort.compared / 2)

    def solve(rows: slice) -> FloatArray:
        worker = open_worker(REFERENCE)
        try:
            # As long as it takes: without a reference there is no benchmark.
            worker.prepare(problem.rows(rows), 3600.0)
            found = worker.run(REFERENCE_TOLERANCE, rows.stop - rows.start, "default", 3600.0, values=True).values
        finally:
            worker.close()
        if found is None or not np.isfinite(found).all():
            raise WorkerFailed("the reference solver gives up")
        return found

    parts = [part for part in (slice(0, half), slice(half, effort.compared)) if part.stop > part.start]
    with ThreadPoolExecutor(2) as pool:
        return np.concatenate(list(pool.map(solve, parts)))


def _enter(entrant: _Entrant, problem: Problem, reference: FloatArray, effort: Effort) -> None:
    """Prepare, find the best variant, and measure errors at every tolerance."""
    places, scale = problem.places, problem.scale[problem.places]
    wanted = reference[:, :, places]
    try:
        entrant.ready = entrant.worker.prepare(problem, effort.compile_limit)
    except WorkerFailed as failure:
        entrant.reason = str(failure)
        return
    try:
        entrant.variant = _best_variant(entrant, problem, wanted, scale, effort)
        for rtol in effort.tolerances:
            one = entrant.worker.run(rtol, 1, entrant.variant, effort.run_limit)
            patients = _fitting(one.seconds, effort.run_limit / 2, 1, len(wanted))
            ran = entrant.worker.run(rtol, patients, entrant.variant, effort.run_limit, values=True)
            entrant.found[rtol] = errors_of(_values(ran), wanted[:patients], scale)
            entrant.cost[rtol] = ran.seconds / patients
    except WorkerFailed as failure:
        # What was found at looser tolerances stands, and so does its speed below.
        entrant.reason = str(failure)
        _revive(entrant, problem, effort)


def _best_variant(entrant: _Entrant, problem: Problem, wanted: FloatArray, scale: FloatArray, effort: Effort) -> str:
    """Return the variant that promises most speed at the target error, judged by a few patients at two tolerances."""
    ready = entrant.ready
    if ready is None:
        raise AssertionError("only a simulator that is ready has variants")
    if len(ready.variants) == 1:
        return ready.variants[0]
    scores: dict[str, float] = {}
    few = min(4, len(wanted))
    for variant in ready.variants:
        try:
            # The first run may compile something of the variant's own.
            entrant.worker.run(1e-3, 1, variant, effort.compile_limit)
            points = [_trial(entrant, rtol, few, variant, wanted, scale, effort) for rtol in (1e-5, 1e-7)]
            scores[variant] = max(points)
        except WorkerFailed:
            scores[variant] = 0.0
            entrant.worker.prepare(problem, effort.compile_limit)
    return max(scores, key=lambda variant: scores[variant])


def _trial(
    entrant: _Entrant, rtol: float, few: int, variant: str, wanted: FloatArray, scale: FloatArray, effort: Effort
) -> float:
    """Simulations a second at the target error as one point suggests: error falls with the fourth power of work."""
    ran = entrant.worker.run(rtol, few, variant, effort.run_limit, values=True)
    error = float(np.max(errors_of(_values(ran), wanted[:few], scale)))
    if not math.isfinite(error):
        return 0.0
    return few / max(ran.seconds, 1e-9) * math.pow(TARGET_ERROR / max(error, 1e-12), 0.25)


def _revive(entrant: _Entrant, problem: Problem, effort: Effort) -> None:
    if not entrant.found:
        return
    try:
        entrant.worker.prepare(problem, effort.compile_limit)
        entrant.worker.run(1e-3, 1, entrant.variant, effort.compile_limit)
        entrant.reason = f"at tighter tolerances: {entrant.reason}"
    except WorkerFailed:
        entrant.found.clear()


def _round(number: int, entrants: Sequence[_Entrant], effort: Effort, patients: int) -> None:
    """Time every simulator once at every tolerance, one after the other, the first one changing from round to round."""
    for rtol in effort.tolerances:
        for entrant in rotated(entrants, number):
            if rtol not in entrant.found:
                continue
            many = _fitting(entrant.cost[rtol], effort.target, min(effort.compared, patients), patients)
            many = _fitting(entrant.cost[rtol], effort.run_limit / 2, 1, many)
            try:
                ran = entrant.worker.run(rtol, many, entrant.variant, effort.run_limit)
            except WorkerFailed as failure:
                entrant.reason = f"while being timed: {failure}"
                entrant.found.clear()
                continue
            entrant.timings.setdefault(rtol, []).append(ran.seconds / ran.patients)


def rotated(entrants: Sequence[_Entrant], number: int) -> Iterable[_Entrant]:
    """Return the entrants in turn, beginning with another one in every round."""
    first = number % max(len(entrants), 1)
    return [*entrants[first:], *entrants[:first]]


def _fitting(cost: float, seconds: float, least: int, most: int) -> int:
    """How many simulations fit into a time, within bounds."""
    return max(min(least, most), min(most, int(seconds / max(cost, 1e-9))))


def _values(ran: Ran) -> FloatArray:
    if ran.values is None:
        raise AssertionError("the courses were asked for")
    return ran.values


def _curve(entrant: _Entrant, compared: int) -> Curve:
    entry, ready = PEERS[entrant.peer], entrant.ready
    reason = entrant.reason
    if reason.startswith(NOT_INSTALLED):
        reason = f"{NOT_INSTALLED}; it needs {entry.needs}"
    points = [
        _point(rtol, errors, entrant.timings[rtol]) for rtol, errors in entrant.found.items() if rtol in entrant.timings
    ]
    return Curve(
        peer=entrant.peer,
        label=entry.label,
        version="" if ready is None else ready.version,
        variant=entrant.variant,
        compile_seconds=math.nan if ready is None else ready.seconds,
        points=tuple(points),
        reason=reason,
    )


def _point(rtol: float, errors: FloatArray, timings: Sequence[float]) -> Point:
    good = errors[np.isfinite(errors)]
    low, high, worst = (
        (float(np.quantile(good, 0.5)), float(np.quantile(good, 0.95)), float(good.max()))
        if len(good)
        else (math.nan,) * 3
    )
    return Point(
        rtol=rtol,
        error=high,
        median_error=low,
        worst_error=worst,
        seconds=statistics.median(timings),
        spread=max(timings) / max(min(timings), 1e-12),
        simulated=len(errors),
        failed=len(errors) - len(good),
    )


def _result(problem: Problem, curves: Sequence[Curve]) -> ProblemResult:
    return ProblemResult(
        name=problem.name,
        title=problem.title,
        states=len(problem.states),
        varied=len(problem.parameters),
        outputs=len(problem.outputs),
        times=len(problem.times),
        doses=len(problem.doses.times),
        curves=tuple(curves),
    )


def absent(name: str, reason: str) -> ProblemResult:
    """Return the result of a problem that could not be set."""
    return replace(ProblemResult(name, "", 0, 0, 0, 0, 0, ()), reason=reason)
