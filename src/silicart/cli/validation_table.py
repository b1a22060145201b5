"""The comparison with observed trials at the command line: a table, totals, and the JSON document."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from silicart.cli.terminal import NOTICE, WIDTH, comparison_table, results, unicode_fits

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from silicart.study import Validation, ValidationRow
    from silicart.study.validation_totals import Total


def record(validation: Validation) -> dict[str, Any]:
    """Return the document that `--json` writes."""
    whole = validation.totals
    groups = {"by_indication": whole.by_indication, "by_arm": whole.by_arm, "by_role": whole.by_role}
    return {
        "observations": [row_record(row) for row in validation.rows],
        "totals": {
            **_total_record(whole.overall),
            "patients": validation.patients,
            **{key: {name: _total_record(one) for name, one in group.items()} for key, group in groups.items()},
        },
    }


def row_record(row: ValidationRow) -> dict[str, Any]:
    """Return one observation of the document."""
    one, made = row.observation, row.prediction
    return {
        "id": row.id,
        "label": one.label,
        "observed": row.observed,
        "count": one.count,
        "n": one.n,
        "predicted": None if made is None else made.predicted,
        "interval": None if made is None else [made.low, made.high],
        "inside": row.inside,
        "surprise": None if made is None else made.surprise,
        "mean": None if made is None else made.expected,
        "width_ratio": None if made is None else made.width_ratio,
        "quantity": one.quantity,
        "statistic": row.statistic,
        "unit": row.unit,
        "time": one.time if one.since is None else [one.since, one.time],
        "study": row.study,
        "arm": row.arm,
        "comparator": one.comparator,
        "disease": row.disease,
        "role": one.role,
        "source": list(one.sources),
        "accept": None if one.accept_low is None else [one.accept_low, one.accept_high],
        "off_by": row.off_by,
        "entered": row.entered,
        "draws": row.draws,
        "tried": one.tried,
    }


def acceptance_record(validation: Validation) -> dict[str, Any]:
    """Return the document that `--acceptance --json` writes."""
    from silicart.study.acceptance import acceptance_lines

    return {
        table: [
            {
                "row": one.line.row,
                "behaviour": one.line.behaviour,
                "verdict": one.verdict,
                "reason": one.reason,
                "observations": [row_record(row) for row in one.rows],
                "not_simulated": [left.id for left in one.left_out],
            }
            for one in lines
        ]
        for table, lines in acceptance_lines(validation.rows).items()
    }


def print_validation(validation: Validation, console: Console | None = None) -> None:
    """Print every observation beside its prediction, then the totals."""
    from rich.padding import Padding
    from rich.text import Text

    from silicart.study.validation_document import ROLES, figure_with_unit, interval_text, number, words_of

    console = console or results()
    table = _table(console)
    arm = None
    for row in sorted(validation.rows, key=_first_seen(validation)):
        if (row.study, row.arm) != arm:
            arm = (row.study, row.arm)
            table.add_row(Text(f"{row.arm} ({row.study})", style="bold"))
        made = row.prediction
        table.add_row(
            Padding(words_of(row), (0, 0, 0, 2)),
            Text(str(row.observation.n)),
            Text(figure_with_unit(row)),
            Text(interval_text(row)),
            Text(number(None if made is None else made.surprise)),
            Text(ROLES[row.observation.role]),
            Text("inside", style="green") if row.inside else Text("outside", style="bold red"),
        )
    console.print(table)
    console.print(_totals(console, validation))
    console.print(
        "A figure that was used in building the model tests nothing. Surprise is the two-sided tail probability; the "
        "width ratio is how many times wider predictions are than the chance of trials of that size."
    )
    console.print(NOTICE, style="dim")


def print_acceptance(validation: Validation) -> None:
    """Print the acceptance tables line by line."""
    from rich.padding import Padding
    from rich.text import Text

    from silicart.study.acceptance import acceptance_lines, load_acceptance, reproduced
    from silicart.study.acceptance_document import summary, verdict_of, why_left
    from silicart.study.validation_document import figure_with_unit, number

    console = results()
    styles = {"met": "green", "missed": "bold red", "not simulated": "dim"}
    for name, lines in acceptance_lines(validation.rows).items():
        console.print(f"\n[bold]{load_acceptance()[name][0]}[/bold]: {summary(lines)}")
        table = comparison_table(console, published=12, model=22, band=14)
        table.columns[-1].width = 10
        for one in lines:
            words = f"{one.line.row}  {one.line.behaviour}"
            table.add_row(
                Text(words if one.reason is None else f"{words}. {one.reason}", style="bold"), "", "", "",
                Text(one.verdict, style=styles[one.verdict]),
            )  # fmt: skip
            for row in one.rows:
                of, made = row.observation, row.prediction
                model = "" if made is None else f"{number(made.expected)} ({number(made.low)} to {number(made.high)})"
                band = "" if of.accept_low is None else f"{number(of.accept_low)} to {number(of.accept_high)}"
                verdict = verdict_of(row)
                style = "green" if reproduced(row) else "bold red"
                table.add_row(
                    Padding(of.label, (0, 0, 0, 3)), Text(figure_with_unit(row)), Text(model), Text(band),
                    Text(verdict.replace("missed by ", "off "), style=style),
                )  # fmt: skip
            for left in one.left_out if one.rows else ():
                table.add_row(
                    Padding(f"{left.label}. {why_left(left)}", (0, 0, 0, 3)), Text(number(left.value)), "", "",
                    Text("not simulated", style="dim"),
                )  # fmt: skip
        console.print(table)
    console.print("A figure is met when the mean of virtual trials of the published size lies in its band.")
    console.print(NOTICE, style="dim")


def _first_seen(validation: Validation) -> Any:
    arms = list(dict.fromkeys((row.disease, row.study, row.arm) for row in validation.rows))
    return lambda row: arms.index((row.disease, row.study, row.arm))


def _table(console: Console) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(
        box=box.SIMPLE_HEAD if unicode_fits(console) else box.ASCII2, width=min(WIDTH, console.width), pad_edge=False,
        padding=(0, 1, 0, 0), header_style="bold",
    )  # fmt: skip
    table.add_column("observed figure", ratio=1, overflow="fold")
    table.add_column("n", justify="right", width=4)
    table.add_column("observed", justify="right", width=10, overflow="fold")
    table.add_column("predicted (5 % to 95 %)", width=23, overflow="fold")
    table.add_column("surprise", justify="right", width=8)
    table.add_column("building", width=8)
    table.add_column("", width=7)
    return table


def _totals(console: Console, validation: Validation) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from silicart.study.validation_document import number

    table = Table(
        box=box.SIMPLE_HEAD if unicode_fits(console) else box.ASCII2, width=min(WIDTH, console.width), pad_edge=False,
        padding=(0, 1, 0, 0), header_style="bold",
    )  # fmt: skip
    table.add_column("together", ratio=1, overflow="fold")
    for name, width in (
        ("inside", 10), ("coverage", 8), ("surprise < 0.1", 14), ("surprise < 0.5", 14), ("width ratio", 11),
    ):  # fmt: skip
        table.add_column(name, justify="right", width=width)
    whole = validation.totals
    words = {"target": "used in building", "check": "not used"}
    groups = [
        {"all": whole.overall}, {words[role]: one for role, one in whole.by_role.items()}, whole.by_indication,
        whole.by_arm,
    ]  # fmt: skip
    for group in groups:
        for name, one in group.items():
            table.add_row(
                Text(name, style="bold" if name == "all" else ""), f"{one.inside} of {one.observations}",
                f"{100 * one.coverage:.0f} %", number(one.surprise_below_10), number(one.surprise_below_50),
                number(one.width_ratio),
            )  # fmt: skip
    return table


def _total_record(one: Total) -> dict[str, Any]:
    return {**dataclasses.asdict(one), "coverage": one.coverage}
