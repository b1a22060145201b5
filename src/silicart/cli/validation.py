"""The command on validation: the model beside published trials."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from silicart.cli.terminal import NOTICE, comparison_table, guarded, results, write_json
from silicart.errors import StudyError

if TYPE_CHECKING:
    from silicart.study import ValidationRow


def add_commands(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(guarded(validate))


def validate(
    patients: Annotated[
        int | None,
        typer.Option(help="Virtual patients in each validation study; fewer than 400 are rough.", show_default=False),
    ] = None,
    threads: Annotated[
        int | None, typer.Option(min=1, help="Threads; they change no number.", show_default=False)
    ] = None,
    product: Annotated[
        bool,
        typer.Option("--product", help="Set making and testing the cells beside published figures instead."),
    ] = False,
    draws: Annotated[
        int | None,
        typer.Option(min=2, help="With --product: parameter draws behind each interval.", show_default=False),
    ] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Write the page of the documentation instead.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON to standard output, nothing else.")] = False,
) -> None:
    """Set the model beside published trials: met or missed, and by how much."""
    if product:
        _refuse(patients, "--patients", "--draws")
        _refuse(threads, "--threads", "--draws")
        from silicart.cli.acceptance_table import show_acceptance

        show_acceptance(draws, markdown=markdown, as_json=as_json)
        return
    _refuse(draws, "--draws", "--patients", when="without --product")
    from silicart.cli.progress import shown_progress
    from silicart.study import validate as validate_model
    from silicart.study import validation_markdown

    with shown_progress("drawing the population") as progress:
        rows = validate_model(patients, progress, threads)
    if as_json:
        write_json([_record(row) for row in rows])
    elif markdown:
        results().out(validation_markdown(rows), highlight=False)
    else:
        _print_table(rows)


def _refuse(given: int | None, option: str, instead: str, when: str = "with --product") -> None:
    if given is not None:
        raise StudyError(
            f"{option} says nothing {when}", found=f"{option} {given}", expected=instead, remedy="leave it out"
        )


def _record(row: ValidationRow) -> dict[str, Any]:
    record = {name: getattr(row, name) for name in (field.name for field in dataclasses.fields(row))}
    one = row.observation
    record["observation"] = one.id
    return {
        **record,
        "label": one.label,
        "published": one.value,
        "unit": one.unit,
        "band": None if one.accept_low is None else [one.accept_low, one.accept_high],
        "role": one.role,
    }


def _print_table(rows: Sequence[ValidationRow]) -> None:
    from rich.text import Text

    from silicart.evidence import unit_text
    from silicart.report.numbers import figure

    console = results()
    table = comparison_table(console, published=10, model=22, band=14)
    arm = None
    for row in rows:
        one = row.observation
        if row.arm != arm:
            arm = row.arm
            table.add_row(Text(arm, style="bold"))
        band = "" if one.accept_low is None else f"{figure(one.accept_low, 2)} to {figure(one.accept_high, 2)}"
        word, style = (("met" if row.banded else "held"), "green") if row.met else ("missed", "bold red")
        table.add_row(
            Text(f"  {one.label}"),
            Text(f"{figure(one.value)} {unit_text(one.unit)}".strip()),
            Text(f"{figure(row.predicted)} ({figure(row.low)} to {figure(row.high)})"),
            Text(band),
            Text(word, style=style),
        )
    console.print(table)
    banded = [row for row in rows if row.banded]
    missed = [row for row in rows if not row.met]
    console.print(
        f"{sum(row.met for row in banded)} of {len(banded)} acceptance bands met; {len(missed)} figures missed in all. "
        "A figure that the model was tuned to tests nothing; the interval holds the chance of a small trial."
    )
    console.print(NOTICE, style="dim")
