"""The key outcomes of a study in the terminal, where no claim says what to look at: every arm in a column."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from silicart.report.arms_view import Cell
    from silicart.study.result import StudyResult

WIDTH, QUANTITY, LEAST = 100, 34, 11
"""Columns of the table, of its first column, and the least of an arm."""


def print_outcomes(console: Console, result: StudyResult) -> None:
    """Print the key outcomes of the disease and the side effects in 100 columns; nothing where there are none."""
    from rich.table import Table
    from rich.text import Text

    from silicart.report.arms_view import outcome_views

    views = [view for view in outcome_views(result) if view.group not in ("Cells and antibodies", "Product")]
    if not views:
        return
    arms = result.study.arms
    column = max(LEAST, (WIDTH - QUANTITY) // len(arms) - 1)
    table = Table.grid(padding=(0, 1), expand=False)
    table.add_column(width=QUANTITY, overflow="fold")
    for _ in arms:
        table.add_column(width=column, overflow="fold", justify="right")
    table.add_row("", *(Text(one.name, style="bold") for one in arms))
    group = ""
    for view in views:
        if view.group != group:
            group = view.group
            table.add_row(Text(group, style="bold"))
        quantity = Text(view.label).append(f" ({view.unit})" if view.unit else "", style="dim")
        table.add_row(quantity, *(_cell(cell) for cell in view.cells))
    console.print(table)
    console.print("Below an estimate its 90 % interval over parameter draws.", style="dim")


def _cell(cell: Cell | None) -> str:
    from silicart.report.numbers import NARROW

    return "–" if cell is None else f"{cell.estimate}\n{cell.interval.replace(' to ', '..')}".replace(NARROW, "")
