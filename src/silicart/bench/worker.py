"""One process for each simulator: one thread, one processor, and a crash of it ends nothing else."""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from silicart.bench.peers.protocol import REFERENCE
from silicart.bench.problem import Problem

FloatArray = NDArray[np.float64]

ONE_THREAD = {
    **dict.fromkeys(
        ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS", "NUMBA_NUM_THREADS"), "1"
    ),
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
    "JAX_PLATFORMS": "cpu",
}
"""What keeps every library to one thread; set before any of them is imported."""


class WorkerFailed(Exception):
    """A simulator raised an error, crashed or took too long; the text says which."""


@dataclass(frozen=True)
class Ready:
    """What preparing took, in seconds by the clock, and how the simulator can be used."""

    version: str
    seconds: float
    variants: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Ran:
    """CPU seconds of the whole process for `patients`, how many of them failed, and their courses where asked for."""

    seconds: float
    patients: int
    failed: int
    values: FloatArray | None


class Worker:
    """A simulator in a process of its own; stateful: prepared for one problem, then run, then closed.

    A peer is looked up by its key, so that its libraries are imported in the new process alone.
    """

    def __init__(self, peer: str, *, cache: Path) -> None:
        self.peer = peer
        self._cache = cache
        self._process: Any = None
        self._connection: Any = None

    def prepare(self, problem: Problem, limit: float) -> Ready:
        """Start the process and make the simulator ready; raises WorkerFailed."""
        self.close()
        context = multiprocessing.get_context("spawn")
        self._connection, far = context.Pipe()
        self._process = context.Process(target=_serve, args=(far, self.peer, str(self._cache)), daemon=False)
        # Libraries read how many threads they may start when they are loaded, NumPy before the first line of ours.
        with _environment(ONE_THREAD):
            self._process.start()
        far.close()
        answer: Ready = self._ask(("prepare", problem), limit)
        return answer

    def run(self, rtol: float, patients: int, variant: str, limit: float, *, values: bool = False) -> Ran:
        """Simulate; raises WorkerFailed, after which the simulator must be prepared again."""
        answer: Ran = self._ask(("run", rtol, patients, variant, values), limit)
        return answer

    @property
    def alive(self) -> bool:
        """Whether the process can still be asked."""
        return self._process is not None and self._process.is_alive()

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._connection.close()
            self._process.terminate()
            self._process.join(5)
            if self._process.is_alive():
                self._process.kill()
                self._process.join()
        self._process = self._connection = None

    def _ask(self, request: tuple[Any, ...], limit: float) -> Any:
        try:
            self._connection.send(request)
            if not self._connection.poll(limit):
                self.close()
                raise WorkerFailed(f"no answer within {limit:.0f} s")
            kind, answer = self._connection.recv()
        except (EOFError, BrokenPipeError, ConnectionResetError):
            self._process.join(5)
            code = self._process.exitcode
            self.close()
            raise WorkerFailed(f"the process ended by itself (exit code {code})") from None
        if kind == "failed":
            raise WorkerFailed(answer)
        return answer


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _serve(connection: Connection, name: str, cache: str) -> None:
    """The loop of the process: answer requests until the other end closes."""
    _settle(cache)
    from silicart.bench.peers import find_peer

    runner: Any = None
    while True:
        try:
            request = connection.recv()
        except EOFError:
            return
        try:
            if request[0] == "prepare":
                started = time.perf_counter()
                peer = find_peer(name)
                version = peer.version()
                runner = peer.prepare(request[1])
                answer: Any = Ready(version, time.perf_counter() - started, tuple(runner.variants))
            else:
                answer = _timed(name, runner, *request[1:])
        except Exception as error:
            connection.send(("failed", _reason(error)))
        else:
            connection.send(("good", answer))


def _timed(name: str, runner: Any, rtol: float, patients: int, variant: str, wanted: bool) -> Ran:
    if hasattr(os, "sched_setaffinity") and name != REFERENCE:
        # Compiling may use all processors, and so may the reference, which nobody times.
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    # CPU time of the whole process: a library that starts a thread after all gains nothing by it.
    started = time.process_time()
    values = runner.run(rtol, patients, variant)
    seconds = time.process_time() - started
    failed = int((~np.isfinite(values)).any(axis=(1, 2)).sum())
    return Ran(seconds, patients, failed, values if wanted else None)


def _settle(cache: str) -> None:
    # A cache of its own, empty at the start, so that compile time is that of a first use.
    os.environ["SILICART_CACHE"] = cache
    # Tools that come with the environment (cmake, swig) stand beside its Python.
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    # What a library prints must not stand among the results.
    quiet = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(quiet, stream)


def _reason(error: Exception) -> str:
    if isinstance(error, ImportError):
        return f"not installed ({error})"
    text = next((line.strip() for line in str(error).splitlines() if line.strip()), "")
    return f"{type(error).__name__}: {text}"[:200]
