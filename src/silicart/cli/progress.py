"""Progress on standard error: a bar with rate and time left on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from silicart.cli.terminal import messages

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, TaskID

    from silicart.simulation import Listener, ProgressEvent

LINE_EVERY = 10.0
"""Seconds between two plain lines of one stage."""


@contextmanager
def shown_progress(first: str) -> Iterator[Listener]:
    """Give a listener that shows progress until the block ends; `first` says what is done before the first event."""
    console = messages()
    if not console.is_terminal:
        yield PlainLines(console)
        return
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

    bars = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=28),
        TextColumn("{task.fields[counted]}"),
        TextColumn("[dim]{task.fields[pace]}"),
        console=console,
        transient=True,
    )
    with bars:
        yield Bars(bars, bars.add_task(first, total=None, counted="", pace=""))


class Bars:
    """Shows each stage as a bar; keeps which stage it is in."""

    def __init__(self, bars: Progress, task: TaskID) -> None:
        self._bars = bars
        self._task = task
        self._stage: str | None = None

    def __call__(self, event: ProgressEvent) -> None:
        if event.stage != self._stage:
            self._stage = event.stage
            self._bars.reset(self._task, total=event.total or None, description=event.stage)
        self._bars.update(
            self._task, completed=event.done, total=event.total or None, counted=counted(event), pace=pace(event)
        )


class PlainLines:
    """Writes a line when a stage has gone on for a while, and one when a long stage ends."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._stage: str | None = None
        self._last = 0.0

    def __call__(self, event: ProgressEvent) -> None:
        now = time.monotonic()
        if event.stage != self._stage:
            self._stage, self._last = event.stage, now
        ended = event.total > 0 and event.done >= event.total
        if now - self._last >= LINE_EVERY or (ended and event.elapsed >= 2.0):
            self._last = now
            words = ", ".join(word for word in (counted(event), pace(event)) if word)
            self._console.print(f"{event.stage}: {words}", markup=False)


def counted(event: ProgressEvent) -> str:
    """Return how far a stage is.

    Examples
    --------
    >>> from silicart.simulation import ProgressEvent
    >>> counted(ProgressEvent("simulating", 30, 120, "patient", 1.0, 30.0, 3.0))
    '30 of 120 patients'
    """
    unit = event.unit if event.total == 1 else f"{event.unit}s"
    return f"{event.done} of {event.total} {unit}" if event.total else f"{event.done} {unit}"


def pace(event: ProgressEvent) -> str:
    """Return the rate and the time left of a stage.

    Examples
    --------
    >>> from silicart.simulation import ProgressEvent
    >>> pace(ProgressEvent("simulating", 30, 120, "patient", 1.0, 30.0, 3.0))
    '30/s, 3 s left'
    """
    if event.rate is None:
        return ""
    rate = f"{event.rate:.0f}/s" if event.rate >= 10 else f"{event.rate:.1f}/s"
    if not event.total or event.time_left is None:
        return rate
    left = max(0, round(event.time_left))
    return f"{rate}, {left // 60} min {left % 60} s left" if left >= 90 else f"{rate}, {left} s left"
