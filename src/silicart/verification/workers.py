"""Cases over several processes: one that hangs or takes its process down with it costs itself alone."""

from __future__ import annotations

import multiprocessing
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
    left = min(worker.deadline for worker in busy.values()) - time.monotonic()
    ready = wait(list(busy), timeout=max(left, 0.0))
    for connection, worker in busy.items():
        assert worker.place is not None
        assert worker.case is not None
        place, case = worker.place, worker.case
        if connection in ready:
            try:
                yield place, worker.connection.recv()
                worker.place = None
            except (EOFError, OSError):
                code = worker.replace()
                yield place, without_course(case, "error", f"the process ended (exit code {code})", 0.0)
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
        self.deadline = 0.0
        self._start()

    def _start(self) -> None:
        self.connection, other = self._context.Pipe()
        self._process = self._context.Process(target=_judge_each, args=(other,), daemon=True)
        self._process.start()
        other.close()

    def begin(self, place: int, case: Case, time_limit: float) -> None:
        self.place, self.case = place, case
        self.deadline = time.monotonic() + time_limit
        self.connection.send(case)

    def replace(self) -> int | None:
        """End the process, start another, and return the exit code of the first."""
        self._process.kill()
        self._process.join()
        code = self._process.exitcode
        self.connection.close()
        self.place = None
        self._start()
        return code

    def end(self) -> None:
        self._process.kill()
        self._process.join()
        self.connection.close()


def _judge_each(connection: Connection) -> None:
    while True:
        try:
            case = connection.recv()
        except EOFError:
            return
        connection.send(judge(case))
