"""Progress is a stream of events with counts that rise, a rate and the time left."""

from __future__ import annotations

from silicart.simulation import Model, ProgressEvent, simulate
from silicart.simulation.progress import Progress


def test_rate_and_time_left_follow_the_clock() -> None:
    now = iter([100.0, 100.0, 102.0])
    seen: list[ProgressEvent] = []
    Progress("simulating", 10, "patient", seen.append, clock=lambda: next(now)).advance(4)
    assert (seen[0].rate, seen[0].time_left) == (None, None)
    assert seen[1] == ProgressEvent("simulating", 4, 10, "patient", 2.0, 2.0, 3.0)


def test_a_simulation_tells_how_many_patients_are_done(prey: Model) -> None:
    seen: list[ProgressEvent] = []
    simulate(prey, {"a": [1.0] * 10}, times=[0.0, 1.0], chunk=3, threads=2, progress=seen.append)
    done = [event.done for event in seen]
    assert done[0] == 0
    assert done[-1] == seen[-1].total == 10
    assert done == sorted(done)
