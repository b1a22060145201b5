"""Progress as one stream of events; whoever listens decides whether and how to show it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class ProgressEvent:
    """Where a piece of work stands.

    stage : what is being done, in words.
    done, total : in `unit`.
    elapsed : seconds since the stage began.
    rate : `unit` per second so far; None until something is done.
    time_left : seconds at that rate; None while there is no rate.
    """

    stage: str
    done: int
    total: int
    unit: str
    elapsed: float
    rate: float | None
    time_left: float | None


Listener: TypeAlias = Callable[[ProgressEvent], None]


class Progress:
    """Counts one stage and tells a listener; several threads may advance it.

    Examples
    --------
    >>> seen = []
    >>> progress = Progress("simulating", 4, "patient", seen.append)
    >>> progress.advance(3)
    >>> seen[-1].done, seen[-1].total
    (3, 4)
    """

    def __init__(
        self,
        stage: str,
        total: int,
        unit: str,
        listener: Listener | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.stage = stage
        self.total = total
        self.unit = unit
        self.done = 0
        self._listener = listener
        self._clock = clock
        self._start = clock()
        self._lock = threading.Lock()
        self._tell()

    def advance(self, count: int = 1) -> None:
        """Count `count` more as done."""
        with self._lock:
            self.done += count
            # Told inside the lock, so that a listener sees the counts rise.
            self._tell()

    def _tell(self) -> None:
        if self._listener is None:
            return
        elapsed = self._clock() - self._start
        rate = self.done / elapsed if self.done and elapsed > 0 else None
        left = (self.total - self.done) / rate if rate else None
        self._listener(ProgressEvent(self.stage, self.done, self.total, self.unit, elapsed, rate, left))
