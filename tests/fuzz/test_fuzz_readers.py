"""No text crashes or stops a reader: each is read or refused with an error of silicart, within seconds.

The native parsers could end the whole process, so the inputs are read in worker processes, and the input that a
worker named last is to blame for its end.
"""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO

import pytest

WORKER = Path(__file__).with_name("worker.py")
LONGEST = 120.0
"""Seconds after which a worker counts as stuck; it ends itself after ten seconds of processor time on one input."""


def faults(kind: str, first: int, last: int) -> Iterator[str]:
    """Read inputs first ... last - 1 and yield what went wrong, with the number of the input."""
    while first < last:
        command = [sys.executable, str(WORKER), kind, str(first), str(last)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8")
        assert process.stdout is not None
        lines: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=_collect, args=(process.stdout, lines), daemon=True).start()
        at, finished, since = first, False, time.monotonic()
        while True:
            try:
                # The first line waits for the imports.
                line = lines.get(timeout=max(0.1, since + LONGEST - time.monotonic()))
            except queue.Empty:
                process.kill()
                yield f"{kind} {at}: takes more than {LONGEST:g} s"
                break
            if line is None:
                break
            word, _, rest = line.partition(" ")
            if word == "at":
                at, since = int(rest), time.monotonic()
            elif word == "wrong":
                yield f"{kind} {rest}"
            finished = finished or word == "read"
        ended = process.wait()
        assert process.stderr is not None
        said = " ".join(process.stderr.read().split())[-300:]
        process.stdout.close()
        process.stderr.close()
        if finished:
            return
        if ended != -9:
            yield f"{kind} {at}: ended the process with {ended} {said}"
        first = at + 1


def _collect(stream: IO[str], lines: queue.Queue[str | None]) -> None:
    for line in stream:
        lines.put(line.rstrip("\n"))
    lines.put(None)


def found(kind: str, count: int, workers: int = 2) -> list[str]:
    """Return what went wrong in the first `count` inputs of a kind, read by some processes at once."""
    ends = [count * part // workers for part in range(workers + 1)]
    with ThreadPoolExecutor(workers) as pool:
        parts = pool.map(lambda part: list(faults(kind, ends[part], ends[part + 1])), range(workers))
        return [one for part in parts for one in part]


@pytest.mark.parametrize(("kind", "count"), [("ant", 1000), ("xml", 900), ("yaml", 100)])
def test_two_thousand_mutated_texts(kind: str, count: int) -> None:
    assert found(kind, count) == []


@pytest.mark.verify
@pytest.mark.parametrize(("kind", "count"), [("ant", 50_000), ("xml", 50_000), ("yaml", 4_000)])
def test_a_hundred_thousand_mutated_texts(kind: str, count: int) -> None:
    assert found(kind, count) == []
