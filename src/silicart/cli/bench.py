"""The command on speed: silicart beside other simulators."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from silicart.cli.terminal import guarded, messages, results, write_json

if TYPE_CHECKING:
    from silicart.bench import Effort, Report

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
"""What `silicart bench --docs` replaces in the documentation stands between these two."""


def add_commands(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(guarded(bench))


def bench(
    peers: Annotated[
        str | None, typer.Option(help="Simulators, separated by commas; all when left out.", show_default=False)
    ] = None,
    problems: Annotated[
        str | None, typer.Option(help="Problems, separated by commas; all when left out.", show_default=False)
    ] = None,
    patients: Annotated[int, typer.Option(min=1, help="Patients in the table of each problem.")] = 256,
    compared: Annotated[int, typer.Option(min=1, help="Patients whose error is measured.")] = 12,
    rounds: Annotated[int, typer.Option(min=1, help="Rounds of timing; their median counts.")] = 5,
    compile_limit: Annotated[
        float, typer.Option(min=1, help="Seconds that a simulator may take to compile a problem.")
    ] = 120.0,
    quick: Annotated[
        bool, typer.Option("--quick", help="A rough look: two rounds, few patients, four tolerances.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="Folder for benchmark.json, benchmark.md and benchmark.svg.", show_default=False)
    ] = None,
    docs: Annotated[
        Path | None, typer.Option(help="Folder of the documentation, to renew its page.", show_default=False)
    ] = None,
    redraw: Annotated[
        Path | None,
        typer.Option(
            help="A benchmark.json: write tables and picture of it again, measure nothing.", show_default=False
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON to standard output, nothing else.")] = False,
) -> None:
    """Measure silicart beside other simulators: speed against achieved error, on the same problems.

    Simulators that are not installed are named in the result, with what they need.
    """
    from silicart.bench import Effort, as_document, from_document, run_benchmark

    if redraw is not None:
        report = from_document(json.loads(redraw.read_text(encoding="utf-8")))
    else:
        effort = Effort(patients=patients, compared=min(compared, patients), rounds=rounds, compile_limit=compile_limit)
        console = messages()
        report = run_benchmark(
            _names(problems),
            _names(peers),
            _quicker(effort) if quick else effort,
            lambda text: console.print(text, style="dim"),
            lambda so_far: None if out is None else _write(so_far, out),
        )
    if out is not None:
        _write(report, out)
    if docs is not None:
        _renew(report, docs)
    if as_json:
        write_json(as_document(report))
    else:
        _print_tables(report)


def _quicker(effort: Effort) -> Effort:
    from dataclasses import replace

    return replace(
        effort,
        patients=min(effort.patients, 64),
        compared=min(effort.compared, 4),
        rounds=min(effort.rounds, 2),
        target=0.1,
        tolerances=(1e-3, 1e-4, 1e-6, 1e-8),
    )


def _names(text: str | None) -> list[str] | None:
    return None if text is None else [name.strip() for name in text.split(",") if name.strip()]


def _write(report: Report, folder: Path) -> None:
    from silicart.bench import as_document, draw, markdown
    from silicart.cli.terminal import finite

    folder.mkdir(parents=True, exist_ok=True)
    document = json.dumps(finite(as_document(report)), indent=1, allow_nan=False)
    (folder / "benchmark.json").write_text(document + "\n", encoding="utf-8")
    (folder / "benchmark.md").write_text(markdown(report), encoding="utf-8")
    (folder / "benchmark.svg").write_text(draw(report), encoding="utf-8")


def _renew(report: Report, folder: Path) -> None:
    from silicart.bench import draw, markdown
    from silicart.errors import StoreError

    page = folder / "benchmark.md"
    text = page.read_text(encoding="utf-8") if page.is_file() else ""
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        raise StoreError(
            "the page of the benchmark has no place for what is measured",
            where=str(page),
            expected=f"one line {BEGIN} and one line {END}",
            remedy="name the folder of the documentation",
        )
    before, rest = text.split(BEGIN)
    page.write_text(f"{before}{BEGIN}\n{markdown(report)}{END}{rest.split(END)[1]}", encoding="utf-8")
    (folder / "static" / "benchmark.svg").write_text(draw(report), encoding="utf-8")


def _print_tables(report: Report) -> None:
    from rich import box
    from rich.table import Table

    from silicart.bench import rows_of
    from silicart.bench.table import rounded

    console = results()
    for result in report.problems:
        if not result.curves:
            console.print(f"{result.name}: not set, {result.reason}")
            continue
        table = Table(box=box.SIMPLE, title=f"{result.name}: {result.title}", title_justify="left")
        for heading in ("simulator", "a second and core", "silicart is", "compile, s", "ahead from", "remark"):
            table.add_column(
                heading, justify="left" if heading in ("simulator", "remark") else "right", overflow="fold"
            )
        for row in rows_of(result):
            ours = row.peer == "silicart"
            remark = row.note + (f" {row.failed} failed" if row.failed else "")
            table.add_row(
                row.label,
                rounded(row.rate),
                "" if ours or not math.isfinite(row.ratio) else f"{rounded(row.ratio)}×",
                rounded(row.compile_seconds),
                "" if ours or math.isnan(row.pays) else ("never" if math.isinf(row.pays) else f"{math.ceil(row.pays)}"),
                remark.strip(),
            )
        console.print(table)
