"""The command on verification: the engine beside suites of cases with known results."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from silicart.cli.terminal import WIDTH, guarded, messages, results, unicode_fits, write_json

if TYPE_CHECKING:
    from rich.table import Table

    from silicart.verification import Case, Counts, Outcome

FAILED = 1
TIME_LIMIT = 60.0


def add_commands(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(guarded(verify))


def verify(
    suite: Annotated[
        Path | None,
        typer.Option(
            help="Folder of a suite, or of several; without it SILICART_VERIFICATION, or ../shared/verification.",
            show_default=False,
        ),
    ] = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Processes; all cores without it.", show_default=False)
    ] = None,
    case: Annotated[
        list[str] | None, typer.Option(help="Only this case; may be given several times.", show_default=False)
    ] = None,
    time_limit: Annotated[float, typer.Option(min=0.0, help="Seconds that a case may take.")] = TIME_LIMIT,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON to standard output, nothing else.")] = False,
    adapter: Annotated[
        bool, typer.Option("--adapter", help="Run one case for a judge outside, by the options below.")
    ] = False,
    batch: Annotated[
        bool, typer.Option("--batch", help="With --adapter: one JSON job a line in, one JSON answer a line out.")
    ] = False,
    sbml: Annotated[str | None, typer.Option(help="Model file.", show_default=False)] = None,
    start: Annotated[float, typer.Option(help="First time of the table; model time begins at 0.")] = 0.0,
    duration: Annotated[float, typer.Option(help="From the first to the last time.")] = 0.0,
    steps: Annotated[int, typer.Option(help="Rows of the table, less one.")] = 0,
    variables: Annotated[str, typer.Option(help="Ids of the columns, with commas.")] = "",
    amount: Annotated[str, typer.Option(help="Which of them are species to be printed as amounts.")] = "",
    concentration: Annotated[str, typer.Option(help="Which of them are species, as concentrations.")] = "",
    absolute: Annotated[float, typer.Option(help="Absolute tolerance of the judge.")] = 1e-6,
    relative: Annotated[float, typer.Option(help="Relative tolerance of the judge.")] = 1e-4,
    out: Annotated[str | None, typer.Option(help="CSV file to write.", show_default=False)] = None,
) -> None:
    """Set the engine beside suites of cases with known results; exit code 1 if any is not as it should be.

    With --adapter it runs single cases for a judge outside. Exit codes then: 0 the table was written; 3 refused, the
    last line of standard error names the feature; 4 as 0, but the line says why it cannot be relied on; 1 an error.
    """
    if adapter and batch:
        _serve()
    elif adapter:
        _run_one(
            {
                "sbml": sbml, "start": start, "duration": duration, "steps": steps, "variables": variables,
                "amount": amount, "concentration": concentration, "absolute": absolute, "relative": relative,
                "out": out,
            }
        )  # fmt: skip
    else:
        _run_suites(suite, jobs, case or [], time_limit, as_json)


def _serve() -> None:
    from silicart.verification import answer, answering

    with answering() as answers:
        for line in sys.stdin:
            if line.strip():
                answers.write(answer(line) + "\n")
                answers.flush()


def _run_one(said: dict[str, Any]) -> None:
    from silicart.verification import answering, exit_code

    with answering():
        code, message = exit_code(said)
    if message:
        sys.stderr.write(message + "\n")
    raise typer.Exit(code)


def _run_suites(folder: Path | None, jobs: int | None, wanted: list[str], time_limit: float, as_json: bool) -> None:
    import os
    import time

    from silicart.cli.progress import shown_progress
    from silicart.verification import find_suites, judge_all, verification_folder

    suites = find_suites(verification_folder() if folder is None else folder)
    cases = [case for suite in suites for case in suite.cases]
    if wanted:
        cases = _chosen(cases, wanted)
    began = time.perf_counter()
    with shown_progress("starting") as progress:
        outcomes = judge_all(cases, jobs=jobs or os.cpu_count() or 1, time_limit=time_limit, progress=progress)
    seconds = time.perf_counter() - began
    if as_json:
        write_json(_record(outcomes, seconds))
    else:
        _print(outcomes, seconds)
    if not all(outcome.good for outcome in outcomes):
        raise typer.Exit(FAILED)


def _chosen(cases: Sequence[Case], wanted: Sequence[str]) -> list[Case]:
    from silicart.errors import VerificationError, nearest

    known = {case.id for case in cases}
    for id in wanted:
        if id not in known:
            near = nearest(id, known)
            raise VerificationError(
                "unknown case",
                found=id,
                expected="the name of a case of the suite",
                remedy=f"did you mean {near}?" if near else "leave --case out for all of them",
            )
    return [case for case in cases if case.id in set(wanted)]


def _record(outcomes: Sequence[Outcome], seconds: float) -> dict[str, Any]:
    from silicart.verification import counts_by_suite, counts_by_tag

    def counted(group: Counts) -> dict[str, Any]:
        return {"name": group.name, "cases": group.cases, "good": group.good, **group.by_outcome}

    return {
        "seconds": seconds,
        "suites": [counted(group) for group in counts_by_suite(outcomes)],
        "tags": [counted(group) for group in counts_by_tag(outcomes)],
        "cases": [
            {
                "case": one.case.id,
                "suite": one.case.suite,
                "expected": one.case.expected,
                "outcome": one.kind,
                "good": one.good,
                "warned": one.warned,
                "message": one.message,
                "worst": one.worst,
                "seconds": one.seconds,
            }
            for one in outcomes
        ],
    }


def _print(outcomes: Sequence[Outcome], seconds: float) -> None:
    from rich.text import Text

    from silicart.verification import Counts, counts_by_suite, counts_by_tag

    console = results()
    suites, tags = counts_by_suite(outcomes), counts_by_tag(outcomes)
    if tags:
        console.print(_table("tag", tags))
    console.print(_table("suite", [*suites, Counts.of("all", outcomes)] if len(suites) > 1 else suites))
    bad = [one for one in outcomes if not one.good]
    if bad:
        table = _plain_table()
        table.add_column("not as expected", no_wrap=True)
        table.add_column("", no_wrap=True)
        table.add_column("", ratio=1, overflow="fold")
        for one in bad:
            style = "bold red" if one.kind == "wrong" else ""
            table.add_row(Text(f"{one.case.suite}/{one.case.id}"), Text(one.kind, style=style), Text(one.message))
        console.print(table)
    wrong = sum(one.silently_wrong for one in outcomes)
    console.print(
        f"{len(outcomes) - len(bad)} of {len(outcomes)} cases as expected, {wrong} silently wrong, {seconds:.1f} s."
    )
    warned = sum(one.warned for one in outcomes)
    if warned:
        messages().print(f"{warned} cases came with a warning.")


def _table(title: str, groups: Sequence[Counts]) -> Table:
    from rich.text import Text

    from silicart.verification import OUTCOMES

    table = _plain_table()
    table.add_column(title, ratio=1, overflow="fold")
    for head in ("cases", "good", *OUTCOMES):
        table.add_column(head, justify="right", width=8)
    for group in groups:
        counts = [group.by_outcome[kind] for kind in OUTCOMES]
        cells = [
            Text(str(count) if count else "·", style="bold red" if kind == "wrong" and count else "")
            for kind, count in zip(OUTCOMES, counts, strict=True)
        ]
        good = Text(str(group.good), style="yellow" if group.bad else "green")
        table.add_row(Text(group.name), Text(str(group.cases)), good, *cells)
    return table


def _plain_table() -> Table:
    from rich import box
    from rich.table import Table

    console = results()
    return Table(
        box=box.SIMPLE_HEAD if unicode_fits(console) else box.ASCII2,
        width=min(WIDTH, console.width),
        pad_edge=False,
        padding=(0, 1, 0, 0),
        header_style="bold",
    )
