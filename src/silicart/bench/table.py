"""The tables of a benchmark: speed at equal error, compile time, and who did not take part."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from silicart.bench.results import TARGET_ERROR, Curve, ProblemResult, Report, pays_from, rate_at_error

ENOUGH_ROUNDS = 3
"""Rounds below which a median says little."""


@dataclass(frozen=True)
class Row:
    """One simulator on one problem.

    rate : simulations a second and core at equal error, NaN where there is none; `note` says why or how.
    ratio : how many times as fast silicart is. pays : simulations from which silicart is ahead, compile time included.
    """

    problem: str
    peer: str
    label: str
    rate: float
    note: str
    ratio: float
    compile_seconds: float
    pays: float
    failed: int


def rows_of(result: ProblemResult) -> list[Row]:
    """Return one row for each simulator, silicart first, then by speed."""
    ours = next((curve for curve in result.curves if curve.peer == "silicart"), None)
    own_rate = math.nan if ours is None else rate_at_error(ours.points)[0]
    rows = [_row(result.name, curve, ours, own_rate) for curve in result.curves]
    return sorted(rows, key=lambda row: (row.peer != "silicart", not math.isfinite(row.rate), -row.rate))


def _row(problem: str, curve: Curve, ours: Curve | None, own_rate: float) -> Row:
    rate, note = rate_at_error(curve.points)
    if not curve.points:
        note = curve.reason or "no result"
    fits = math.isfinite(rate) and math.isfinite(own_rate) and ours is not None
    pays = pays_from((ours.compile_seconds, own_rate), (curve.compile_seconds, rate)) if fits and ours else math.nan
    return Row(
        problem=problem,
        peer=curve.peer,
        label=curve.label,
        rate=rate,
        note=note,
        ratio=own_rate / rate if fits else math.nan,
        compile_seconds=curve.compile_seconds,
        pays=pays,
        failed=sum(point.failed for point in curve.points),
    )


def markdown(report: Report) -> str:
    """Return the tables as Markdown, as the documentation shows them."""
    shown = [result for result in report.problems if result.curves]
    parts = [_speed(shown), _compile(shown), _problems(report.problems), _footnotes(report)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _speed(results: Sequence[ProblemResult]) -> str:
    if not results:
        return ""
    lines = [
        f"Simulations a second on one core at an achieved error of {_power(TARGET_ERROR)}, and in brackets how many "
        "times as fast silicart is:",
        "",
        "| simulator | " + " | ".join(result.name for result in results) + " |",
        "|---|" + "---|" * len(results),
    ]
    by_problem = [{row.peer: row for row in rows_of(result)} for result in results]
    for peer in _peers(results):
        cells = [_cell(rows[peer]) if peer in rows else "" for rows in by_problem]
        label = next(rows[peer].label for rows in by_problem if peer in rows)
        lines.append(f"| {label} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _cell(row: Row) -> str:
    if not math.isfinite(row.rate):
        return "not reached" if row.note == "not reached" else "–"
    rate = ("at least " if row.note == "at least" else "") + rounded(row.rate)
    failed = f", {row.failed} failed" if row.failed else ""
    return f"**{rate}**{failed}" if row.peer == "silicart" else f"{rate} ({rounded(row.ratio)}×){failed}"


def _compile(results: Sequence[ProblemResult]) -> str:
    if not results:
        return ""
    lines = [
        "Seconds from the problem to the first result (reading, translating, compiling), and in brackets the number of "
        "simulations from which silicart is ahead with that time included:",
        "",
        "| simulator | " + " | ".join(result.name for result in results) + " |",
        "|---|" + "---|" * len(results),
    ]
    by_problem = [{row.peer: row for row in rows_of(result)} for result in results]
    for peer in _peers(results):
        cells = []
        for rows in by_problem:
            row = rows.get(peer)
            if row is None or not math.isfinite(row.compile_seconds):
                cells.append("–")
            elif peer == "silicart" or not math.isfinite(row.ratio):
                cells.append(rounded(row.compile_seconds))
            else:
                pays = "never" if math.isinf(row.pays) else f"from {math.ceil(row.pays)}"
                cells.append(f"{rounded(row.compile_seconds)} ({pays})")
        label = next(rows[peer].label for rows in by_problem if peer in rows)
        lines.append(f"| {label} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _problems(results: Sequence[ProblemResult]) -> str:
    lines = ["The problems:", ""]
    for result in results:
        if result.curves:
            lines.append(
                f"- `{result.name}`: {result.title} ({result.states} states, {result.varied} parameters that differ "
                f"between patients)."
            )
        else:
            lines.append(f"- `{result.name}` was not set: {result.reason}.")
    return "\n".join(lines)


def _footnotes(report: Report) -> str:
    versions: dict[str, str] = {}
    left: list[str] = []
    for result in report.problems:
        for curve in result.curves:
            if curve.version:
                versions[curve.label] = curve.version
            if curve.reason:
                place = "" if curve.reason.startswith("not installed") else f" on `{result.name}`"
                left.append(f"- {curve.label}{place}: {curve.reason}.")
    machine, settings = report.machine, report.settings
    vectors = f" with {machine['vectors']}" if machine.get("vectors") else ""
    lines = [
        f"Measured on {machine['architecture']}{vectors}, one thread of {machine['processors']} processors, Python "
        f"{machine['python']}; medians of {settings['rounds']} interleaved rounds; errors from {settings['compared']} "
        f"patients, speed from up to {settings['patients']}. Versions: {'; '.join(versions.values()) or 'none'}."
    ]
    if settings["rounds"] < ENOUGH_ROUNDS:
        lines = ["**A rough look only**, by few rounds and few patients.", "", *lines]
    if left:
        lines += ["", "What did not run:", "", *dict.fromkeys(left)]
    return "\n".join(lines)


def _peers(results: Sequence[ProblemResult]) -> list[str]:
    """Simulators in order of their speed on the first problem, those without a result last."""
    order = [row.peer for result in results for row in rows_of(result) if math.isfinite(row.rate)]
    order += [row.peer for result in results for row in rows_of(result)]
    return list(dict.fromkeys(order))


def rounded(value: float) -> str:
    """Return a number with two figures that mean something, and no exponent.

    Examples
    --------
    >>> rounded(0.0123), rounded(1.26), rounded(86.4), rounded(2869.0)
    ('0.012', '1.3', '86', '2,900')
    """
    if not math.isfinite(value) or value == 0:
        return "–"
    digits = 1 - math.floor(math.log10(abs(value)))
    return f"{round(value, digits):,.{max(digits, 0)}f}"


def _power(value: float) -> str:
    base, exponent = f"{value:.0e}".split("e")
    return f"{base}e{int(exponent)}"
