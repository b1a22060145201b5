"""The command on donors: percent of positive cells on days and at doses that were not measured."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from silicart.cli.terminal import WIDTH, guarded, messages, results, unicode_fits, write_json

if TYPE_CHECKING:
    from silicart.product.donors import DonorRow, Predicted


def add_commands(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(guarded(predict_expression))


def predict_expression(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE.csv",
            help="Columns donor, dose_ng, day, percent; rows with an empty percent are predicted.",
            show_default=False,
        ),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON to standard output, nothing else.")] = False,
    seed: Annotated[int, typer.Option(help="Seed of the sampler; the same seed gives the same prediction.", min=0)] = 1,
) -> None:
    """Predict reporter positivity after mRNA electroporation of a donor's T cells, from the days and doses known."""
    from silicart.evidence import load_register
    from silicart.product.donors import donor_prior, donors_without_data, predict_rows, read_file

    rows = read_file(file)
    for donor in donors_without_data(rows):
        messages().print(
            f"Donor {donor} has no known percentage after mRNA: predicted from the spread between donors alone.",
            style="yellow",
            markup=False,
        )
    found = predict_rows(rows, donor_prior(load_register()), seed=seed)
    asked = [row for row in rows if row.percent is None]
    if as_json:
        write_json([_record(row, found, number) for number, row in enumerate(asked)])
        return
    _print_table(asked, found)


def _record(row: DonorRow, found: Predicted, number: int) -> dict[str, Any]:
    return {
        "donor": int(row.donor) if row.donor.isascii() and row.donor.isdigit() and len(row.donor) < 16 else row.donor,
        "dose_ng": _plain(row.dose_ng),
        "day": _plain(row.day),
        "percent": round(float(found.percent[number]), 2),
        "interval": [round(float(found.low[number]), 2), round(float(found.high[number]), 2)],
    }


def _plain(value: float) -> int | float:
    return int(value) if value.is_integer() else value


def _print_table(asked: list[DonorRow], found: Predicted) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    console = results()
    table = Table(
        box=box.SIMPLE_HEAD if unicode_fits(console) else box.ASCII2,
        width=min(WIDTH, console.width),
        pad_edge=False,
        header_style="bold",
    )
    table.add_column("donor", overflow="fold")
    for title in ("dose, ng", "day", "positive, %", "90 % interval"):
        table.add_column(title, justify="right", no_wrap=True)
    for number, row in enumerate(asked):
        limits = f"{found.low[number]:.1f} to {found.high[number]:.1f}"
        table.add_row(Text(row.donor), f"{row.dose_ng:g}", f"{row.day:g}", f"{found.percent[number]:.1f}", limits)
    console.print(table)
    console.print(
        "The course is the median of the model; 90 % of measurements are expected inside the interval.", style="dim"
    )
