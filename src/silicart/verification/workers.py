"""Cases over several processes: one that hangs or takes its process down with it costs itself alone."""

from __future__ import annotations

import math
import multiprocessing
import signal
import time
from collections import deque
from collections.abc import Iterable, Iterator
from multiprocessing.connection import Connection, wait

from silicart.simulation import Listener, Progress
from silicart.verification.cases import Case
from silicart.verification.judging import Outcome, judge, without_course

#: Seconds that a case may take.
TIME_LIMIT = 60.0


def judge_all(
    cases: Iterable[Case], *, jobs: int = 1, time_limit: float = TIME_LIMIT, progress: Listener | None = None
) -> list[Outcome]:
    """Run and judge cases, in their order.

    Parameters
    ----------
    jobs : processes; each runs one case after another.
    time_limit : seconds after which a case counts as "timeout"; its process is ended and a fresh one goes on.
    """
    todo = deque(enumerate(cases))
    outcomes: dict[int, Outcome] = {}
    shown = Progress("verifying", len(todo), "case", progress)
    workers = [_Worker() for _ in range(min(max(jobs, 1), len(todo)))]
    try:
        while len(outcomes) < shown.total:
            for worker in workers:
                if worker.place is None and todo:
                    worker.begin(*todo.popleft(), time_limit)
            for place, outcome in _next(workers, time_limit):
                outcomes[place] = outcome
                shown.advance()
    finally:
        for worker in workers:
            worker.end()
    return [outcomes[place] for place in range(shown.total)]


def _next(workers: list[_Worker], time_limit: float) -> Iterator[tuple[int, Outcome]]:
    """Wait until a case ends or runs out of time, and give those that did."""
    busy = {worker.connection: worker for worker in workers if worker.place is not None}
    deadline = min(worker.deadline for worker in busy.values())
    ready = wait(list(busy), timeout=None if deadline == math.inf else max(deadline - time.monotonic(), 0.0))
    for connection, worker in busy.items():
        assert worker.place is not None
        assert worker.case is not None
        place, case = worker.place, worker.case
        if connection in ready:
            try:
                outcome = worker.connection.recv()
            except (EOFError, OSError):
                code = worker.replace(patience=1.0)
                yield place, without_course(case, "error", f"the process ended (exit code {code})", 0.0)
                continue
            if outcome is None:
                # The process is up: only now does the time of its first case begin to count.
                worker.ready, worker.deadline = True, time.monotonic() + time_limit
            else:
                worker.place = None
                yield place, outcome
        elif time.monotonic() >= worker.deadline:
            worker.replace()
            yield place, without_course(case, "timeout", f"over {time_limit:g} s", time_limit)


class _Worker:
    """A process that judges cases; keeps which one it is at."""

    # A fresh interpreter: a fork would copy the threads' locks of numerical libraries in whatever state they are.
    _context = multiprocessing.get_context("spawn")

    def __init__(self) -> None:
        self.place: int | None = None
        self.case: Case | None = None
        self._start()

    def _start(self) -> None:
        self.connection, other = self._context.Pipe()
        self._process = self._context.Process(target=_judge_each, args=(other,), daemon=True)
        self._process.start()
        other.close()
        self.ready = False
        self.deadline = math.inf

    def begin(self, place: int, case: Case, time_limit: float) -> None:
        self.place, self.case = place, case
        if self.ready:
            self.deadline = time.monotonic() + time_limit
        self.connection.send(case)

    def replace(self, patience: float = 0.0) -> int | None:
        """End the process, unless it ends by itself within `patience` seconds; start another, return the exit code."""
        code = self.end(patience)
        self.place = None
        self._start()
        return code

    def end(self, patience: float = 0.0) -> int | None:
        self._process.join(patience)
        self._process.kill()
        self._process.join()
        self.connection.close()
        return self._process.exitcode


def _judge_each(connection: Connection) -> None:
    # An interrupt from the keyboard reaches every process; the one that started this one ends it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    connection.send(None)
    while True:
        try:
            case = connection.recv()
        except EOFError:
            return
        connection.send(judge(case))
