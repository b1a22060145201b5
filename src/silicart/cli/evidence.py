"""The command on evidence: where every value comes from."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from silicart.cli.terminal import WIDTH, guarded, results, unicode_fits, write_json

if TYPE_CHECKING:
    from silicart.evidence import Entry, Observation, Source


def add_commands(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(guarded(sources))


def sources(
    id: Annotated[
        str | None,
        typer.Argument(
            metavar="[ID]",
            help="A parameter, an observation or a work; without it every parameter.",
            show_default=False,
        ),
    ] = None,
    grade: Annotated[str | None, typer.Option(help="Only values of this grade: A, B or C.", show_default=False)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON to standard output, nothing else.")] = False,
) -> None:
    """Show where values come from: value, unit, range, grade, and the work it was read in."""
    from silicart.evidence import load_observations, load_register, load_sources

    register, works, observations = load_register(), load_sources(), load_observations()
    if id is None:
        wanted = _grade(grade)
        entries = [entry for entry in register.values() if wanted is None or entry.grade == wanted]
        _print_json_or_table(entries, as_json)
    elif id in register:
        _one(_entry_record(register[id]), register[id].sources, as_json)
    elif id in observations:
        _one(_observation_record(observations[id]), observations[id].sources, as_json)
    elif id in works:
        _work(works[id], list(register.values()), list(observations.values()), as_json)
    else:
        raise _unknown(id, [*register, *observations, *works])


def _grade(grade: str | None) -> str | None:
    from silicart.errors import RegisterError

    if grade is None:
        return None
    if grade.upper() not in ("A", "B", "C"):
        raise RegisterError("unknown grade", found=grade, expected="A, B or C", remedy="write --grade C")
    return grade.upper()


def _unknown(id: str, options: Sequence[str]) -> Exception:
    from silicart.errors import RegisterError, nearest

    near = nearest(id, options)
    return RegisterError(
        "nothing of that name in the register, the observations or the works",
        found=id,
        expected="the id of a parameter, of an observation, or of a work",
        remedy=f"did you mean {near}?" if near else "`silicart sources` lists every parameter",
    )


def _entry_record(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "label": entry.label,
        "value": entry.value,
        "unit": entry.unit,
        "price": None if entry.price is None else dict(entry.price.canonical()),
        "low": entry.low,
        "high": entry.high,
        "uncertainty": entry.uncertainty.describe(),
        "variability": entry.variability.describe(),
        "grade": entry.grade,
        "sources": list(entry.sources),
        "reading": entry.reading,
        "reasoning": entry.reasoning,
        "tuned_to": entry.tuned_to,
        "equation": entry.equation,
        "origin": entry.origin,
        "mechanism": entry.mechanism,
    }


def _observation_record(observation: Observation) -> dict[str, Any]:
    record = dataclasses.asdict(observation)
    record.pop("where", None)
    return {**record, "sources": list(observation.sources), "records": list(observation.records)}


def _work_record(work: Source) -> dict[str, Any]:
    return {"key": work.key, "citation": work.citation(), "doi": work.doi, "url": work.url, "read": work.read}


def _print_json_or_table(entries: Sequence[Entry], as_json: bool) -> None:
    if as_json:
        write_json([_entry_record(entry) for entry in entries])
        return
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from silicart.evidence import unit_text
    from silicart.report.numbers import plain

    console = results()
    table = Table(
        box=box.SIMPLE_HEAD if unicode_fits(console) else box.ASCII2,
        width=min(WIDTH, console.width),
        pad_edge=False,
        padding=(0, 1, 0, 0),
        header_style="bold",
    )
    table.add_column("id", no_wrap=True)
    table.add_column("value of", ratio=1)
    table.add_column("value", justify="right", max_width=17)
    table.add_column("", width=1)
    table.add_column("sources", max_width=20, overflow="fold")
    for entry in entries:
        value = f"{plain(entry.value)} {unit_text(entry.unit)}".strip()
        style = {"A": "bold", "B": "", "C": "yellow"}[entry.grade]
        table.add_row(
            Text(entry.id),
            Text(entry.label),
            Text(value),
            Text(entry.grade, style=style),
            Text(", ".join(entry.sources)),
        )
    console.print(table)
    console.print(
        f"{len(entries)} values. A measured in humans for this quantity, B transferred, C assumed or tuned.",
        style="dim",
    )


def _one(record: dict[str, Any], keys: Sequence[str], as_json: bool) -> None:
    from silicart.evidence import load_sources

    works = [_work_record(load_sources()[key]) for key in keys]
    if as_json:
        write_json({**record, "works": works})
        return
    _print_record(record)
    _print_works(works)


def _work(work: Source, entries: Sequence[Entry], observations: Sequence[Observation], as_json: bool) -> None:
    used = {
        "parameters": [entry.id for entry in entries if work.key in entry.sources],
        "observations": [one.id for one in observations if work.key in one.sources],
    }
    if as_json:
        write_json({**_work_record(work), **used})
        return
    _print_works([_work_record(work)])
    _print_record(used)


def _print_record(record: dict[str, Any]) -> None:
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in record.items():
        if value is None or value in ([], ""):
            continue
        items = value.values() if isinstance(value, dict) else value
        text = ", ".join(str(item) for item in items) if isinstance(value, list | tuple | dict) else str(value)
        grid.add_row(name.replace("_", " "), Text(text))
    results().print(grid)


def _print_works(works: Sequence[dict[str, Any]]) -> None:
    from rich.text import Text

    console = results()
    for work in works:
        place = f"doi:{work['doi']}" if work["doi"] else work["url"] or ""
        parts = (
            f"{work['key']}: {work['citation']}.",
            place,
            "" if work["read"] == "none" else f"(read: {work['read']})",
        )
        console.print(Text(" ".join(part for part in parts if part)))
