"""Progress says how far, how fast and how long still, and never on standard output."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from silicart.cli import progress
from silicart.cli.progress import Bars, PlainLines, pace, shown_progress
from silicart.simulation import ProgressEvent


def event(done: int, total: int = 100, elapsed: float = 5.0, stage: str = "simulating") -> ProgressEvent:
    rate = done / elapsed
    return ProgressEvent(
        stage, done, total, "patient", elapsed, rate, (total - done) / rate if total and rate else None
    )


def test_plain_lines_come_now_and_then_and_at_the_end_of_a_long_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(progress.time, "monotonic", lambda: now)
    written = io.StringIO()
    lines = PlainLines(Console(file=written, width=100))
    for now, done in ((0.0, 0), (3.0, 20), (11.0, 40), (12.0, 50), (13.0, 100)):
        lines(event(done, elapsed=now or 1.0))
    assert written.getvalue().splitlines() == [
        "simulating: 40 of 100 patients, 3.6/s, 16 s left",
        "simulating: 100 of 100 patients, 7.7/s, 0 s left",
    ]


def test_a_short_stage_is_not_worth_a_line() -> None:
    written = io.StringIO()
    lines = PlainLines(Console(file=written, width=100))
    lines(event(100, elapsed=0.4))
    assert written.getvalue() == ""


def test_long_waits_are_in_minutes_and_an_unknown_total_has_no_time_left() -> None:
    assert pace(event(1, total=100, elapsed=2.0)) == "0.5/s, 3 min 18 s left"
    assert pace(event(30, total=0)) == "6.0/s"


def test_a_terminal_gets_a_bar_with_rate_and_time_left() -> None:
    from rich.progress import Progress, TextColumn

    written = io.StringIO()
    console = Console(file=written, force_terminal=True, width=100)
    columns = TextColumn("{task.description}|{task.fields[counted]}|{task.fields[pace]}")
    with Progress(columns, console=console, auto_refresh=False) as bars:
        show = Bars(bars, bars.add_task("drawing the population", total=None, counted="", pace=""))
        show(event(25))
        bars.refresh()
    assert "simulating|25 of 100 patients|5.0/s, 15 s left" in written.getvalue()


def test_progress_never_touches_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    with shown_progress("drawing the population") as listener:
        listener(event(50))
        listener(event(100))
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "100 of 100 patients" in captured.err
