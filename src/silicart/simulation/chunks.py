"""Patients in chunks of fixed size, chunks over threads.

The kernel gives up the interpreter lock and a patient's bits depend on the patient alone, so neither the number of
threads nor the size of the chunks changes a result.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
from numpy.typing import DTypeLike, NDArray

from silicart.errors import SimulationError
from silicart.kernel import EventProgram, Kernel, KernelResult, LaneState
from silicart.simulation.progress import Listener, Progress

Result = TypeVar("Result")
FloatArray = NDArray[np.float64]

LARGEST = 250
"""Patients in a chunk at most: enough to keep the lanes busy to the end, few enough to report progress."""


@dataclass(frozen=True, eq=False)
class Job:
    """Everything the kernel needs for all patients; a chunk is a range of its rows."""

    kernel: Kernel
    inputs: FloatArray
    times: FloatArray
    program: EventProgram
    rtol: float
    atol: FloatArray
    resume: LaneState | None
    max_steps: int
    windows: FloatArray = field(default_factory=lambda: np.zeros((0, 2)))
    thresholds: FloatArray = field(default_factory=lambda: np.zeros(0))
    dtype: DTypeLike = np.float64

    @property
    def patients(self) -> int:
        """How many patients there are."""
        return len(self.inputs)

    def run(self, first: int, last: int, values: NDArray[Any] | None = None) -> KernelResult:
        """Simulate patients first ... last - 1, writing into `values` if there are any."""
        return self.kernel.run(
            self.inputs[first:last],
            self.times,
            self.program.rows(first, last),
            self.rtol,
            self.atol,
            resume=None if self.resume is None else self.resume.rows(first, last),
            max_steps=self.max_steps,
            windows=self.windows,
            thresholds=self.thresholds,
            dtype=self.dtype,
            values=values,
        )


@dataclass(frozen=True)
class Pace:
    """How the work is shared out: threads, patients a chunk (None: as many as suit), and who hears of the progress."""

    threads: int
    chunk: int | None
    listener: Listener | None = None
    stage: str = "simulating"


def read_pace(threads: int | None, chunk: int | None, listener: Listener | None, stage: str = "simulating") -> Pace:
    """Check threads and chunk; absent means all processors that this process may use, and what suits them."""
    for name, value in (("threads", threads), ("chunk", chunk)):
        if value is not None and (isinstance(value, bool) or value != int(value) or value < 1):
            raise SimulationError(
                f"{name} is not a count",
                where=name,
                found=value,
                expected="a whole number of 1 or more",
                remedy="leave it out, or give a count",
            )
    return Pace(threads or _processors(), chunk, listener, stage)


def over_chunks(patients: int, pace: Pace, work: Callable[[int, int], Result]) -> list[Result]:
    """Return what `work(first, last)` returns for every chunk, in the order of the patients.

    When a chunk raises, or the user interrupts, chunks that have not begun are dropped and the error goes on.
    """
    chunk = pace.chunk or min(LARGEST, -(-patients // pace.threads))
    ranges = list(_ranges(patients, chunk))
    progress = Progress(pace.stage, patients, "patient", pace.listener)
    if pace.threads == 1 or len(ranges) == 1:
        results = []
        for first, last in ranges:
            results.append(work(first, last))
            progress.advance(last - first)
        return results
    pool = ThreadPoolExecutor(min(pace.threads, len(ranges)), thread_name_prefix="silicart")
    try:
        futures = {pool.submit(work, first, last): last - first for first, last in ranges}
        for future in as_completed(futures):
            future.result()
            progress.advance(futures[future])
        return [future.result() for future in futures]
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _ranges(patients: int, chunk: int) -> Iterator[tuple[int, int]]:
    for first in range(0, patients, chunk):
        yield first, min(first + chunk, patients)


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
